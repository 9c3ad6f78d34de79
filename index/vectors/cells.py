"""Inverted cells over the vectors of a space: a FAISS IVF index, built once, then only read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.queries import Strategy
from core.types import Matrix
from index.files.arrays import open_array
from index.vectors.approximate import FoundRows
from index.vectors.cell_bounds import CellBounds, open_cell_bounds
from index.vectors.faiss_library import faiss_for_search, open_index
from index.vectors.owners import Matching
from index.vectors.rounding import ROUNDING

INDEX = "index.faiss"
CELL_OF = "cells.npy"

_SAMPLED = 1 << 17  # rows of which the cells are counted under a filter; of more, a sample


@dataclass(frozen=True)
class Visit:
    """The cells that are visited for one query."""

    cells: NDArray[np.int64]  # (1, nprobe), nearest first
    nearness: NDArray[np.float32]  # (1, nprobe)
    visited: int  # matching rows in them
    beyond: float  # no row of another cell has a better score

    @property
    def nprobe(self) -> int:
        """How many cells they are."""
        return int(self.cells.shape[1])


class CellIndex:
    """An IVF index opened by memory map; it must never be written to, FAISS would abort.

    Cells are visited, nearest first, until they hold a share of the rows *that match*. With a
    number of cells fixed, recall falls where a filter keeps rows far from the query: for works
    by Turner from 0.95 to 0.86, at 192 of 1,024 cells; by share it stays at 0.95.
    """

    strategy = Strategy.IVF
    # Shares of the matching rows; with 4-bit codes even all of them may be the quickest.
    efforts = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 3 / 4, 1.0)

    def __init__(self, index: Any, cell_of: NDArray[Any], bounds: CellBounds) -> None:  # noqa: ANN401 - FAISS has no types
        self.index = index
        self._bounds = bounds
        self._stride = max(1, len(cell_of) // _SAMPLED)
        # The cell of each row, or of each stride-th: the share of a filter needs no more.
        self._cell_of = np.ascontiguousarray(cell_of[:: self._stride])
        self.nlist: int = index.nlist
        self._sizes = np.bincount(cell_of, minlength=self.nlist)
        order = np.argsort(self._cell_of, kind="stable")
        self._by_cell = order.astype(np.int32)
        self._used, self._firsts = np.unique(self._cell_of[order], return_index=True)
        self._has_full_rows = isinstance(index, faiss_for_search().IndexIVFFlat)

    def find(self, query: Matrix, count: int, within: Matching, effort: float) -> FoundRows:
        """Find the best rows of the cells that hold that share of the matching rows."""
        faiss_for_search()  # before the first call into FAISS: this thread may be a new one
        visit = self.choose(query, within, effort)
        rows, scores = self._scan(query, min(count, within.count), within, visit)
        beyond = max(visit.beyond, self._best_left(scores, within, visit))
        return FoundRows(rows, self.strategy, visit.visited, visit.nprobe, beyond)

    def _best_left(self, scores: NDArray[np.float32], within: Matching, visit: Visit) -> float:
        """Bound the scores of the rows of visited cells that were not found."""
        is_counted = within.is_all or self._stride == 1 or visit.visited == within.count
        if is_counted and len(scores) == visit.visited:
            return -np.inf
        if self._has_full_rows and len(scores):
            return float(scores[-1]) + ROUNDING
        return np.inf

    def choose(self, query: Matrix, within: Matching, share: float) -> Visit:
        """Choose the nearest cells that hold that share of the matching rows."""
        nearness, order = self.index.quantizer.search(query, self.nlist)
        if share >= 1:
            return Visit(order, nearness, within.count, -np.inf)
        held = np.cumsum(self._matching_sizes(within)[order[0]])
        last = int(np.searchsorted(held, share * held[-1])) + 1
        beyond = self._bounds.best_of(query, order[0, last:], nearness[0, last:])
        cells = np.ascontiguousarray(order[:, :last])
        return Visit(cells, np.ascontiguousarray(nearness[:, :last]), int(held[last - 1]), beyond)

    def _matching_sizes(self, within: Matching) -> NDArray[np.int64]:
        if within.is_all:
            return self._sizes
        marked = within.mask[:: self._stride].take(self._by_cell)
        sizes = np.zeros(self.nlist, np.int64)
        sizes[self._used] = np.add.reduceat(marked, self._firsts, dtype=np.int64)
        return sizes * self._stride

    def _scan(
        self, query: Matrix, count: int, within: Matching, visit: Visit
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        faiss = faiss_for_search()
        scores, rows = np.empty((1, count), np.float32), np.empty((1, count), np.int64)
        selector = None if within.is_all else faiss.IDSelectorBitmap(within.bits)
        parameters = faiss.SearchParametersIVF(sel=selector, nprobe=visit.nprobe)
        addresses = map(faiss.swig_ptr, (visit.cells, visit.nearness, scores, rows))
        store_pairs = False
        # The C++ method, since FAISS's wrapper of it takes no parameters.
        self.index.search_preassigned_c(
            1, faiss.swig_ptr(query), count, *addresses, store_pairs, parameters
        )
        found = rows[0] >= 0
        return rows[0, found], scores[0, found]


def open_cells(folder: Path) -> CellIndex:
    """Open the cells of a folder by memory map. Raises DamagedError, which names the file."""
    index = open_index(folder / INDEX)
    return CellIndex(index, open_array(folder / CELL_OF), open_cell_bounds(folder))
