"""The engine: a query in, a page of hits with its whole story out."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from threading import BoundedSemaphore

import numpy as np

from core.errors import InputError
from core.filters import Field, Filter
from core.ports import Selection, Snapshot, SnapshotReader
from core.queries import FacetValue, Hit, LegRank, Query, SearchPage
from search.arrange import Places, Ranking
from search.arrangement import ArrangeContext, Arranged, RerankStep, arrange
from search.cursors import Cursor, decode_cursor, encode_cursor, query_fingerprint
from search.encoders import Encoders
from search.fusion import fuse
from search.judged import find_language, judge_hits, with_exact
from search.language import with_language
from search.leg_context import LegContext, LegResult
from search.legs import encode_ahead, run_legs
from search.reading import ReadQuery, read_query
from search.rerank import NO_RERANKER, Outcome, RerankContext, RerankStage
from search.stages import StageLog


@dataclass(frozen=True, slots=True)
class FacetPage:
    """Facets of the artworks that match a filter."""

    facets: dict[str, tuple[FacetValue, ...]]
    total: int
    snapshot: str


@dataclass(frozen=True, slots=True)
class _Search:
    """A search that is read, before it has a place."""

    query: Query
    cursor: Cursor | None
    read: ReadQuery
    context: LegContext


class SearchEngine:
    """Searches the live snapshot; a cursor keeps to the snapshot that it came from."""

    def __init__(
        self,
        snapshots: SnapshotReader,
        encoders: Encoders,
        *,
        at_once: int = 1,
        rerank: RerankStage | None = None,
    ) -> None:
        self._snapshots = snapshots
        self._encoders = encoders
        self._rerank = rerank
        # More searches at once than cores get in each other's way: on two cores, 16 clients were
        # answered a quarter to a third faster with two at a time.
        self._places = BoundedSemaphore(at_once)

    def search(self, query: Query) -> SearchPage:
        """Answer a query.

        Raises:
            NoSnapshotError: nothing has been published.
            CursorError, SnapshotGoneError, OrderGoneError: the cursor is not good for this query,
                or no more.
            InputError: reranking is asked for, and no reranker is set.
            NotFoundError: a referenced artwork is not in the snapshot.
        """
        if query.rerank and self._rerank is None:
            raise InputError("rerank", NO_RERANKER)
        search = self._read(query)
        if _asks(query):
            encode_ahead(search.context)  # without a place: queries meet at a model, others search
        with ExitStack() as place:
            with search.context.log.stage("queue"):
                place.enter_context(self._places)
            return self._answer(search, place)

    def _read(self, query: Query) -> _Search:
        log = StageLog()
        cursor = decode_cursor(query.cursor, query) if query.cursor else None
        snapshot = self._snapshots.get(cursor.snapshot) if cursor else self._snapshots.current()
        read = read_query(query, snapshot, log)
        context = LegContext(read.query, snapshot, self._encoders, log, away=read.away)
        return _Search(query, cursor, read, context)

    def _answer(self, search: _Search, place: ExitStack) -> SearchPage:
        query, cursor, context = search.query, search.cursor, search.context
        snapshot, log = context.snapshot, context.log
        with log.stage("filter", len(snapshot)) as stage:
            selection = snapshot.columns.select(context.query.where)
            stage.output_count = selection.count
        legs = run_legs(context) if _asks(query) else []
        judged = judge_hits(context, legs, _rank(query, legs, selection, log), selection)
        language = find_language(context, query)
        rerank = self._rerank_step(query, snapshot, log, cursor=cursor, place=place)
        arranged = arrange(
            ArrangeContext(query, snapshot, selection, log, rerank, context.left_out),
            judged.ranking,
        )
        offset = cursor.offset if cursor else 0
        hits = _read_hits(snapshot, arranged, legs, slice(offset, offset + query.limit), log)
        facets = _count_facets(snapshot, selection, query, log)
        return SearchPage(
            hits=hits,
            total=selection.count,
            window=len(arranged.ranking.numbers),
            cursor=_next_cursor(query, snapshot.id, offset + len(hits), arranged),
            facets=facets,
            stages=tuple(log.reports),
            plan=tuple(leg.plan for leg in legs),
            snapshot=snapshot.id,
            duration_ms=log.duration_ms(),
            understanding=with_language(search.read.understanding, query, language),
            match=with_exact(judged.match, arranged.exact),
            reranked=arranged.reranked.report if arranged.reranked else None,
        )

    def _rerank_step(
        self,
        query: Query,
        snapshot: Snapshot,
        log: StageLog,
        *,
        cursor: Cursor | None,
        place: ExitStack,
    ) -> RerankStep | None:
        if query.rerank is None or self._rerank is None:
            return None
        pinned = cursor.pinned if cursor else None
        context = RerankContext(query, snapshot, log, cursor is None, pinned)
        run = self._rerank.run

        def step(ranking: Ranking, levels: Places, *, exact: int) -> Outcome:
            place.close()  # the reranker has turns of its own; other searches need not wait for it
            return run(context, ranking, levels, exact=exact)

        return step

    def facets(self, where: Filter | None, fields: Sequence[str], limit: int) -> FacetPage:
        """Count the values of fields over all artworks that match a filter."""
        snapshot = self._snapshots.current()
        selection = snapshot.columns.select(where)
        counted = {f: snapshot.columns.facet(Field(f), selection, limit) for f in fields}
        return FacetPage(counted, selection.count, snapshot.id)

    def warm_up(self) -> None:
        """Load the encoders and touch the live snapshot, so that the first search is not slow."""
        self.search(Query(text="warmup", limit=1))  # not in any name: what mends names is loaded
        _ = self._encoders.picture
        if self._encoders.languages:
            self._encoders.languages.rank("warm-up")
        if self._rerank:
            self._rerank.reranker.warm_up()


def _asks(query: Query) -> bool:
    weighted = any(input.weight for input in query.inputs)
    return bool(query.text or query.like or weighted) or query.picture is not None


def _rank(query: Query, legs: list[LegResult], selection: Selection, log: StageLog) -> Ranking:
    """Fuse the legs; without anything to search for, browse what matches in its stored order."""
    if not _asks(query):
        return Ranking(selection.numbers, None)
    found = {leg.name.value: leg.candidates.numbers for leg in legs}
    with log.stage("fusion", sum(map(len, found.values()))) as stage:
        ranking = Ranking(*fuse(found, {leg.name.value: leg.plan.weight for leg in legs}))
        stage.output_count = len(ranking.numbers)
    return ranking


def _read_hits(
    snapshot: Snapshot, arranged: Arranged, legs: list[LegResult], page: slice, log: StageLog
) -> tuple[Hit, ...]:
    ranking = arranged.ranking
    numbers = ranking.numbers[page]
    scores = None if ranking.scores is None else ranking.scores[page]
    with log.stage("cards", len(ranking.numbers)) as stage:
        hits = tuple(
            Hit(
                rank=page.start + i + 1,
                score=None if scores is None else float(scores[i]),
                artwork=card,
                legs=(*arranged.exact_rank(number), *_leg_ranks(legs, number)),
                duplicates=tuple(snapshot.artwork_ids(arranged.duplicates_of(number))),
                group=arranged.group_of(number, card),
                rerank_score=arranged.rerank_score(number),
            )
            for i, (number, card) in enumerate(
                zip(numbers.tolist(), snapshot.cards(numbers), strict=True)
            )
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


def _next_cursor(query: Query, snapshot_id: str, offset: int, arranged: Arranged) -> str | None:
    if offset >= len(arranged.ranking.numbers):
        return None
    pinned = arranged.reranked.pinned if arranged.reranked else None
    return encode_cursor(Cursor(snapshot_id, query_fingerprint(query), offset, pinned))
