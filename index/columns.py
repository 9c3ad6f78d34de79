"""The filter columns of a snapshot: a filter becomes a mask over its artworks."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce

import numpy as np
from numpy.typing import NDArray

from core.filters import LINK_FIELDS, And, Field, Filter, Leaf, Not, Op, Or
from core.ports import Selection
from core.queries import FacetValue
from core.text import fold
from core.types import DEFAULT_ROLE, Mask, Numbers
from index.dictionary import Dictionary
from index.links import Links
from index.postings import Column
from index.years import Years

_CACHE_BYTES = 32 << 20  # of masks; at 69,202 artworks all of the 256 filters
_CACHED_FILTERS = 256


@dataclass(frozen=True)
class MaskSelection:
    """The artworks that pass a filter; shared, so never written to."""

    mask: Mask
    count: int

    @cached_property
    def numbers(self) -> Numbers:
        """Their numbers, ascending."""
        numbers = np.flatnonzero(self.mask).astype(np.int32)
        numbers.flags.writeable = False
        return numbers


@dataclass(frozen=True)
class ColumnParts:
    """All that filters and facets read of a snapshot."""

    size: int  # artworks
    dictionaries: Mapping[Field, Dictionary]  # of the fields that are not of a link
    columns: Mapping[Field, Column]  # artist and gender under the role "artist", role for all
    links: Links
    years: Years
    has_image: Mask


class Columns:
    """Resolves filters and counts facets in memory; safe to use from many threads."""

    def __init__(self, parts: ColumnParts) -> None:
        self._parts = parts
        links = parts.links
        self._dictionaries = {
            **parts.dictionaries,
            Field.ARTIST: links.ids,
            Field.GENDER: links.genders,
            Field.ROLE: links.role_names,
        }
        cached = max(8, min(_CACHED_FILTERS, _CACHE_BYTES // max(parts.size, 1)))
        self._cached_select = lru_cache(maxsize=cached)(self._resolve)

    def select(self, where: Filter | None) -> Selection:
        """Resolve a filter; the same filter is resolved once."""
        return self._cached_select(where)

    def facet(self, field: Field, within: Selection, limit: int) -> tuple[FacetValue, ...]:
        """Count a field's values over a selection, the commonest first.

        Years are counted by century, the fields of artists over links with the role "artist".
        """
        values = self._count(field, within.mask, limit)
        values.sort(key=lambda v: (-v.count, v.value, v.id or ""))
        return tuple(value for value in values[:limit] if value.count)

    def _count(self, field: Field, within: Mask, limit: int) -> list[FacetValue]:
        if field is Field.YEAR:
            return self._parts.years.centuries(within)
        if field is Field.HAS_IMAGE:
            with_image = int(np.count_nonzero(within & self._parts.has_image))
            without = int(np.count_nonzero(within)) - with_image
            return [FacetValue("true", None, with_image), FacetValue("false", None, without)]
        source = Field.ARTIST if field is Field.ARTIST_ID else field
        counts = self._parts.columns[source].counts(within)
        dictionary = self._dictionaries[source]
        return [
            _facet_value(field, dictionary, code, int(counts[code]))
            for code in _commonest(counts, limit).tolist()
        ]

    def _resolve(self, where: Filter | None) -> MaskSelection:
        mask = self._all(True) if where is None else self._mask(where)
        mask.flags.writeable = False
        return MaskSelection(mask, int(np.count_nonzero(mask)))

    def _mask(self, where: Filter) -> Mask:
        match where:
            case And(parts):
                return reduce(np.logical_and, map(self._mask, parts), self._all(True))
            case Or(parts):
                return reduce(np.logical_or, map(self._mask, parts), self._all(False))
            case Not(part):
                return ~self._mask(part)
            case Leaf():
                return self._leaf_mask(where)

    def _leaf_mask(self, leaf: Leaf) -> Mask:
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
        return column.any_of(self._dictionaries[leaf.field].find(leaf))

    def _has_image(self, leaf: Leaf) -> Mask:
        both = {"true": self._parts.has_image, "false": ~self._parts.has_image}
        wanted = [both[value] for value in both if value in leaf.values]
        return reduce(np.logical_or, wanted, self._all(False))

    def _all(self, value: bool) -> Mask:
        return np.full(self._parts.size, value, np.bool_)


def _commonest(counts: NDArray[np.int64], limit: int) -> NDArray[np.int64]:
    """Choose the codes with the `limit` highest counts, and all that tie with the last."""
    codes = np.flatnonzero(counts)
    if len(codes) <= limit:
        return codes
    last = len(codes) - limit
    threshold = np.partition(counts[codes], last)[last]
    return np.flatnonzero(counts >= threshold)


def _facet_value(field: Field, dictionary: Dictionary, code: int, count: int) -> FacetValue:
    match field:
        case Field.ARTIST:
            return FacetValue(dictionary.labels[code], dictionary.values[code], count)
        case Field.ARTIST_ID:
            return FacetValue(dictionary.values[code], dictionary.values[code], count)
        case _:
            return FacetValue(dictionary.labels[code], None, count)
