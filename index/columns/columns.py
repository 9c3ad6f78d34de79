"""The filter columns of a snapshot: a filter becomes a selection of its artworks."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, reduce

import numpy as np
from numpy.typing import NDArray

from core.filters import And, Field, Filter, Leaf, Not, Or
from core.ports import Selection
from core.queries import FacetValue
from core.types import Mask, Numbers
from index.columns.dictionary import Dictionary
from index.columns.leaves import ColumnParts, Leaves
from index.columns.selection import Bits, BitSelection, pack, sealed

_CACHE_BYTES = 32 << 20  # of masks; at 69,202 artworks all of the 256 filters
_CACHED_FILTERS = 256


@dataclass(frozen=True)
class _Kept:
    """The artworks that are not withdrawn, and what filters select of them."""

    all: BitSelection
    select: Callable[[Filter | None], BitSelection]  # resolves the same filter once


class Columns:
    """Resolves filters and counts facets in memory; safe to use from many threads."""

    def __init__(self, parts: ColumnParts) -> None:
        self._parts = parts
        self._leaves = Leaves(parts)
        self._kept = self._keep(BitSelection(pack(np.ones(parts.size, np.bool_)), parts.size))

    def select(self, where: Filter | None) -> Selection:
        """Resolve a filter; the same filter is resolved once."""
        return self._kept.select(where)

    @property
    def is_whole(self) -> bool:
        """Whether a search without a filter sees every artwork: none is withdrawn."""
        return self._kept.all.count == self._parts.size

    def is_withdrawn(self, number: int) -> bool:
        """Tell whether an artwork is left out of every selection."""
        return not self._kept.all.mask[number]

    def withdraw(self, numbers: Numbers) -> None:
        """Leave these artworks out from now on, and no others; searches in flight may see both."""
        kept = np.ones(self._parts.size, np.bool_)
        kept[numbers] = False
        if not np.array_equal(kept, self._kept.all.mask):
            self._kept = self._keep(BitSelection(pack(kept), self._parts.size))

    def forget(self, *, values: bool = False) -> None:
        """Forget the resolved filters; what is cached of single values stays, unless told."""
        self._kept = self._keep(self._kept.all)
        if values:
            self._leaves.forget()

    def facet(self, field: Field, within: Selection, limit: int) -> tuple[FacetValue, ...]:
        """Count a field's values over a selection, the commonest first.

        Years are counted by century, the fields of artists over links with the role "artist".
        """
        values = self._count(field, within.mask, limit)
        values.sort(key=lambda v: (-v.count, v.value, v.id or ""))
        return tuple(value for value in values[:limit] if value.count)

    def _keep(self, every: BitSelection) -> _Kept:
        size, leaves = self._parts.size, self._leaves

        def resolve(where: Filter | None) -> BitSelection:
            if where is None:
                return every
            return BitSelection(sealed(_bits(where, every.bits, leaves) & every.bits), size)

        cached = max(8, min(_CACHED_FILTERS, _CACHE_BYTES // max(size, 1)))
        return _Kept(every, lru_cache(maxsize=cached)(resolve))

    def _count(self, field: Field, within: Mask, limit: int) -> list[FacetValue]:
        if field is Field.YEAR:
            return self._parts.years.centuries(within)
        if field is Field.HAS_IMAGE:
            with_image = int(np.count_nonzero(within & self._parts.has_image))
            without = int(np.count_nonzero(within)) - with_image
            return [FacetValue("true", None, with_image), FacetValue("false", None, without)]
        source = Field.ARTIST if field is Field.ARTIST_ID else field
        counts = self._parts.columns[source].counts(within)
        dictionary = self._parts.dictionary(source)
        return [
            _facet_value(field, dictionary, code, int(counts[code]))
            for code in _commonest(counts, limit).tolist()
        ]


def _bits(where: Filter, kept: Bits, leaves: Leaves) -> Bits:
    """Find the artworks that pass; of those that are not kept it may say anything."""
    match where:
        case And(parts):
            return reduce(np.bitwise_and, (_bits(part, kept, leaves) for part in parts), kept)
        case Or(parts):
            none = np.zeros_like(kept)
            return reduce(np.bitwise_or, (_bits(part, kept, leaves) for part in parts), none)
        case Not(part):
            return ~_bits(part, kept, leaves)
        case Leaf():
            return leaves.bits(where)


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
