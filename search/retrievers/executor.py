"""Runs retrievers: what was asked becomes a key, a query, an answer, and an execution."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from time import perf_counter
from typing import Protocol

from core.cache import CacheKind, CacheReport
from core.errors import NotFoundError
from core.queries import SearchPage
from search.caching.audited import AuditedCache, Made
from search.engine import SearchEngine
from search.explain import Explained
from search.leg_context import ENCODES
from search.retrievers.answers import Answer, dump_places, places_of
from search.retrievers.compile import Compiled
from search.retrievers.conditions import may_keep
from search.retrievers.definition import Pipeline
from search.retrievers.executions import Execution, ExecutionLog, Run, kept_inputs
from search.retrievers.inputs import place_of
from search.retrievers.prepare import PLAIN, Prepared, Preparer, Request
from search.retrievers.replay import Differences, compare
from search.retrievers.stage_report import PipelineStage, pipeline_stages
from search.stages import Watcher


@dataclass(frozen=True, slots=True)
class Found:
    """What is written into an answer."""

    page: SearchPage
    pipeline: tuple[PipelineStage, ...]
    models: Mapping[str, str | None]


class Renderer(Protocol):
    """Writes answers; the same for whoever asks, so that they can be kept."""

    def __call__(self, found: Found) -> bytes:
        """Write a JSON object in UTF-8."""


@dataclass(frozen=True, slots=True)
class Executed:
    """An execution with its answer as it is sent."""

    id: str
    body: bytes  # JSON
    report: CacheReport
    is_kept: bool  # whether the same request is answered alike until something changes
    page: SearchPage | None  # None: the answer came from the cache


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What an execution would do."""

    prepared: Prepared
    compiled: Compiled
    explained: Explained
    is_cached: bool

    @property
    def would_keep(self) -> tuple[CacheKind, ...]:
        """Kinds of what would be kept of it, unless it is there already or has no room."""
        legs = {leg.leg for leg in self.explained.legs if leg.skipped is None}
        made = {
            CacheKind.EMBEDDING: bool(legs & ENCODES.keys()),
            CacheKind.STAGE: bool(legs or self.compiled.query.facets),
            CacheKind.RESULT: True,
        }
        new = () if self.is_cached else (kind for kind, is_made in made.items() if is_made)
        return (*new, CacheKind.EXECUTION)


@dataclass(frozen=True, slots=True)
class Replayed:
    """An execution, and how a search on its snapshot differs from it now."""

    before: Execution
    differences: Differences


@dataclass(frozen=True, slots=True)
class _Answered:
    """What was searched here and now, and whether it is good for others later."""

    page: SearchPage
    is_kept: bool


class Executor:
    """Runs retrievers over one engine; every search of the API goes this way."""

    def __init__(
        self, engine: SearchEngine, cache: AuditedCache, preparer: Preparer, render: Renderer
    ) -> None:
        self._engine = engine
        self._cache = cache
        self._preparer = preparer
        self._render = render
        self._log = ExecutionLog(cache.behind)

    def prepare(self, retriever: str | Pipeline, request: Request) -> Prepared:
        """Check a request, and find out what decides its answer.

        Raises:
            NotFoundError: there is no such retriever.
            InputError: names the input that is wrong.
            CursorError, SnapshotGoneError: the cursor is none, or not good any more.
            NoSnapshotError: nothing has been published.
        """
        return self._preparer.prepare(retriever, request)

    def run(self, prepared: Prepared, *, watch: Watcher | None = None) -> Executed:
        """Answer a request that was prepared; identical ones at a time are computed once.

        Raises:
            InputError: names the input that is wrong, or all that could be given.
            NotFoundError: an artwork that is referred to is not in the snapshot.
            CursorError, OrderGoneError: the cursor is not good for this request.
            ModelUnavailableError: no leg is left that could run.
        """
        began = perf_counter()
        made: list[_Answered] = []
        make = partial(self._make, prepared, made, watch)
        with _naming_inputs(prepared):
            value, report = self._cache.fetch(prepared.key, make)
        answer = Answer.parse(value)
        took_ms = round((perf_counter() - began) * 1000, 3)
        run = Run(
            id=secrets.token_hex(16),
            version=prepared.version,
            inputs=kept_inputs(prepared.request.inputs),
            limit=prepared.request.limit,
            cursor=prepared.request.cursor,
            conditions=prepared.conditions,
            report=report,
            took_ms=took_ms,
            at=datetime.now(UTC),
        )
        self._log.keep(run.id, partial(run.written, answer.hits))
        body = answer.sent(run.envelope())
        mine = made[0] if made else None
        is_kept = mine.is_kept if mine else not report.coalesced
        return Executed(run.id, body, report, is_kept, mine.page if mine else None)

    def explain(self, prepared: Prepared) -> Foreseen:
        """Say how a request would be run; nothing is encoded and nothing searched."""
        compiled = prepared.compiled()
        with _naming_inputs(prepared):
            explained = self._engine.explain(compiled.query, snapshot=prepared.snapshot)
        is_cached = self._cache.peek(prepared.key) is not None
        return Foreseen(prepared, compiled, explained, is_cached)

    def execution(self, id: str) -> Execution:
        """Read an execution. Raises NotFoundError, also when its time is over."""
        return self._log.get(id)

    def replay(self, id: str) -> Replayed:
        """Search again on the snapshot of an execution, and tell what differs.

        Nothing but embeddings of the query comes from a cache.

        Raises:
            NotFoundError: there is no such execution any more, or its retriever was deleted.
            InputError: its inputs were too large to be kept.
            SnapshotGoneError: its snapshot is not kept any more.
        """
        before = self._log.get(id)
        prepared = self._preparer.prepare_again(before)
        query = prepared.compiled().query
        page = self._engine.search(query, snapshot=prepared.snapshot, is_fresh=True)
        conditions = (before.conditions, prepared.conditions)
        return Replayed(before, compare(before.hits, places_of(page), conditions=conditions))

    def _make(self, prepared: Prepared, made: list[_Answered], watch: Watcher | None) -> Made:
        compiled = prepared.compiled()
        page = self._engine.search(compiled.query, snapshot=prepared.snapshot, watch=watch)
        legs = [leg.name or leg.leg for leg in compiled.query.legs]
        stages = pipeline_stages(prepared.declared, page.stages, compiled.skipped, legs=legs)
        models = self._preparer.models()
        body = self._render(Found(page, stages, models))
        # What was withdrawn, or which model was loaded, meanwhile belongs under another key.
        keep = may_keep(page) and prepared.is_current and models == prepared.models
        made.append(_Answered(page, keep))
        return Made(Answer(dump_places(places_of(page)), body).to_bytes(), keep=keep)


@contextmanager
def _naming_inputs(prepared: Prepared) -> Iterator[None]:
    """Let an error name the input that an artwork came by, not the part of a query that it became.

    Of plain searches, whose fields are those of a query, it is the same.
    """
    try:
        yield
    except NotFoundError as error:
        inputs, values = prepared.pipeline.definition.inputs, prepared.checked.values
        at = None if prepared.version.name == PLAIN else place_of(error.id, inputs, values)
        if at is None:
            raise
        # Another one: a search that waits for the same answer may have other inputs.
        raise NotFoundError(error.kind, error.id, field=at) from error
