"""Rows of published vectors as they are read, and what each must be, whatever file it stands in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow
from numpy.typing import NDArray

from core.errors import InputError
from core.spaces import Space
from core.types import Matrix
from exchange.vector_writer import Origin

BATCH = 2048  # rows in memory at once: 6 MB of vectors where dim is 768
_HASH = re.compile(r"[0-9a-f]{64}")
_NO_LENGTH = 1e-12
_UNIT = 1e-3  # how far a length may be from 1: what rounding to half precision does


@dataclass(frozen=True, slots=True)
class Lines:
    """Which rows of a file are looked at, for people: they are counted from 1."""

    file: str
    numbers: Sequence[int]

    def wrong(self, index: int, column: str, message: str) -> InputError:
        """Say what is wrong in a column of one of the rows."""
        return InputError(f"{self.file}, row {self.numbers[index]}, column {column}", message)


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a file, checked each for itself."""

    lines: Lines
    artwork_ids: Sequence[str]
    content_hashes: Sequence[str | None]
    vectors: Matrix  # as they are in the file
    unit: Matrix  # of unit length: those that were so are as they were
    normalised: int  # how many were not


class VectorSource(Protocol):
    """A file of vectors; every reading gives the same rows."""

    @property
    def space(self) -> Space:
        """What was embedded, and how."""

    @property
    def count(self) -> int:
        """How many rows it has."""

    def rows(self) -> Iterator[Rows]:
        """Read the rows, each checked for itself. Raises InputError."""

    def origin(self) -> Origin:
        """Tell where they come from, once all rows were read."""

    def fingerprint(self) -> str:
        """Tell the SHA-256 of the vectors, once all rows were read."""


def checked_texts(column: pyarrow.Array, name: str, lines: Lines) -> list[str]:
    """Read texts of which none may be missing or empty. Raises InputError."""
    values: list[str] = column.to_pylist()
    for i, value in enumerate(values):
        if not value or "\0" in value:
            raise lines.wrong(i, name, "is empty")
    return values


def checked_hashes(column: pyarrow.Array, lines: Lines) -> list[str | None]:
    """Read content hashes, where there are any. Raises InputError."""
    values: list[str | None] = column.to_pylist()
    for i, value in enumerate(values):
        if value is not None and not _HASH.fullmatch(value):
            raise lines.wrong(i, "content_hash", f"{value[:80]!r} is no SHA-256 in hex digits")
    return values


def matrix_of(column: pyarrow.Array, dim: int, name: str, lines: Lines) -> Matrix:
    """Read the vectors of a column of lists, all of one length. Raises InputError."""
    if column.null_count:
        raise lines.wrong(_first(np.asarray(column.is_null())), name, "is missing")
    if not pyarrow.types.is_fixed_size_list(column.type):
        lengths = np.asarray(column.value_lengths())
        is_other = np.asarray(lengths != dim)
        if is_other.any():
            other = _first(is_other)
            raise lines.wrong(other, name, f"has {lengths[other]} numbers, not {dim}")
    flat = column.flatten()
    if flat.null_count:
        raise lines.wrong(_first(np.asarray(flat.is_null())) // dim, name, "lacks a number")
    matrix = flat.to_numpy(zero_copy_only=False).reshape(-1, dim)
    return np.ascontiguousarray(matrix, np.float32)


def unit_rows(vectors: Matrix, name: str, lines: Lines) -> tuple[Matrix, int]:
    """Bring vectors to unit length, and count those that were not. Raises InputError."""
    is_wrong = np.asarray(~np.isfinite(vectors).all(axis=1))
    if is_wrong.any():
        raise lines.wrong(_first(is_wrong), name, "holds a number that is not finite")
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1)
    is_none = np.asarray(lengths < _NO_LENGTH)
    if is_none.any():
        raise lines.wrong(_first(is_none), name, "has no length: it points nowhere")
    off = np.abs(lengths - 1) > _UNIT
    if not off.any():
        return vectors, 0
    unit = vectors.copy()
    unit[off] = (vectors[off] / lengths[off, None]).astype(np.float32)
    return unit, int(off.sum())


def _first(is_wrong: NDArray[np.bool_]) -> int:
    return int(np.flatnonzero(is_wrong)[0])
