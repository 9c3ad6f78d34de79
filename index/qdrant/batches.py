"""A space in batches for Qdrant: vectors with the payload of their artworks, checked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from core.errors import DamagedError
from core.ports import SpaceRows
from core.types import Artwork, Json, Matrix
from index.qdrant.payload import PIECE, payload_of

ReadArtworks = Callable[[], Iterator[Artwork]]
"""Reads all artworks of a snapshot from the start, in the order of their numbers."""

_BATCH = 256  # vectors; 2,048 numbers each are 10 MB of JSON, and a server takes 32 MB
# Rounding to float16 and back changes a length by 1e-3 at most; more is not normalised.
_LENGTH_TOLERANCE = 2e-3


@dataclass(frozen=True)
class Batch:
    """Some vectors of a space, and what Qdrant keeps beside each."""

    start: int  # row of the first vector, which is its id in Qdrant
    vectors: Matrix
    payloads: list[Json]

    @property
    def ids(self) -> list[int]:
        """Rows of the vectors."""
        return list(range(self.start, self.start + len(self.vectors)))


def batches_of(rows: SpaceRows, artworks: ReadArtworks) -> Iterator[Batch]:
    """Read a space from its start.

    Raises:
        DamagedError: the vectors are not finite, not of unit length, not as many as said, or
            belong to no artwork.
    """
    _check_numbers(rows)
    payloads, start, count = _payloads(rows, artworks()), 0, len(rows.numbers)
    for piece in rows.batches():
        _check_vectors(piece, rows)
        for first in range(0, len(piece), _BATCH):
            vectors = piece[first : first + _BATCH]
            if start + len(vectors) > count:
                raise DamagedError(f"space {rows.space.name}: more vectors came than announced")
            yield Batch(start, vectors, [next(payloads) for _ in vectors])
            start += len(vectors)
    if start != count:
        raise DamagedError(f"space {rows.space.name}: {start} vectors came, {count} announced")


def _payloads(rows: SpaceRows, artworks: Iterator[Artwork]) -> Iterator[Json]:
    """Write the payload of each vector; artworks and numbers ascend together."""
    at, payload, piece = -1, {}, 0
    for number in rows.numbers.tolist():
        piece = piece + 1 if number == at else 0
        if number > at:
            artwork = _skip(artworks, number - at - 1)
            if artwork is None:
                raise DamagedError(f"space {rows.space.name}: there is no artwork {number}")
            at, payload = number, payload_of(artwork, number)
        yield {**payload, PIECE: piece}


def _skip(artworks: Iterator[Artwork], count: int) -> Artwork | None:
    for _ in range(count):
        next(artworks, None)
    return next(artworks, None)


def _check_numbers(rows: SpaceRows) -> None:
    numbers = rows.numbers
    if len(numbers) and (numbers[0] < 0 or (np.diff(numbers) < 0).any()):
        raise DamagedError(f"space {rows.space.name}: artwork numbers must ascend from 0")


def _check_vectors(vectors: Matrix, rows: SpaceRows) -> None:
    name, dim = rows.space.name, rows.space.encoder.dim
    if vectors.ndim != 2 or vectors.shape[1] != dim:
        raise DamagedError(f"space {name}: vectors of {vectors.shape[1:]} numbers, not {dim}")
    lengths = np.linalg.norm(vectors, axis=1)
    if not (np.abs(lengths - 1) <= _LENGTH_TOLERANCE).all():  # false for what is not finite too
        raise DamagedError(f"space {name}: a vector is not finite, or not of length 1")
