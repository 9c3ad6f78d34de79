"""Leaves of a filter over the columns of a snapshot: each selects bits, those of values are kept.

A value that is asked for again (a word of a medium, an artist under a role) costs no more than
reading its bits. Of a range of years each end is kept by itself: the ends of centuries come often.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, reduce

import numpy as np

from core.filters import LINK_FIELDS, Field, Leaf, Op
from core.text import fold
from core.types import DEFAULT_ROLE, Mask
from index.columns.dictionary import Dictionary
from index.columns.links import Links
from index.columns.postings import Column
from index.columns.selection import Bits, pack
from index.columns.years import Years

_CACHE_BYTES = 32 << 20  # of bits: 256 values at a million artworks
_MOST_CACHED = 4096
_TOGETHER = 8  # a leaf of more values is resolved as a whole: few of them are common


@dataclass(frozen=True)
class ColumnParts:
    """All that filters and facets read of a snapshot."""

    size: int  # artworks
    dictionaries: Mapping[Field, Dictionary]  # of the fields that are not of a link
    columns: Mapping[Field, Column]  # artist and gender under the role "artist", role for all
    links: Links
    years: Years
    has_image: Mask

    def dictionary(self, field: Field) -> Dictionary:
        """Find the dictionary that the column of a field refers to."""
        match field:
            case Field.ARTIST:
                return self.links.ids
            case Field.GENDER:
                return self.links.genders
            case Field.ROLE:
                return self.links.role_names
            case _:
                return self.dictionaries[field]


class Leaves:
    """Resolves leaves; safe to use from many threads."""

    def __init__(self, parts: ColumnParts) -> None:
        self._fresh = _Fresh(parts)
        cached = _CACHE_BYTES // max(parts.size // 8, 1)
        self._of_value = lru_cache(maxsize=max(8, min(_MOST_CACHED, cached)))(self._fresh.bits)

    def bits(self, leaf: Leaf) -> Bits:
        """Find the artworks that pass a leaf."""
        if len(leaf.values) > _TOGETHER:
            return self._fresh.bits(leaf)
        if leaf.begin is not None and leaf.end is not None:
            # Years overlap a range when they end after its first and begin before its last.
            since, until = replace(leaf, end=None), replace(leaf, begin=None)
            return self._of_value(since) & self._of_value(until)
        if len(leaf.values) <= 1:
            return self._of_value(leaf)
        # One of the values must fit, and each by itself: a leaf of many is an `or` of them.
        each = (self._of_value(replace(leaf, values=(value,))) for value in leaf.values)
        return reduce(np.bitwise_or, each)

    def forget(self) -> None:
        """Forget the bits of values."""
        self._of_value.cache_clear()


class _Fresh:
    """Resolves leaves from the columns."""

    def __init__(self, parts: ColumnParts) -> None:
        self._parts = parts

    def bits(self, leaf: Leaf) -> Bits:
        return pack(self._mask(leaf))

    def _mask(self, leaf: Leaf) -> Mask:
        match leaf.field:
            case Field.YEAR:
                return self._parts.years.select(leaf)
            case Field.HAS_IMAGE:
                return self._has_image(leaf)
        found = self._value_mask(leaf)
        return ~found if leaf.op is Op.EXISTS and not leaf.present else found

    def _value_mask(self, leaf: Leaf) -> Mask:
        is_default = leaf.field is Field.GENDER and fold(leaf.role) == DEFAULT_ROLE
        if leaf.field in LINK_FIELDS - {Field.ROLE} and not is_default:
            return self._parts.links.select(leaf)
        column = self._parts.columns[leaf.field]
        if leaf.op is Op.EXISTS:
            return column.present()
        return column.any_of(self._parts.dictionary(leaf.field).find(leaf))

    def _has_image(self, leaf: Leaf) -> Mask:
        both = {"true": self._parts.has_image, "false": ~self._parts.has_image}
        wanted = [both[value] for value in both if value in leaf.values]
        return reduce(np.logical_or, wanted, np.zeros(self._parts.size, np.bool_))
