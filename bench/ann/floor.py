"""The memory-bandwidth floor: how fast this machine reads the bytes that a search has to read."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.record import Figure
from core.types import Matrix

REPEATS = 7  # the best one counts: a floor is what nothing disturbed
PIECES = (0.57, 0.10, 0.01)  # of the rows: what a gather at each selectivity reads
_CACHE_BYTES = 64 << 20  # written between two readings, so that the next comes from memory


@dataclass(frozen=True, slots=True)
class Floor:
    """The least time in which so many bytes were read."""

    bytes: int
    share: float  # of the matrix
    cache: str  # "flushed": other data was read in between; "warm": nothing was
    best_ms: float
    reader: str

    def figures(self) -> dict[str, Figure]:
        """Write the floor as the figures of a row."""
        return {
            "bytes": self.bytes,
            "share": self.share,
            "cache": self.cache,
            "p50_ms": self.best_ms,
            "reader": self.reader,
            "gb_per_s": self.bytes / self.best_ms / 1e6,
        }


def measure_floors(rows: Matrix, query: NDArray[np.float32]) -> list[Floor]:
    """Read the whole matrix, and pieces as large as what filters leave, with one thread."""
    floors = []
    for share in (1.0, *PIECES):
        piece = rows[: max(1, round(share * len(rows)))]
        if share < 1.0:
            piece = np.array(piece)  # in memory of its own, as rows that lie together
        floors += [_floor(piece, query, share, cache=cache) for cache in ("flushed", "warm")]
    return floors


def _floor(piece: Matrix, query: NDArray[np.float32], share: float, *, cache: str) -> Floor:
    flood = np.zeros(_CACHE_BYTES // 8, np.int64)
    best: tuple[float, str] = (float("inf"), "")
    for name, read in readers(piece, query).items():
        for _ in range(REPEATS):
            if cache == "flushed":
                flood += 1
            begin = time.perf_counter()
            read()
            best = min(best, ((time.perf_counter() - begin) * 1000, name))
    return Floor(piece.nbytes, share, cache, *best)


def readers(piece: Matrix, query: NDArray[np.float32]) -> dict[str, Callable[[], object]]:
    """List ways of reading every byte of a piece once."""
    faiss: Any = import_module("faiss")  # its types leave out what is not for every day

    words = piece.reshape(-1).view(np.int64 if piece.nbytes % 8 == 0 else np.int32)
    numbers = piece.reshape(-1)
    distances = np.empty(len(piece), np.float32)

    def inner_products() -> None:
        faiss.fvec_inner_products_ny(
            faiss.swig_ptr(distances),
            faiss.swig_ptr(query),
            faiss.swig_ptr(piece),
            piece.shape[1],
            len(piece),
        )

    return {
        "sgemv": lambda: piece @ query,
        "maximum": lambda: numbers.max(),
        "sum": lambda: words.sum(),
        "or": lambda: np.bitwise_or.reduce(words),
        "faiss": inner_products,
    }
