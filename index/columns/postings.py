"""Columns of codes: which artworks have which value of a dictionary, in two layouts."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.types import Mask, Numbers
from index.files.arrays import open_array, write_array

Codes: TypeAlias = NDArray[Any]
"""Places in a dictionary, ascending; integers of any width."""

_COMPARED = 12  # values up to which comparing beats a look-up of each code (0.8 ms at a million)
_SLICED = 64  # values up to which slices are quicker than one big index (measured: 0.1 of 0.2 ms)


class Column(Protocol):
    """One filter column, over the codes of its dictionary."""

    def any_of(self, codes: Codes) -> Mask:
        """Mark the artworks that have one of the values."""

    def present(self) -> Mask:
        """Mark the artworks that have any value."""

    def counts(self, within: Mask) -> NDArray[np.int64]:
        """Count the marked artworks of each value."""


@dataclass(frozen=True)
class CodeColumn:
    """At most one value for each artwork; the code behind the last means that it has none."""

    codes: Codes  # (artworks,)
    values: int  # size of the dictionary

    def any_of(self, codes: Codes) -> Mask:
        """Mark the artworks that have one of the values."""
        if 0 < len(codes) <= _COMPARED:
            return reduce(np.logical_or, (np.equal(self.codes, code) for code in codes.tolist()))
        wanted = np.zeros(self.values + 1, np.bool_)
        wanted[codes] = True
        return wanted.take(self.codes)

    def present(self) -> Mask:
        """Mark the artworks that have any value."""
        return np.not_equal(self.codes, self.values)

    def counts(self, within: Mask) -> NDArray[np.int64]:
        """Count the marked artworks of each value."""
        return np.bincount(self.codes[within], minlength=self.values + 1)[: self.values]


@dataclass(frozen=True)
class Postings:
    """Any number of values for each artwork: for each value, the artworks that have it."""

    starts: NDArray[np.int64]  # (values + 1,): where each value's numbers start
    numbers: Numbers  # ascending within a value
    size: int  # artworks in all

    def any_of(self, codes: Codes) -> Mask:
        """Mark the artworks that have one of the values."""
        if len(codes) == len(self.starts) - 1:
            return self.present()
        return mark(self.of(codes), self.size)

    def present(self) -> Mask:
        """Mark the artworks that have any value."""
        return self._present

    def counts(self, within: Mask) -> NDArray[np.int64]:
        """Count the marked artworks of each value."""
        if within.all():
            return np.diff(self.starts)
        running = np.zeros(len(self.numbers) + 1, np.int64)
        np.cumsum(within.take(self.numbers), out=running[1:])
        return np.diff(running[self.starts])

    def of(self, codes: Codes) -> Numbers:
        """Gather the numbers of some values."""
        return self.entries(self.numbers, codes)

    def entries(self, aligned: NDArray[Any], codes: Codes) -> NDArray[Any]:
        """Gather the entries for some values of an array that is aligned with `numbers`."""
        if len(codes) and codes[-1] - codes[0] + 1 == len(codes):  # neighbours, or one alone
            return aligned[self.starts[codes[0]] : self.starts[codes[-1] + 1]]
        begins, ends = self.starts[codes], self.starts[codes + 1]
        if 0 < len(codes) <= _SLICED:
            pieces = zip(begins.tolist(), ends.tolist(), strict=True)
            return np.concatenate([aligned[begin:end] for begin, end in pieces])
        lengths = ends - begins
        before = np.cumsum(lengths) - lengths
        return aligned[np.repeat(begins - before, lengths) + np.arange(int(lengths.sum()))]

    def where(self, wanted: Mask) -> "Postings":
        """Keep some of the entries."""
        running = np.concatenate(([0], np.cumsum(wanted)))
        return Postings(running[self.starts], self.numbers[wanted], self.size)

    @cached_property
    def _present(self) -> Mask:
        mask = mark(self.numbers, self.size)
        mask.flags.writeable = False
        return mask


def mark(numbers: Numbers, size: int) -> Mask:
    """Mark numbers in a mask."""
    mask = np.zeros(size, np.bool_)
    mask[numbers.astype(np.intp)] = True  # numpy takes its own integers thrice as fast
    return mask


def build_postings(codes: Codes, numbers: Codes, values: int, size: int) -> Postings:
    """Gather (value, number) pairs, given in any order and with repetitions, by value."""
    keys = np.unique(np.asarray(codes, np.int64) * max(size, 1) + np.asarray(numbers, np.int64))
    per_value = np.bincount(keys // max(size, 1), minlength=values)
    starts = np.concatenate(([0], np.cumsum(per_value))).astype(np.int64)
    return Postings(starts, (keys % max(size, 1)).astype(np.int32), size)


def smallest_type(largest: int) -> np.dtype[Any]:
    """Choose the narrowest unsigned integer that holds a number."""
    return np.min_scalar_type(largest)


def final_codes(provisional: Sequence[int], final: NDArray[np.int64]) -> Codes:
    """Renumber codes; -1, a missing value, becomes the code behind the last."""
    with_missing = np.append(final, len(final))
    return with_missing[np.array(provisional, np.int64)].astype(smallest_type(len(final)))


def write_postings(folder: Path, name: str, postings: Postings) -> None:
    """Write postings as two files."""
    write_array(folder / f"{name}.starts.npy", postings.starts)
    write_array(folder / f"{name}.numbers.npy", postings.numbers)


def open_postings(folder: Path, name: str, size: int) -> Postings:
    """Open postings that `write_postings` wrote."""
    starts = open_array(folder / f"{name}.starts.npy")
    return Postings(starts, open_array(folder / f"{name}.numbers.npy"), size)
