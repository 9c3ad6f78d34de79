"""Executions: what was asked and found, kept for a while so that it can be read and replayed."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Self

from core.cache import CacheKey, CacheKind
from core.errors import NotFoundError
from core.ports import Cache
from core.types import Json
from search.retrievers.answers import HitPlace, dump, parse_places

MOST_INPUT_BYTES = 1_000_000  # of inputs that are kept; a larger picture cannot be replayed


@dataclass(frozen=True, slots=True)
class Execution:
    """One execution of a retriever."""

    id: str
    retriever: str  # `name@version`
    definition: Json | None  # of one that has no name
    inputs: Json | None  # as they were given; None: too large to be kept
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
        head = {field.name: getattr(self, field.name) for field in fields(self)}
        head["at"] = self.at.isoformat()
        del head["hits"]
        return dump(head)[:-1] + b',"hits":' + hits + b"}"

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read what `to_bytes` wrote."""
        read: Json = json.loads(data)
        hits = parse_places(read["hits"])
        return cls(**{**read, "at": datetime.fromisoformat(read["at"]), "hits": hits})


class ExecutionLog:
    """Executions in a cache: shared by processes where that is, gone when its time is over."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def keep(self, execution: Execution, hits: bytes) -> None:
        """Keep an execution for as long as the cache keeps its kind."""
        self._cache.put(_key(execution.id), execution.to_bytes(hits))

    def get(self, id: str) -> Execution:
        """Read one. Raises NotFoundError, also when its time is over."""
        kept = self._cache.get(_key(id))
        if kept is None:
            raise NotFoundError("execution", id)
        return Execution.parse(kept.value)


def kept_inputs(inputs: Mapping[str, Any]) -> Json | None:
    """Write inputs to be kept; None where they are too large."""
    # Before a picture is written twice to be measured.
    if any(isinstance(i, str | bytes) and len(i) > MOST_INPUT_BYTES for i in inputs.values()):
        return None
    written = {
        name: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in inputs.items()
    }
    return written if len(dump(written)) <= MOST_INPUT_BYTES else None


def _key(id: str) -> CacheKey:
    return CacheKey(CacheKind.EXECUTION, (("execution", id),))
