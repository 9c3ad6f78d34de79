"""Prepares executions: inputs are checked, and all that decides the answer is named."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.cache import INPUTS, CacheKey, CacheKind
from core.errors import InputError
from core.ports import PictureDecoder, Snapshot, SnapshotReader
from core.retrievers import RetrieverVersion, StageType
from search.cursors import cursor_snapshot
from search.retrievers.answers import dump
from search.retrievers.compile import Compiled, compile_query
from search.retrievers.conditions import conditions_of
from search.retrievers.definition import Pipeline, parse_definition
from search.retrievers.executions import Execution
from search.retrievers.inputs import CheckedInputs, check_inputs
from search.retrievers.registry import Resolved, Retrievers

PAGE, WITHDRAWALS = "page", "withdrawals"
PLAIN = "search"  # names the one behind every plain search
AD_HOC = "ad-hoc"  # names one that came with its request
TOO_LARGE = "its inputs were too large to be kept; send the request again"


@dataclass(frozen=True, slots=True)
class Request:
    """What a retriever is asked."""

    inputs: Mapping[str, Any]
    limit: int = 20
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that was checked, and has not been run."""

    version: RetrieverVersion
    pipeline: Pipeline
    request: Request
    checked: CheckedInputs
    snapshot: Snapshot
    models: Mapping[str, str | None]  # by what they serve; None: not known now
    key: CacheKey

    @property
    def conditions(self) -> dict[str, str]:
        """All that decides the answer beside the request."""
        return {name: value for name, value in self.key.parts if name not in (INPUTS, PAGE)}

    @property
    def declared(self) -> list[tuple[str, StageType]]:
        """Names and types of the retriever's stages."""
        return [(stage.name, stage.type) for stage in self.pipeline.definition.stages]

    @property
    def is_current(self) -> bool:
        """Tell whether what no search shows is still what the key says."""
        return self.snapshot.hidden == dict(self.key.parts)[WITHDRAWALS]

    def compiled(self) -> Compiled:
        """Say it as the engine takes it. Raises InputError."""
        request = self.request
        return compile_query(
            self.pipeline, self.checked, limit=request.limit, cursor=request.cursor
        )


@dataclass(frozen=True, slots=True)
class Preparer:
    """Checks requests against the snapshot, the models and the rights of this moment."""

    retrievers: Retrievers
    snapshots: SnapshotReader
    models: Callable[[], Mapping[str, str | None]]
    decode: PictureDecoder
    configured: Mapping[str, str]  # what the settings decide, by name

    def prepare(self, retriever: str | Pipeline, request: Request) -> Prepared:
        """Check a request to a retriever by its name, or to one that is not kept."""
        return self._prepare(self._resolve(retriever), request, self._snapshot(request.cursor))

    def prepare_again(self, execution: Execution) -> Prepared:
        """Prepare the request of an execution on its own snapshot.

        Raises:
            InputError: its inputs were too large to be kept.
            NotFoundError: its retriever was deleted.
            SnapshotGoneError: its snapshot is not kept any more.
        """
        if execution.inputs is None:
            raise InputError("execution", TOO_LARGE)
        definition = execution.definition
        retriever = parse_definition(definition) if definition else execution.retriever
        request = Request(execution.inputs, execution.limit, execution.cursor)
        snapshot = self.snapshots.get(execution.snapshot)
        return self._prepare(self._resolve(retriever), request, snapshot)

    def _resolve(self, retriever: str | Pipeline) -> Resolved:
        if isinstance(retriever, str):
            return self.retrievers.resolve(retriever)
        written = retriever.written
        version = RetrieverVersion(AD_HOC, 0, retriever.hash, written, is_published=False)
        return Resolved(version, retriever)

    def _snapshot(self, cursor: str | None) -> Snapshot:
        if cursor is None:
            return self.snapshots.current()
        return self.snapshots.get(cursor_snapshot(cursor))

    def _prepare(self, resolved: Resolved, request: Request, snapshot: Snapshot) -> Prepared:
        version, pipeline = resolved.version, resolved.pipeline
        checked = check_inputs(pipeline.definition, request.inputs, self.decode)
        models = self.models()
        parts = {
            INPUTS: dump(checked.canonical).decode(),
            PAGE: f"{request.limit} {request.cursor or ''}",
            **conditions_of(pipeline.hash, snapshot, models, configured=self.configured),
        }
        key = CacheKey(
            CacheKind.RESULT,
            tuple(parts.items()),
            retriever=version.label,
            snapshot=snapshot.id,
        )
        return Prepared(version, pipeline, request, checked, snapshot, models=models, key=key)
