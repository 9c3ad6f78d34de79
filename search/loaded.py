"""What is loaded once for all searches, apart from the rest of a service."""

from dataclasses import dataclass

from core.breaker import Breakers
from core.ports import Cache, SnapshotStore
from search.encoders import Encoders


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is long to load and, unless it is on another machine, holds no connection."""

    encoders: Encoders
    snapshots: SnapshotStore
    breakers: Breakers
    cache: Cache | None = None  # None: its embeddings are not kept
