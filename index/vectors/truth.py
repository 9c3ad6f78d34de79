"""The true neighbours of some queries, against which an approximate index is measured."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.types import Matrix
from index.vectors.owners import Matching
from index.vectors.rounding import ROUNDING

_BLOCK = 16_384  # rows scored at once: 8 MB of scores for 128 queries


@dataclass(frozen=True)
class Truth:
    """For each query the best of the matching rows, best first."""

    rows: NDArray[np.int64]  # (queries, k); -1 where fewer match
    scores: NDArray[np.float32]  # (queries, k)

    def right(self, query: int, found: NDArray[np.int64], k: int) -> NDArray[np.int64]:
        """Count how many of the k best are among the first rows found, for each number of them.

        By score, so that equal rows stand for each other.
        """
        least = self.scores[query, k - 1] - ROUNDING
        hits = self.rows[query, self.scores[query] >= least]
        return np.minimum(np.cumsum(np.isin(found, hits)), k)


def find_truth(vectors: Matrix, queries: Matrix, within: Matching, k: int) -> Truth:
    """Find each query's k best matching rows by brute force, a piece of the rows at a time."""
    rows = np.full((len(queries), k), -1, np.int64)
    scores = np.full((len(queries), k), -np.inf, np.float32)
    for start, block in blocks(vectors):
        places = np.arange(start, start + len(block))
        if not within.is_all:
            inside = within.mask[start : start + len(block)]
            places, block = places[inside], block[inside]
        both = np.concatenate([scores, queries @ block.T], axis=1)
        all_rows = np.concatenate([rows, np.broadcast_to(places, (len(queries), len(places)))], 1)
        best = np.argpartition(both, -k, axis=1)[:, -k:]
        scores = np.take_along_axis(both, best, axis=1)
        rows = np.take_along_axis(all_rows, best, axis=1)
    order = np.argsort(-scores, axis=1, kind="stable")
    return Truth(np.take_along_axis(rows, order, 1), np.take_along_axis(scores, order, 1))


def blocks(vectors: Matrix) -> Iterator[tuple[int, Matrix]]:
    """Read rows a piece at a time, each with its place."""
    for start in range(0, len(vectors), _BLOCK):
        yield start, vectors[start : start + _BLOCK]
