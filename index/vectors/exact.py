"""Exact search: every row that can be a hit is scored in full precision.

A row's score has the same bits whether all rows are scored or only some, and equal rows have
equal scores, so ties are ties everywhere.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.queries import Strategy
from core.types import Matrix
from index.vectors.faiss_library import faiss_for_search
from index.vectors.int8_rows import Int8Rows
from index.vectors.owners import Matching
from index.vectors.planner import Way

_REFINED_AT_ONCE = 256  # rows; of more, 8-bit rows first are the quicker way


@dataclass(frozen=True, slots=True)
class Scored:
    """Rows in ascending order with their scores; the best ones are among them."""

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]
    strategy: Strategy  # what ran
    visited: int  # rows that were looked at, in whatever precision
    refined: int | None = None  # rows that were left after those in 8 bits


class ExactDevice(Protocol):
    """A device that finds the rows which can be among the best."""

    def candidates(self, query: Matrix, within: Matching, wanted: int) -> NDArray[np.int64] | None:
        """Find these rows, ascending, ties with the last included; None where it failed."""


class ExactSearch:
    """Searches the rows of a space exactly, in one of several ways."""

    def __init__(
        self, vectors: Matrix, int8: Int8Rows | None, device: ExactDevice | None = None
    ) -> None:
        self.vectors = vectors
        self._int8 = int8
        self._device = device
        in_int8 = (Way.GATHER_INT8, Way.SCAN_INT8) if int8 else ()
        on_device = (Way.GPU,) if device else ()
        self.ways = (Way.GATHER, Way.SCAN, *in_int8, *on_device)

    def with_device(self, device: ExactDevice) -> "ExactSearch":
        """Search the same rows with a device as well."""
        return ExactSearch(self.vectors, self._int8, device)

    def run(self, way: Way, query: Matrix, within: Matching, wanted: int) -> Scored:
        """Score the matching rows, or those of them that can be among the `wanted` best."""
        match way:
            case Way.GATHER:
                return self._scored(way, query, within.rows, within.count)
            case Way.SCAN:
                return self._scan(query, within)
            case Way.GATHER_INT8:
                return self._gather_int8(query, within, wanted)
            case Way.SCAN_INT8:
                return self._scan_int8(query, within, wanted)
            case Way.GPU:
                return self._on_device(query, within, wanted)

    def refine(self, query: Matrix, rows: NDArray[np.int64], wanted: int) -> Scored:
        """Score some rows, in full precision those that can be among the `wanted` best."""
        visited = len(rows)
        if self._int8 and visited > _REFINED_AT_ONCE:
            rows = self._int8.candidates(query, rows, wanted)
        scores = score_rows(self.vectors, query, rows)
        return Scored(rows, scores, Strategy.GATHER, visited, len(rows))

    def _scan(self, query: Matrix, within: Matching) -> Scored:
        scores = score_all(self.vectors, query)
        rows = within.rows
        found = scores if within.is_all else scores[rows]
        return Scored(rows, found, Strategy.SCAN, len(self.vectors))

    def _gather_int8(self, query: Matrix, within: Matching, wanted: int) -> Scored:
        assert self._int8 is not None  # noqa: S101 - else this is not one of the ways
        rows = self._int8.candidates(query, within.rows, wanted)
        return self._scored(Way.GATHER_INT8, query, rows, within.count, is_refined=True)

    def _scan_int8(self, query: Matrix, within: Matching, wanted: int) -> Scored:
        assert self._int8 is not None  # noqa: S101 - else this is not one of the ways
        mask = None if within.is_all else within.mask
        rows = self._int8.candidates_of_all(query, mask, wanted)
        return self._scored(Way.SCAN_INT8, query, rows, len(self.vectors), is_refined=True)

    def _on_device(self, query: Matrix, within: Matching, wanted: int) -> Scored:
        rows = self._device.candidates(query, within, wanted) if self._device else None
        if rows is None:  # the device has failed, and says so: answers go on without it
            return self.run(Way.SCAN_INT8 if self._int8 else Way.SCAN, query, within, wanted)
        return self._scored(Way.GPU, query, rows, len(self.vectors), is_refined=True)

    def _scored(
        self,
        way: Way,
        query: Matrix,
        rows: NDArray[np.int64],
        visited: int,
        *,
        is_refined: bool = False,
    ) -> Scored:
        scores = score_rows(self.vectors, query, rows)
        return Scored(rows, scores, way.strategy, visited, len(rows) if is_refined else None)


def score_all(vectors: Matrix, query: Matrix) -> NDArray[np.float32]:
    """Score every row against a query of shape (1, dim), by inner product."""
    faiss = faiss_for_search()
    scores = np.empty(len(vectors), np.float32)
    pointer = faiss.swig_ptr
    faiss.fvec_inner_products_ny(
        pointer(scores), pointer(query), pointer(vectors), vectors.shape[1], len(vectors)
    )
    return scores


def score_rows(vectors: Matrix, query: Matrix, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """Score some rows against a query of shape (1, dim), without copying them."""
    faiss = faiss_for_search()
    scores = np.empty(len(rows), np.float32)
    pointer = faiss.swig_ptr
    faiss.fvec_inner_products_by_idx(
        pointer(scores),
        pointer(query),
        pointer(vectors),
        pointer(rows),
        vectors.shape[1],
        1,
        len(rows),
    )
    return scores
