"""Which artwork each vector of a space belongs to; an artwork may have several or none."""

from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.ports import Selection
from core.types import Mask, Numbers

Rows: TypeAlias = NDArray[np.int64]

_FEW = 16  # of so many artworks, one: then their rows are looked up, not marked


class Matching:
    """The rows of a space that a filter leaves; each form of them is made when it is needed."""

    def __init__(
        self, size: int, artworks: int, *, mask: Mask | None = None, rows: Rows | None = None
    ) -> None:
        self._size = size
        self.artworks = artworks  # that the rows belong to
        self.is_all = mask is None and rows is None
        if mask is not None:
            self.mask = mask
        if rows is not None:
            self.rows = rows

    @cached_property
    def count(self) -> int:
        """How many rows they are."""
        if self.is_all:
            return self._size
        return len(self.rows) if "rows" in self.__dict__ else int(np.count_nonzero(self.mask))

    @cached_property
    def mask(self) -> Mask:
        """One claim for each row."""
        if self.is_all:
            return np.ones(self._size, np.bool_)
        mask = np.zeros(self._size, np.bool_)
        mask[self.rows] = True
        return mask

    @cached_property
    def rows(self) -> Rows:
        """Their places, ascending."""
        return np.arange(self._size) if self.is_all else np.flatnonzero(self.mask)

    @cached_property
    def bits(self) -> NDArray[np.uint8]:
        """The mask, eight rows a byte, the lowest bit first."""
        return np.packbits(self.mask, bitorder="little")


class SelectedRows(Matching):
    """Row i belongs to artwork i: what is selected of artworks is selected of rows."""

    def __init__(self, size: int, selection: Selection) -> None:
        super().__init__(size, selection.count)
        self.is_all = False
        self.count = selection.count
        self._selection = selection

    @property
    def mask(self) -> Mask:
        """One claim for each row."""
        return self._selection.mask

    @cached_property
    def rows(self) -> Rows:
        """Their places, ascending."""
        return self._selection.numbers.astype(np.int64)

    @property
    def bits(self) -> NDArray[np.uint8]:
        """The mask, eight rows a byte, the lowest bit first."""
        return self._selection.bits


class Owners:
    """Maps vectors to artworks and back."""

    def __init__(self, numbers: Numbers, artworks: int) -> None:
        self.numbers = numbers  # artwork number of each vector, ascending
        self._counts = np.bincount(numbers, minlength=artworks)
        self._starts = np.concatenate(([0], np.cumsum(self._counts)))
        self._has_vectors: Mask = self._counts > 0
        self.most = int(self._counts.max(initial=0))  # vectors of one artwork
        self._is_same = self.most == 1 and len(numbers) == artworks
        self._artworks = int(np.count_nonzero(self._has_vectors))

    def match(self, selection: Selection | None) -> Matching:
        """Find the vectors of the selected artworks; None for all."""
        if selection is None:
            return Matching(len(self.numbers), self._artworks)
        if self._is_same:
            return SelectedRows(len(self.numbers), selection)
        if selection.count * _FEW < len(self._counts):
            numbers = selection.numbers
            artworks = int(np.count_nonzero(self._has_vectors[numbers]))
            return Matching(len(self.numbers), artworks, rows=self.rows_of(numbers))
        artworks = int(np.count_nonzero(selection.mask & self._has_vectors))
        return Matching(len(self.numbers), artworks, mask=selection.mask.take(self.numbers))

    def rows_of(self, artworks: Numbers) -> Rows:
        """Find all rows of some artworks, ascending."""
        begins, lengths = self._starts[artworks], self._counts[artworks]
        before = np.cumsum(lengths) - lengths
        return np.repeat(begins - before, lengths) + np.arange(int(lengths.sum()))

    def rows_of_one(self, artwork: int) -> slice:
        """Find the rows of one artwork."""
        return slice(int(self._starts[artwork]), int(self._starts[artwork + 1]))
