"""The filter columns of a data set in numpy: what a filter leaves, and how much."""

from collections import Counter
from collections.abc import Iterable
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from bench.ann.conditions import AtLeast, AtMost, Condition, Has
from bench.ann.works import FlatWork
from core.types import Mask

_UNDATED_BEGIN, _UNDATED_END = 2**31 - 1, -(2**31)  # never at most, never at least


class FlatColumns:
    """Evaluates conditions over all works of a data set."""

    def __init__(self, works: Iterable[FlatWork]) -> None:
        postings: dict[tuple[str, str], list[int]] = {}
        begins, ends = list[int](), list[int]()
        for number, work in enumerate(works):
            for column, values in (("artist", work.artist), ("medium", work.medium)):
                for value in values:
                    postings.setdefault((column, value), []).append(number)
            begins.append(_UNDATED_BEGIN if work.begin is None else work.begin)
            ends.append(_UNDATED_END if work.end is None else work.end)
        self._postings = {key: np.asarray(rows, np.int32) for key, rows in postings.items()}
        self.begins: NDArray[np.int32] = np.asarray(begins, np.int32)
        self.ends: NDArray[np.int32] = np.asarray(ends, np.int32)

    def __len__(self) -> int:
        """Count the works."""
        return len(self.begins)

    def counts(self, column: str) -> Counter[str]:
        """Count the works that hold each value of a column."""
        found = {value: len(rows) for (c, value), rows in self._postings.items() if c == column}
        return Counter(found)

    def mask(self, conditions: Iterable[Condition]) -> Mask:
        """Tell which works pass all conditions."""
        return reduce(np.logical_and, map(self._one, conditions), np.ones(len(self), np.bool_))

    def _one(self, condition: Condition) -> Mask:
        match condition:
            case AtMost(_, year):
                return self.begins <= year
            case AtLeast(_, year):
                return self.ends >= year
            case Has(column, value):
                mask = np.zeros(len(self), np.bool_)
                mask[self._postings.get((column, value), [])] = True
                return mask
