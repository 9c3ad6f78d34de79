"""The years of a snapshot's artworks: open ends, missing ones, and counts by century."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.filters import Leaf, Op
from core.queries import FacetValue
from core.types import Mask

OPEN_PAST = np.iinfo(np.int32).min
OPEN_FUTURE = np.iinfo(np.int32).max
_FARTHEST_CENTURY = 10_000  # bounds the buckets where a source has an absurd year


@dataclass(frozen=True)
class Years:
    """First and last year of each artwork, both included.

    A missing first year is OPEN_PAST and a missing last one OPEN_FUTURE; an artwork without
    years has them the wrong way round, so that it overlaps nothing.
    """

    begin: NDArray[np.int32]
    end: NDArray[np.int32]

    def select(self, leaf: Leaf) -> Mask:
        """Mark the artworks that pass an `overlaps` or an `exists` leaf."""
        if leaf.op is Op.EXISTS:
            return self._dated() if leaf.present else ~self._dated()
        begin, end, lowest, highest = self._narrow
        # Known years lie between these two. With the limits one further in, open ends pass, and
        # artworks without years, which have them the wrong way round, do not.
        last = highest - 1 if leaf.end is None else min(max(leaf.end, lowest), highest - 1)
        first = lowest + 1 if leaf.begin is None else max(min(leaf.begin, highest), lowest + 1)
        mask: Mask = begin <= last
        mask &= end >= first
        return mask

    def centuries(self, within: Mask) -> list[FacetValue]:
        """Count the marked artworks that overlap each century, as a filter by it would.

        Open ends reach to the first or the last century in which some year is known.
        """
        chosen = within & self._dated()
        begin, end = self.begin[chosen], self.end[chosen]
        known = np.concatenate([begin[begin != OPEN_PAST], end[end != OPEN_FUTURE]])
        if len(known) == 0:
            return []
        lowest, highest = _century(np.array([known.min(), known.max()])).tolist()
        first = np.clip(_century(begin), lowest, highest) - lowest
        last = np.clip(_century(end), lowest, highest) - lowest
        size = highest - lowest + 2
        counts = np.cumsum(
            np.bincount(first, minlength=size) - np.bincount(last + 1, minlength=size)
        )
        centuries = (np.flatnonzero(counts) + lowest).tolist()
        return [
            FacetValue(century_name(c), century_id(c), int(counts[c - lowest])) for c in centuries
        ]

    @cached_property
    def _narrow(self) -> tuple[NDArray[Any], NDArray[Any], int, int]:
        """The years in two bytes each, where they fit: compared in half the time; and the ends."""
        begin, end = _narrowed(self.begin), _narrowed(self.end)
        if begin is None or end is None:
            return self.begin, self.end, OPEN_PAST, OPEN_FUTURE
        return begin, end, np.iinfo(np.int16).min, np.iinfo(np.int16).max

    def _dated(self) -> Mask:
        return np.not_equal(self.begin, OPEN_FUTURE)


def year_pair(begin: int | None, end: int | None) -> tuple[int, int]:
    """Code an artwork's years as `Years` keeps them."""
    if begin is None and end is None:
        return OPEN_FUTURE, OPEN_PAST
    first = OPEN_PAST if begin is None else _within_type(begin)
    return first, OPEN_FUTURE if end is None else _within_type(end)


def century_name(century: int) -> str:
    """Name a century: 18 is the 19th century, -1 the 1st century BC."""
    ordinal = century + 1 if century >= 0 else -century
    suffix = (
        "th" if 10 < ordinal % 100 < 20 else {1: "st", 2: "nd", 3: "rd"}.get(ordinal % 10, "th")
    )
    return f"{ordinal}{suffix} century{'' if century >= 0 else ' BC'}"


def century_id(century: int) -> str:
    """Write a century as its first and last year, as a filter takes them."""
    if century >= 0:
        return f"{century * 100}/{century * 100 + 99}"
    last = (century + 1) * 100
    return f"{last - 99}/{last or -1}"


def _century(years: NDArray[np.int32]) -> NDArray[np.int64]:
    # As in core/dates.py, the 2nd century BC is -199 to -100: the mirror of 100 to 199.
    wide = years.astype(np.int64)
    centuries = np.where(wide >= 0, wide // 100, -(-wide // 100) - 1)
    return np.clip(centuries, -_FARTHEST_CENTURY, _FARTHEST_CENTURY)


def _narrowed(years: NDArray[np.int32]) -> NDArray[np.int16] | None:
    """Write years in two bytes, open ends as its ends; None where a known year would be one."""
    ends = np.iinfo(np.int16)
    narrow = np.clip(years, ends.min, ends.max).astype(np.int16)
    at_ends = np.count_nonzero((narrow == ends.min) | (narrow == ends.max))
    is_open = (years == OPEN_PAST) | (years == OPEN_FUTURE)
    return narrow if at_ends == np.count_nonzero(is_open) else None


def _within_type(year: int) -> int:
    return max(OPEN_PAST + 1, min(OPEN_FUTURE - 1, year))
