"""The embeddings of one space in a snapshot: planned, searched, and ranked by artwork."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.filters import Filter
from core.ports import FilterColumns
from core.queries import DEFAULT_RECALL, Candidates, Plan, Recall, RecallKind, Strategy
from core.spaces import Space
from core.types import Matrix, Numbers
from index.vectors.approximate import Approximate, FoundRows
from index.vectors.exact import score_rows
from index.vectors.index_files import IndexParts
from index.vectors.owners import Matching, Owners, Rows
from index.vectors.planner import APPROXIMATE, Asked, Choice, Setting, Way, choose
from index.vectors.ranking import best, best_by_artwork, directions_by_artwork

_EXACT = Recall()


@dataclass(frozen=True)
class SpaceParts:
    """All that a space is searched by."""

    space: Space
    vectors: Matrix
    owners: Owners
    index: IndexParts
    size_bytes: int


@dataclass(frozen=True)
class _Job:
    """One search: whose k best artworks are wanted, and among which rows."""

    query: Matrix
    k: int
    recall: float
    within: Matching


class SpaceIndex:
    """Finds the artworks nearest to a vector; safe to use from many threads."""

    def __init__(self, parts: SpaceParts, columns: FilterColumns) -> None:
        self._space = parts.space
        self._field, self._name = parts.space.field.value, parts.space.name
        self._vectors = parts.vectors
        self._owners = parts.owners
        self._index = parts.index
        self._size_bytes = parts.size_bytes
        self._columns = columns

    @property
    def space(self) -> Space:
        """Whose embeddings these are."""
        return self._space

    @property
    def count(self) -> int:
        """How many embeddings it holds."""
        return len(self._vectors)

    def memory_bytes(self) -> int:
        """Bytes of the files it maps."""
        return self._size_bytes

    def vectors_of(self, number: int) -> Matrix:
        """Stored embeddings of one artwork; (0, dim) where it has none."""
        return self._vectors[self._owners.rows_of_one(number)].copy()

    def directions_of(self, numbers: Numbers) -> Matrix:
        """Mean direction of each artwork's embeddings, in the order asked; zeros without any."""
        rows = self._owners.rows_of(numbers)
        return directions_by_artwork(self._owners.numbers[rows], self._vectors[rows], numbers)

    def search(
        self, vector: Matrix, where: Filter | None, k: int, *, recall: float = DEFAULT_RECALL
    ) -> tuple[Candidates, Plan]:
        """Find min(k, matching) artworks, best vector first; `vector` is (1, dim).

        A recall of 1 is exact search. Raises ValueError for a vector of another shape.
        """
        within = self._matching(where)
        job = _Job(self._checked(vector), k, recall, within)
        if self._is_few(within):
            return self._gather(job)
        choice = self._choose(within, k, recall)
        if choice.setting and self._index.approximate:
            return self._search_approximately(self._index.approximate, choice.setting, choice, job)
        return self._search_exactly(choice, job)

    def explain(self, where: Filter | None, k: int, *, recall: float = DEFAULT_RECALL) -> Plan:
        """Tell what `search` chooses, with the rows that it scores, about.

        A search still goes another way where an approximate index finds too few, or a GPU fails.
        """
        within = self._matching(where)
        if self._is_few(within):
            return self._gather_plan(within)
        choice = self._choose(within, k, recall)
        setting, index = choice.setting, self._index.approximate
        if setting and index:
            # An effort is a share of the rows, or the number of a graph's candidates.
            look = setting.effort * (within.count if setting.effort <= 1 else 1)
            planned = self._plan(choice, within, index.strategy, min(round(look), within.count))
            return replace(planned, recall=Recall(RecallKind.CALIBRATED, recall, setting.recall))
        gathers = choice.way in (Way.GATHER, Way.GATHER_INT8)
        visited = within.count if gathers else len(self._vectors)
        return self._plan(choice, within, choice.way.strategy, visited)

    def _matching(self, where: Filter | None) -> Matching:
        everything = where is None and self._columns.is_whole
        return self._owners.match(None if everything else self._columns.select(where))

    def _is_few(self, within: Matching) -> bool:
        return within.count <= self._index.knowledge.few

    def _choose(self, within: Matching, k: int, recall: float) -> Choice:
        asked = Asked(len(self._vectors), within.count, self._wanted(k, within), recall)
        return choose(asked, self._index.knowledge)

    def _gather(self, job: _Job) -> tuple[Candidates, Plan]:
        """Score a few rows, of which a search takes hardly longer than a plan would."""
        rows = job.within.rows
        found = self._rank(rows, score_rows(self._vectors, job.query, rows), job.k)
        return found, self._gather_plan(job.within)

    def _gather_plan(self, within: Matching) -> Plan:
        artworks, rows = within.artworks, within.count
        return Plan(self._field, self._name, Strategy.GATHER, _EXACT, artworks, rows)

    def _search_exactly(self, choice: Choice, job: _Job) -> tuple[Candidates, Plan]:
        wanted = self._wanted(job.k, job.within)
        scored = self._index.exact.run(choice.way, job.query, job.within, wanted)
        plan = self._plan(choice, job.within, scored.strategy, scored.visited)
        ranked = self._rank(scored.rows, scored.scores, job.k)
        return ranked, replace(plan, rows_refined=scored.refined)

    def _search_approximately(
        self, index: Approximate, setting: Setting, choice: Choice, job: _Job
    ) -> tuple[Candidates, Plan]:
        wanted = self._wanted(job.k, job.within)
        found = index.find(job.query, max(setting.refine, wanted), job.within, setting.effort)
        if len(found.rows) < wanted:
            return self._search_exactly(choice, job)  # never short
        # Scored again as exact search does: by all vectors of an artwork, to the same bits.
        rows = np.sort(found.rows)
        if self._owners.most > 1:
            rows = self._owners.rows_of(np.unique(self._owners.numbers[rows]))
        refined = self._index.exact.refine(job.query, rows, wanted)
        ranked = self._rank(refined.rows, refined.scores, job.k)
        plan = self._plan(choice, job.within, found.strategy, found.visited)
        recall = _promise(found, ranked, setting, job.recall)
        return ranked, replace(
            plan, recall=recall, rows_refined=refined.refined, nprobe=found.nprobe
        )

    def _plan(self, choice: Choice, within: Matching, strategy: Strategy, visited: int) -> Plan:
        return Plan(
            leg=self._field,
            space=self._name,
            strategy=strategy,
            recall=_EXACT,
            rows_matching=within.artworks,
            rows_scored=visited,
            estimates_ms=self._estimates(choice),
        )

    def _wanted(self, k: int, within: Matching) -> int:
        # The best vectors may all belong to a few artworks.
        return min(k * self._owners.most, within.count)

    def _rank(self, rows: Rows, scores: NDArray[np.float32], k: int) -> Candidates:
        numbers = self._owners.numbers[rows]
        if self._owners.most > 1:
            numbers, scores = best_by_artwork(numbers, scores)
        return best(numbers, scores, k)

    def _estimates(self, choice: Choice) -> Mapping[str, float]:
        """Name the estimate of the approximate index by what it is."""
        if not choice.estimates_ms:
            return {}
        estimates = {str(way): round(ms, 3) for way, ms in choice.estimates_ms.items()}
        if self._index.approximate and APPROXIMATE in estimates:
            estimates[self._index.approximate.strategy.value] = estimates.pop(APPROXIMATE)
        return estimates

    def _checked(self, vector: Matrix) -> Matrix:
        wanted = (1, self._vectors.shape[1])
        if vector.shape != wanted:
            raise ValueError(f"{self._space.name}: a query of shape {vector.shape}, not {wanted}")
        return np.ascontiguousarray(vector, np.float32)


def _promise(found: FoundRows, ranked: Candidates, setting: Setting, target: float) -> Recall:
    """Say how exact an answer is: by proof where there is one, else as it was measured."""
    if found.beyond == -np.inf:
        return _EXACT  # every matching row was scored
    # Only a better score proves it: an equal one could belong to a lower number.
    if len(ranked.scores) and found.beyond < ranked.scores[-1]:
        return Recall(RecallKind.CERTIFIED, target, 1.0)
    return Recall(RecallKind.CALIBRATED, target, setting.recall)
