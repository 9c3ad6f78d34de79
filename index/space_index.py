"""The embeddings of one space in a snapshot: planned, searched, and ranked by artwork."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.filters import Filter
from core.ports import FilterColumns
from core.queries import DEFAULT_RECALL, EXACT, Candidates, Plan, Recall, RecallKind, Strategy
from core.spaces import Space
from core.types import Matrix, Numbers
from index.calibrate import Calibration, Visit
from index.exact import score_all, score_rows
from index.faiss_index import ROUNDING, CellIndex, FoundRows
from index.owners import Matching, Owners
from index.planner import choose_strategy
from index.ranking import best, best_by_artwork

_SPARE = 32  # rows fetched beyond those wanted, to see ties at once


@dataclass(frozen=True)
class Cells:
    """An index of cells and how it is used."""

    index: CellIndex
    calibration: Calibration

    def visit(self, matching: Matching) -> Visit | None:
        """Tell how much to visit; None where exact search is better."""
        if matching.mask is None:
            return self.calibration.unfiltered
        return self.calibration.filtered


@dataclass(frozen=True)
class SpaceParts:
    """All that a space is searched by."""

    space: Space
    vectors: Matrix
    owners: Owners
    cells: Cells | None  # None where every search is exact
    size_bytes: int


@dataclass(frozen=True)
class _Job:
    """One search: whose k best vectors are wanted, and among which."""

    query: Matrix
    k: int
    matching: Matching


class SpaceIndex:
    """Finds the artworks nearest to a vector; safe to use from many threads."""

    def __init__(self, parts: SpaceParts, columns: FilterColumns) -> None:
        self._space = parts.space
        self._vectors = parts.vectors
        self._owners = parts.owners
        self._cells = parts.cells
        self._size_bytes = parts.size_bytes
        self._columns = columns

    @property
    def space(self) -> Space:
        """Whose embeddings these are."""
        return self._space

    def memory_bytes(self) -> int:
        """Bytes of the files it maps."""
        return self._size_bytes

    def vectors_of(self, number: int) -> Matrix:
        """Stored embeddings of one artwork; (0, dim) where it has none."""
        return self._vectors[self._owners.rows_of_one(number)].copy()

    def search(
        self, vector: Matrix, where: Filter | None, k: int, *, recall: float = DEFAULT_RECALL
    ) -> tuple[Candidates, Plan]:
        """Find min(k, matching) artworks, best vector first; `vector` is (1, dim)."""
        selected = None if where is None else self._columns.select(where).mask
        job = _Job(self._checked(vector), k, self._owners.match(selected))
        visit = None if recall >= EXACT or self._cells is None else self._cells.visit(job.matching)
        strategy = choose_strategy(
            len(self._vectors),
            job.matching.vectors,
            wanted=self._wanted(k),
            has_cells=visit is not None,
        )
        if strategy is Strategy.IVF and self._cells and visit:
            return self._search_cells(self._cells.index, visit, job)
        return self._search_exactly(strategy, job)

    def _search_exactly(self, strategy: Strategy, job: _Job) -> tuple[Candidates, Plan]:
        numbers, mask = self._owners.numbers, job.matching.mask
        if strategy is Strategy.SCAN:
            scores, scored = score_all(self._vectors, job.query), len(self._vectors)
            if mask is not None:
                numbers, scores = numbers[mask], scores[mask]
        else:
            rows = np.arange(len(numbers)) if mask is None else np.flatnonzero(mask)
            scores, scored = score_rows(self._vectors, job.query, rows), len(rows)
            numbers = numbers[rows]
        return self._rank(numbers, scores, job.k), self._plan(strategy, job, scored=scored)

    def _search_cells(self, cells: CellIndex, visit: Visit, job: _Job) -> tuple[Candidates, Plan]:
        found = self._fetch(cells, visit, job)
        # Scored again as exact search does: by all vectors of an artwork, to the same bits.
        rows = self._owners.rows_of(np.unique(self._owners.numbers[found.rows]))
        scores = score_rows(self._vectors, job.query, rows)
        ranked = self._rank(self._owners.numbers[rows], scores, job.k)
        plan = self._plan(Strategy.IVF, job, scored=found.scored)
        recall = Recall(RecallKind.CALIBRATED, visit.target, visit.measured)
        return ranked, replace(plan, recall=recall, nprobe=found.cells)

    def _fetch(self, cells: CellIndex, visit: Visit, job: _Job) -> FoundRows:
        """Find enough rows for k artworks, or all that match, and all ties with the last.

        Many works have the same text, so the same vector; FAISS would keep any of them.
        """
        mask, most = job.matching.mask, job.matching.vectors
        wanted = min(self._wanted(job.k), most)
        fetched = min(wanted + _SPARE, most)
        while True:
            found = cells.search(job.query, fetched, mask, share=visit.share)
            if fetched == most or found.scores[-1] < found.scores[wanted - 1] - ROUNDING:
                return found
            fetched = min(2 * fetched, most)

    def _wanted(self, k: int) -> int:
        return k * self._owners.most  # the best vectors may all belong to a few artworks

    def _rank(self, numbers: Numbers, scores: NDArray[np.float32], k: int) -> Candidates:
        if self._owners.most > 1:
            numbers, scores = best_by_artwork(numbers, scores)
        return best(numbers, scores, k)

    def _plan(self, strategy: Strategy, job: _Job, *, scored: int) -> Plan:
        return Plan(
            leg=self._space.field.value,
            space=self._space.name,
            strategy=strategy,
            recall=Recall(),
            rows_matching=job.matching.artworks,
            rows_scored=scored,
        )

    def _checked(self, vector: Matrix) -> Matrix:
        wanted = (1, self._vectors.shape[1])
        if vector.shape != wanted:
            raise ValueError(f"{self._space.name}: a query of shape {vector.shape}, not {wanted}")
        return np.ascontiguousarray(vector, np.float32)
