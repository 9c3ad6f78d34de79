"""The embeddings of one space in a Qdrant collection: counted, searched, ranked by artwork."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from core.errors import StorageError
from core.filters import Filter
from core.queries import DEFAULT_RECALL, EXACT, Candidates, Plan, Recall, RecallKind, Strategy
from core.spaces import Space, space_from_json
from core.types import Json, Matrix, Numbers
from index.qdrant.calibrate import SCAN_BYTES, choose_beam
from index.qdrant.connection import translated_errors
from index.qdrant.filters import FilterCompiler
from index.qdrant.payload import NUMBER, PIECE
from index.qdrant.points import FoundPoints, level_ties, nearest_points
from index.qdrant.vocabulary import Vocabulary
from index.vectors.ranking import directions_by_artwork

if TYPE_CHECKING:
    from qdrant_client import QdrantClient, models

_SPARE = 32  # vectors fetched beyond those wanted, to see ties at once
_CACHED_FILTERS = 256
_MOST_VALUES = 1_000_000  # distinct ones of subjects, movements or artists' names


@dataclass(frozen=True)
class _Matching:
    """What a filter leaves of a space."""

    where: "models.Filter | None"
    vectors: int
    artworks: int


@dataclass(frozen=True)
class _Beam:
    """How the graph is searched."""

    ef: int
    measured: float | None  # recall@10, without a filter


class QdrantSpace:
    """Finds the artworks nearest to a vector in a Qdrant collection; safe for many threads.

    Scores are Qdrant's inner products in float32, within 1e-6 of those of the exact index here.
    Neighbours that differ by rounding alone (3e-7) count as equal, and stand in the order of
    their artwork numbers. `rows_scored` is the number of vectors that match where all of them were
    scored, and else of those that Qdrant gave back: it does not tell how many it visited.
    """

    def __init__(self, client: "QdrantClient", card: Json, *, scan_bytes: int = SCAN_BYTES) -> None:
        self._client = client
        self._space = space_from_json(card["space"])
        self._collection: str = card["collection"]
        self._most: int = card["most"]
        self._count: int = card["vectors"]
        self._measured: list[Json] = card["calibration"]["settings"] if card["calibration"] else []
        self._scan_bytes = scan_bytes
        self._compiler = FilterCompiler(Vocabulary(self._values))
        self._match = self._matcher(())

    @property
    def space(self) -> Space:
        """Whose embeddings these are."""
        return self._space

    @property
    def count(self) -> int:
        """How many embeddings it holds, as were uploaded."""
        return self._count

    def memory_bytes(self) -> int:
        """Bytes of the files it maps: none, the vectors are in Qdrant's memory."""
        return 0

    def withdraw(self, numbers: Numbers) -> None:
        """Leave these artworks out from now on, and no others."""
        self._match = self._matcher(tuple(numbers.tolist()))

    def vectors_of(self, number: int) -> Matrix:
        """Stored embeddings of one artwork; (0, dim) where it has none."""
        return self._stored([number])[1]

    def directions_of(self, numbers: Numbers) -> Matrix:
        """Mean direction of each artwork's embeddings, in the order asked; zeros without any."""
        owners, vectors = self._stored(numbers.tolist())
        return directions_by_artwork(owners, vectors, numbers)

    def _stored(self, numbers: list[int]) -> tuple[Numbers, Matrix]:
        """Fetch the embeddings of some artworks in the order of their points, and their owners."""
        from qdrant_client import models

        if self._most == 0 or not numbers:
            return np.empty(0, np.int32), self._as_matrix([])
        of_them = {"key": NUMBER, "match": {"any": numbers}}
        with translated_errors():
            points, _ = self._client.scroll(
                self._collection,
                scroll_filter=models.Filter.model_validate({"must": [of_them]}),
                limit=self._most * len(numbers),
                with_payload=[NUMBER],
                with_vectors=True,
            )
        points.sort(key=lambda point: int(point.id))
        owners = np.array([(point.payload or {})[NUMBER] for point in points], np.int32)
        return owners, self._as_matrix([point.vector for point in points])

    def search(
        self, vector: Matrix, where: Filter | None, k: int, *, recall: float = DEFAULT_RECALL
    ) -> tuple[Candidates, Plan]:
        """Find min(k, matching) artworks, best vector first; `vector` is (1, dim)."""
        query = self._checked(vector)
        with translated_errors():
            matching, beam = self._decide(where, recall)
            found, beam = self._fetch(query, matching, k, beam)
        ranked = _rank(found, k)
        return ranked, self._plan(matching, len(found.scores), beam, recall)

    def explain(self, where: Filter | None, k: int, *, recall: float = DEFAULT_RECALL) -> Plan:
        """Tell how `search` would go about it; only the filter is counted."""
        with translated_errors():
            matching, beam = self._decide(where, recall)
        fetched = min(k + _SPARE, matching.vectors) if k > 0 else 0
        return self._plan(matching, fetched, beam if fetched else None, recall)

    def _decide(self, where: Filter | None, recall: float) -> tuple[_Matching, _Beam | None]:
        matching = self._match(where)
        return matching, None if recall >= EXACT else self._beam(matching, recall)

    def _fetch(
        self, query: Matrix, matching: _Matching, k: int, beam: _Beam | None
    ) -> tuple[FoundPoints, _Beam | None]:
        """Find enough vectors for k artworks, or all that match, and all ties with the last."""
        found = FoundPoints(np.empty(0, np.int32), np.empty(0, np.float32))
        if k <= 0 or matching.vectors == 0:
            return found, None
        limit = min(k + _SPARE, matching.vectors)
        while True:
            found = nearest_points(
                self._client,
                self._collection,
                query=query,
                limit=limit,
                where=matching.where,
                ef=None if beam is None else max(beam.ef, limit),
            )
            if beam and len(found.scores) < limit:
                beam = None  # a filter has cut the graph; no answer may be short
            elif limit == matching.vectors or _is_enough(found, k):
                return found, beam
            else:
                limit = min(2 * limit, matching.vectors)

    def _beam(self, matching: _Matching, target: float) -> _Beam | None:
        """Choose how to search the graph; None where exact search is better."""
        if matching.vectors * self._space.encoder.dim * 4 <= self._scan_bytes:
            return None
        if not self._measured:
            return _Beam(next(ef for least, ef in _UNMEASURED if target <= least), None)
        chosen = choose_beam(self._measured, target)
        if chosen is None:
            return None
        return _Beam(chosen["effort"], chosen["recall"] if matching.where is None else None)

    def _matcher(self, withdrawn: tuple[int, ...]) -> Callable[[Filter | None], _Matching]:
        """Make the function that counts what a filter leaves; the same filter is counted once."""
        without: Json = {"must_not": [{"key": NUMBER, "match": {"any": withdrawn}}]}

        def count(condition: Json | bool) -> tuple["models.Filter | None", int]:
            from qdrant_client import models

            if condition is False:
                return None, 0
            chosen = None if condition is True else models.Filter.model_validate(condition)
            return chosen, self._client.count(self._collection, chosen, exact=True).count

        def match(where: Filter | None) -> _Matching:
            condition = self._compiler.compile(where)
            if withdrawn and condition is not False:
                condition = without if condition is True else {"must": [condition, without]}
            chosen, vectors = count(condition)
            if self._most <= 1 or vectors == 0:
                return _Matching(chosen, vectors, vectors)
            first: Json = {"key": PIECE, "match": {"value": 0}}
            _, artworks = count({"must": [first, *([] if condition is True else [condition])]})
            return _Matching(chosen, vectors, artworks)

        return lru_cache(maxsize=_CACHED_FILTERS)(match)

    def _values(self, key: str) -> list[str]:
        """Read all values under a payload key, which has an index."""
        hits = self._client.facet(self._collection, key, limit=_MOST_VALUES, exact=True).hits
        if len(hits) == _MOST_VALUES:
            raise StorageError(f"{self._collection} has more than {_MOST_VALUES} values of {key}")
        return [str(hit.value) for hit in hits]

    def _plan(self, matching: _Matching, fetched: int, beam: _Beam | None, target: float) -> Plan:
        recall = Recall(RecallKind.CALIBRATED, target, beam.measured) if beam else Recall()
        return Plan(
            leg=self._space.field.value,
            space=self._space.name,
            strategy=Strategy.QDRANT,
            recall=recall,
            rows_matching=matching.artworks,
            rows_scored=fetched if beam else matching.vectors,
        )

    def _checked(self, vector: Matrix) -> Matrix:
        wanted = (1, self._space.encoder.dim)
        if vector.shape != wanted:
            raise ValueError(f"{self._space.name}: a query of shape {vector.shape}, not {wanted}")
        return vector

    def _as_matrix(self, vectors: list[object]) -> Matrix:
        return np.array(vectors, np.float32).reshape(-1, self._space.encoder.dim)


# Beams for a collection whose graph was not measured, by the recall that is asked for.
_UNMEASURED = ((0.9, 64), (0.95, 128), (0.99, 256), (EXACT, 512))


def _is_enough(found: FoundPoints, k: int) -> bool:
    """Tell whether k artworks are there, and everything that ties with the last of them."""
    _, firsts = np.unique(found.numbers, return_index=True)
    if len(firsts) < k:
        return False
    level = level_ties(found.scores)
    return bool(level[-1] < level[np.partition(firsts, k - 1)[k - 1]])


def _rank(found: FoundPoints, k: int) -> Candidates:
    scores = level_ties(found.scores)
    order = np.lexsort((found.numbers, -scores))
    numbers, scores = found.numbers[order], scores[order]
    _, firsts = np.unique(numbers, return_index=True)
    best = np.sort(firsts)[: max(k, 0)]
    return Candidates(numbers[best], scores[best])
