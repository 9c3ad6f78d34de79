"""Executions: what was asked and found, kept for a while so that it can be read and replayed."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Self

from core.cache import CacheKey, CacheKind
from core.errors import NotFoundError
from core.types import Json
from search.caching.write_behind import WriteBehind
from search.retrievers.answers import HitPlace, dump, parse_places

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


def dump_inputs(inputs: Mapping[str, Any]) -> bytes:
    """Write inputs as JSON, pictures in base64; null where that is too large."""
    # Before a large picture is written to be measured.
    if any(isinstance(i, str | bytes) and len(i) > MOST_INPUT_BYTES for i in inputs.values()):
        return b"null"
    told = {
        name: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in inputs.items()
    }
    written = dump(told)
    return written if len(written) <= MOST_INPUT_BYTES else b"null"


def _key(id: str) -> CacheKey:
    return CacheKey(CacheKind.EXECUTION, (("execution", id),))
