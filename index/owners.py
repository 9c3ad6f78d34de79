"""Which artwork each vector of a space belongs to; an artwork may have several or none."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.types import Mask, Numbers


@dataclass(frozen=True)
class Matching:
    """What a filter leaves of a space."""

    mask: Mask | None  # over the vectors; None where all match
    vectors: int
    artworks: int


class Owners:
    """Maps vectors to artworks and back."""

    def __init__(self, numbers: Numbers, artworks: int) -> None:
        self.numbers = numbers  # artwork number of each vector, ascending
        self._counts = np.bincount(numbers, minlength=artworks)
        self._starts = np.concatenate(([0], np.cumsum(self._counts)))
        self._has_vectors: Mask = self._counts > 0
        self._artworks = int(np.count_nonzero(self._has_vectors))
        self.most = int(self._counts.max(initial=0))  # vectors of one artwork

    def match(self, selected: Mask | None) -> Matching:
        """Find the vectors of some artworks, given as a mask; None for all."""
        if selected is None:
            return Matching(None, len(self.numbers), self._artworks)
        if self.most == 1 and len(self.numbers) == len(selected):  # artwork i has vector i
            count = int(np.count_nonzero(selected))
            return Matching(selected, count, count)
        mask = selected.take(self.numbers)
        artworks = int(np.count_nonzero(selected & self._has_vectors))
        return Matching(mask, int(np.count_nonzero(mask)), artworks)

    def rows_of(self, artworks: Numbers) -> NDArray[np.int64]:
        """Find all rows of some artworks, ascending."""
        begins, lengths = self._starts[artworks], self._counts[artworks]
        before = np.cumsum(lengths) - lengths
        return np.repeat(begins - before, lengths) + np.arange(int(lengths.sum()))

    def rows_of_one(self, artwork: int) -> slice:
        """Find the rows of one artwork."""
        return slice(int(self._starts[artwork]), int(self._starts[artwork + 1]))
