"""What is kept for a while so that it need not be made again, and what is known of that."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from core.errors import InputError

INPUTS = "inputs"  # reason of a miss: nothing like it was asked for before
EXPIRED = "expired"  # reason of a miss: it was asked for, and is no longer kept, or never was

_encode = json.JSONEncoder(separators=(",", ":")).encode  # made once: every search has some keys


class CacheKind(StrEnum):
    """What is kept; each kind has its own room and its own time."""

    EMBEDDING = "embedding"  # of a query's text or picture
    STAGE = "stage"  # what one stage of a retriever gave
    RESULT = "result"  # a whole answer
    EXECUTION = "execution"  # what was asked and answered, to be read and replayed


# By which labels values of a kind can be purged; those of the other kinds have none.
LABELS: Mapping[CacheKind, frozenset[str]] = {
    CacheKind.STAGE: frozenset({"snapshot"}),
    CacheKind.RESULT: frozenset({"snapshot", "retriever"}),
}


def check_purge(kind: CacheKind | None, *, retriever: str | None, snapshot: str | None) -> None:
    """Refuse to purge a kind by a label that its values do not have. Raises InputError."""
    asked = {name for name, one in (("retriever", retriever), ("snapshot", snapshot)) if one}
    if kind is not None and (missing := asked - LABELS.get(kind, frozenset())):
        raise InputError(
            min(missing), f"values of the kind {kind} do not say theirs; purge {kind} as a whole"
        )


@dataclass(frozen=True)
class CacheKey:
    """All that decides what a value is, as named parts in order; labels are only for purging."""

    kind: CacheKind
    parts: tuple[tuple[str, str], ...]  # name, text
    retriever: str | None = None  # "name" or "name@version"
    snapshot: str | None = None

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) over kind and parts."""
        return hashlib.sha256(_encode([self.kind.value, self.parts]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Cached:
    """A value that was kept, and for how long."""

    value: bytes
    age_s: float


@dataclass(frozen=True, slots=True)
class CacheReport:
    """Whether a value was kept, for how long, and what was new where it was not."""

    hit: bool
    key: str  # the digest
    age_s: float | None = None  # None: it was made now
    missed_because: tuple[str, ...] = ()  # names of parts, or INPUTS, or EXPIRED, alone
    coalesced: bool = False  # whether it was made for another request at the same moment


@dataclass(frozen=True, slots=True)
class KindLimit:
    """How much of a kind is kept, and for how long."""

    size_bytes: int
    ttl_s: float


@dataclass(frozen=True, slots=True)
class CacheLimits:
    """The limits of each kind; all kinds are named."""

    kinds: Mapping[CacheKind, KindLimit] = field(
        default_factory=lambda: dict.fromkeys(CacheKind, KindLimit(64_000_000, 3600.0))
    )


@dataclass(frozen=True, slots=True)
class CacheFacts:
    """What is kept of a kind, and how it was used by this process since it began."""

    kind: CacheKind
    ttl_s: float
    hits: int
    misses: int
    coalesced: int = 0  # requests that waited for an equal one; each is a miss of nobody
    # None: not measured, or known to the server of the cache alone.
    entries: int | None = None
    size_bytes: int | None = None
    limit_bytes: int | None = None
    evictions: int | None = None
    expiries: int | None = None


@dataclass(frozen=True, slots=True)
class CacheState:
    """A cache as a whole."""

    store: str  # "memory", or the server's address without credentials
    kinds: tuple[CacheFacts, ...]
    fault: str | None = None  # why it answers nothing now


def is_labelled(label: str | None, wanted: str | None) -> bool:
    """Tell whether a label is meant: by nothing, by itself, or by its name before an `@`."""
    return wanted is None or (label is not None and wanted in (label, label.partition("@")[0]))
