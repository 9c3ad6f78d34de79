"""The engine: a query in, a page of hits with its whole story out."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from threading import BoundedSemaphore

import numpy as np
from numpy.typing import NDArray

from core.filters import Field, Filter
from core.ports import Selection, Snapshot, SnapshotStore
from core.queries import FacetValue, Hit, LegRank, Query, SearchPage
from core.types import Numbers
from search.cursors import Cursor, decode_cursor, encode_cursor, query_fingerprint
from search.encoders import Encoders
from search.fusion import fuse
from search.legs import LegContext, LegResult, run_legs
from search.stages import StageLog


@dataclass(frozen=True, slots=True)
class Ranking:
    """Every hit that a query can page through, best first."""

    numbers: Numbers
    scores: NDArray[np.float64] | None  # None when nothing was searched for


@dataclass(frozen=True, slots=True)
class FacetPage:
    """Facets of the artworks that match a filter."""

    facets: dict[str, tuple[FacetValue, ...]]
    total: int
    snapshot: str


class SearchEngine:
    """Searches the live snapshot; a cursor keeps to the snapshot that it came from."""

    def __init__(self, snapshots: SnapshotStore, encoders: Encoders, *, at_once: int = 1) -> None:
        self._snapshots = snapshots
        self._encoders = encoders
        # More searches at once than cores get in each other's way: on two cores, 16 clients were
        # answered a quarter to a third faster with two at a time.
        self._places = BoundedSemaphore(at_once)

    def search(self, query: Query) -> SearchPage:
        """Answer a query.

        Raises:
            NoSnapshotError: nothing has been published.
            CursorError, SnapshotGoneError: the cursor is not good for this query, or no more.
            NotFoundError: a referenced artwork is not in the snapshot.
        """
        log = StageLog()
        with ExitStack() as place:
            with log.stage("queue"):
                place.enter_context(self._places)
            return self._search(query, log)

    def _search(self, query: Query, log: StageLog) -> SearchPage:
        cursor = decode_cursor(query.cursor, query) if query.cursor else None
        snapshot = self._snapshots.get(cursor.snapshot) if cursor else self._snapshots.current()
        with log.stage("filter", len(snapshot)) as stage:
            selection = snapshot.columns.select(query.where)
            stage.output_count = selection.count
        legs = run_legs(LegContext(query, snapshot, self._encoders, log)) if _asks(query) else []
        ranking = _rank(query, legs, selection, log)
        offset = cursor.offset if cursor else 0
        hits = _read_hits(snapshot, ranking, legs, slice(offset, offset + query.limit), log)
        facets = _count_facets(snapshot, selection, query, log)
        return SearchPage(
            hits=hits,
            total=selection.count,
            window=len(ranking.numbers),
            cursor=_next_cursor(query, snapshot.id, offset + len(hits), len(ranking.numbers)),
            facets=facets,
            stages=tuple(log.reports),
            plan=tuple(leg.plan for leg in legs),
            snapshot=snapshot.id,
            duration_ms=log.duration_ms(),
        )

    def facets(self, where: Filter | None, fields: Sequence[str], limit: int) -> FacetPage:
        """Count the values of fields over all artworks that match a filter."""
        snapshot = self._snapshots.current()
        selection = snapshot.columns.select(where)
        counted = {f: snapshot.columns.facet(Field(f), selection, limit) for f in fields}
        return FacetPage(counted, selection.count, snapshot.id)

    def warm_up(self) -> None:
        """Load the encoders and touch the live snapshot, so that the first search is not slow."""
        self.search(Query(text="warm-up", limit=1))
        _ = self._encoders.picture


def _asks(query: Query) -> bool:
    return bool(query.text or query.like) or query.picture is not None


def _rank(query: Query, legs: list[LegResult], selection: Selection, log: StageLog) -> Ranking:
    """Fuse the legs; without anything to search for, browse what matches in its stored order."""
    if not _asks(query):
        return Ranking(selection.numbers, None)
    found = {leg.name.value: leg.candidates.numbers for leg in legs}
    with log.stage("fusion", sum(map(len, found.values()))) as stage:
        ranking = Ranking(*fuse(found, query.weights))
        stage.output_count = len(ranking.numbers)
    return ranking


def _read_hits(
    snapshot: Snapshot, ranking: Ranking, legs: list[LegResult], page: slice, log: StageLog
) -> tuple[Hit, ...]:
    numbers = ranking.numbers[page]
    scores = None if ranking.scores is None else ranking.scores[page]
    with log.stage("cards", len(ranking.numbers)) as stage:
        hits = tuple(
            Hit(
                rank=page.start + i + 1,
                score=None if scores is None else float(scores[i]),
                artwork=card,
                legs=_leg_ranks(legs, int(numbers[i])),
            )
            for i, card in enumerate(snapshot.cards(numbers))
        )
        stage.output_count = len(hits)
    return hits


def _leg_ranks(legs: list[LegResult], number: int) -> tuple[LegRank, ...]:
    ranks = []
    for leg in legs:
        places = np.flatnonzero(leg.candidates.numbers == number)
        if len(places):
            place = int(places[0])
            ranks.append(LegRank(leg.name, place + 1, float(leg.candidates.scores[place])))
    return tuple(ranks)


def _count_facets(
    snapshot: Snapshot, selection: Selection, query: Query, log: StageLog
) -> dict[str, tuple[FacetValue, ...]]:
    if not query.facets:
        return {}
    with log.stage("facets", selection.count) as stage:
        facets = {
            name: snapshot.columns.facet(Field(name), selection, query.facet_limit)
            for name in query.facets
        }
        stage.output_count = sum(map(len, facets.values()))
    return facets


def _next_cursor(query: Query, snapshot_id: str, offset: int, size: int) -> str | None:
    if offset >= size:
        return None
    return encode_cursor(Cursor(snapshot_id, query_fingerprint(query), offset))
