"""The engine: a query in, a page of hits with its whole story out."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from threading import BoundedSemaphore
from time import time_ns

from core.errors import CursorError, InputError
from core.filters import Field, Filter
from core.ports import Selection, Snapshot, SnapshotReader
from core.queries import FacetValue, Query, SearchPage
from search.arrange import Places, Ranking
from search.arrangement import ArrangeContext, RerankStep, arrange
from search.caching.stages import StageCache
from search.cursors import Cursor, decode_cursor
from search.encoders import Encoders
from search.explain import Explained, explain_search
from search.finding import Found, find, rank
from search.judged import find_language, judge_hits, with_exact
from search.language import with_language
from search.leg_context import LegContext
from search.leg_queries import as_one, asks, check_legs
from search.pages import count_facets, limit_to, next_cursor, read_hits
from search.reading import ReadQuery, read_query
from search.rerank import NO_RERANKER, Outcome, RerankContext, RerankStage
from search.stages import StageLog, Watcher


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
    cache: StageCache | None = None  # None: every stage is run


class SearchEngine:
    """Searches the live snapshot; a cursor keeps to the snapshot that it came from."""

    def __init__(
        self,
        snapshots: SnapshotReader,
        encoders: Encoders,
        *,
        at_once: int = 1,
        rerank: RerankStage | None = None,
        cache: StageCache | None = None,
    ) -> None:
        """Search what is published; without a cache every stage of every search is run."""
        self._snapshots = snapshots
        self._encoders = encoders
        self._rerank = rerank
        self._cache = cache
        # More searches at once than cores get in each other's way: on two cores, 16 clients were
        # answered a quarter to a third faster with two at a time.
        self._places = BoundedSemaphore(at_once)

    def search(
        self,
        query: Query,
        *,
        snapshot: Snapshot | None = None,
        watch: Watcher | None = None,
        is_fresh: bool = False,
    ) -> SearchPage:
        """Answer a query, on the live snapshot unless another one is given.

        Fresh, every stage is run, whatever is kept of it.

        Raises:
            NoSnapshotError: nothing has been published.
            CursorError, SnapshotGoneError, OrderGoneError: the cursor is not good for this query
                or this snapshot, or no more.
            InputError: reranking is asked for, and no reranker is set; a leg cannot be run.
            NotFoundError: a referenced artwork is not in the snapshot.
            ModelUnavailableError: no leg is left that could run.
        """
        cache = None if is_fresh else self._cache
        search = replace(self._read(query, snapshot, StageLog(watch)), cache=cache)
        with ExitStack() as place:
            found = self._find(search, place)
            return self._answer(search, found, place)

    def explain(self, query: Query, *, snapshot: Snapshot | None = None) -> Explained:
        """Tell what a search would do; raises as it would, but runs no model and no leg."""
        search = self._read(query, snapshot, StageLog(), is_dry=True)
        return explain_search(search.context, query)

    def _read(
        self, query: Query, wanted: Snapshot | None, log: StageLog, *, is_dry: bool = False
    ) -> _Search:
        check_legs(query)
        if query.rerank and self._rerank is None:
            raise InputError("rerank", NO_RERANKER)
        cursor = decode_cursor(query.cursor, query) if query.cursor else None
        if cursor and wanted is not None and wanted.id != cursor.snapshot:
            raise CursorError("belongs to another snapshot than the one that is asked for")
        snapshot = self._open(cursor) if wanted is None else wanted
        read = read_query(query, snapshot, log)
        context = LegContext(
            read.query, snapshot, self._encoders, log, away=read.away, is_dry=is_dry
        )
        return _Search(query, cursor, read, context)

    def _open(self, cursor: Cursor | None) -> Snapshot:
        return self._snapshots.get(cursor.snapshot) if cursor else self._snapshots.current()

    def _find(self, search: _Search, place: ExitStack) -> Found:
        def take_place() -> None:
            place.enter_context(self._places)

        if search.cache and asks(search.context.query):
            return search.cache.find(search.context, take_place)
        return find(search.context, take_place)

    def _answer(self, search: _Search, found: Found, place: ExitStack) -> SearchPage:
        query, cursor, context = search.query, search.cursor, search.context
        snapshot, log, selection, one = (
            context.snapshot,
            context.log,
            found.selection,
            as_one(query),
        )
        judged = judge_hits(context, found.legs, rank(context, found), selection)
        language = find_language(context, one)
        rerank = self._rerank_step(one, snapshot, log, cursor=cursor, place=place)
        arranged = arrange(
            ArrangeContext(one, snapshot, selection, log, rerank, context.left_out),
            judged.ranking,
        )
        arranged = limit_to(arranged, query.most, log)
        offset = cursor.offset if cursor else 0
        hits = read_hits(snapshot, arranged, found.legs, slice(offset, offset + query.limit), log)
        return SearchPage(
            hits=hits,
            total=selection.count,
            window=len(arranged.ranking.numbers),
            cursor=next_cursor(query, snapshot.id, offset + len(hits), arranged),
            facets=_count_facets(search, selection),
            stages=tuple(log.reports),
            plan=tuple(leg.plan for leg in found.legs),
            snapshot=snapshot.id,
            duration_ms=log.duration_ms(),
            understanding=with_language(search.read.understanding, one, language),
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
        # Not in any name, so that what mends names is loaded; never the same, so that it is encoded
        # though a cache may outlive the process.
        self.search(Query(text=f"warmup{time_ns()}", limit=1))
        _ = self._encoders.picture
        if self._encoders.languages:
            self._encoders.languages.rank("warm-up")
        if self._rerank:
            self._rerank.reranker.warm_up()


def _count_facets(search: _Search, selection: Selection) -> dict[str, tuple[FacetValue, ...]]:
    context = search.context
    if not context.query.facets:
        return {}
    with context.log.stage("facets", selection.count) as stage:
        if search.cache:
            facets, stage.cache_hit = search.cache.facets(context, selection)
        else:
            facets = count_facets(context.snapshot, selection, context.query)
        stage.output_count = sum(map(len, facets.values()))
    return facets
