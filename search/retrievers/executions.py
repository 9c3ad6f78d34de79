"""Executions: what was asked and found, kept for a while so that it can be read and replayed."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Self

from core.cache import CacheKey, CacheKind, CacheReport
from core.errors import NotFoundError
from core.retrievers import RetrieverVersion
from core.types import Json
from search.caching.write_behind import WriteBehind
from search.retrievers.answers import HitPlace, dump, parse_places

_FORMAT = "2"  # of the values
MOST_INPUT_BYTES = 1_000_000  # of inputs that are kept; a larger picture cannot be replayed


@dataclass(frozen=True, slots=True)
class Execution:
    """One execution of a retriever."""

    id: str
    retriever: str  # `name@version`
    definition: Json | None  # of one that has no name
    inputs: Mapping[str, Any] | None  # as they were given; None: too large to be kept
    limit: int
    cursor: str | None
    conditions: Mapping[str, str]  # all that decided the answer beside the request
    key: str | None  # of its answer in the cache
    is_cached: bool  # whether the answer came from there
    duration_ms: float
    at: datetime
    hits: tuple[HitPlace, ...] = ()

    @property
    def snapshot(self) -> str:
        """Id of the snapshot that it searched."""
        return self.conditions["snapshot"]

    def to_bytes(self, hits: bytes) -> bytes:
        """Write it as JSON, with hits that are written already."""
        head = {name: getattr(self, name) for name in _HEAD}
        head["at"] = self.at.isoformat()
        inputs = b"null" if self.inputs is None else dump_inputs(self.inputs)
        return b"".join((dump(head)[:-1], b',"inputs":', inputs, b',"hits":', hits, b"}"))

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read what `to_bytes` wrote."""
        read: Json = json.loads(data)
        hits = parse_places(read["hits"])
        return cls(**{**read, "at": datetime.fromisoformat(read["at"]), "hits": hits})


_HEAD = tuple(field.name for field in fields(Execution) if field.name not in ("inputs", "hits"))


@dataclass(frozen=True, slots=True)
class Run:
    """One run, of which an execution is made and the envelope of its answer."""

    # Neither pictures nor the snapshot: it waits to be written, and those are large.
    id: str
    version: RetrieverVersion
    inputs: Mapping[str, Any] | None  # None: too large to be kept
    limit: int
    cursor: str | None
    conditions: Mapping[str, str]
    report: CacheReport
    took_ms: float
    at: datetime

    def written(self, hits: bytes) -> bytes:
        """Write its execution, with hits that are written already."""
        version = self.version
        execution = Execution(
            id=self.id,
            retriever=version.label,
            definition=None if version.version else version.definition,
            inputs=self.inputs,
            limit=self.limit,
            cursor=self.cursor,
            conditions=self.conditions,
            key=self.report.key,
            is_cached=self.report.hit,
            duration_ms=self.took_ms,
            at=self.at,
        )
        return execution.to_bytes(hits)

    def envelope(self) -> Json:
        """Write what belongs to one execution alone."""
        version, report = self.version, self.report
        return {
            "execution_id": self.id,
            "retriever": {"name": version.name, "version": version.version, "hash": version.hash},
            "cache": {
                "hit": report.hit,
                "key": report.key,
                "age_s": report.age_s,
                "coalesced": report.coalesced,
                "missed_because": list(report.missed_because),
            },
            "duration_ms": self.took_ms,
        }


class ExecutionLog:
    """Executions in a cache: shared by processes where that is, gone when its time is over."""

    def __init__(self, cache: WriteBehind) -> None:
        self._cache = cache

    def keep(self, id: str, write: Callable[[], bytes]) -> None:
        """Keep an execution for as long as the cache keeps its kind; it is written soon."""
        self._cache.put(_key(id), write)

    def get(self, id: str) -> Execution:
        """Read one. Raises NotFoundError, also when its time is over."""
        kept = self._cache.get(_key(id))
        if kept is None:
            raise NotFoundError("execution", id, why="they are kept for VASARI_PIN_MINUTES")
        return Execution.parse(kept)


def kept_inputs(inputs: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Leave out inputs that are plainly too large to be kept."""
    sizes = (len(one) for one in inputs.values() if isinstance(one, str | bytes))
    return None if any(size > MOST_INPUT_BYTES for size in sizes) else inputs


def dump_inputs(inputs: Mapping[str, Any]) -> bytes:
    """Write inputs as JSON, pictures in base64; null where that is too large."""
    told = {
        name: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in inputs.items()
    }
    written = dump(told)
    return written if len(written) <= MOST_INPUT_BYTES else b"null"


def _key(id: str) -> CacheKey:
    return CacheKey(CacheKind.EXECUTION, (("execution", id), ("format", _FORMAT)))
