"""What the API answers about what it keeps for a while."""

from pydantic import Field

from api.schemas import Schema
from core.cache import CacheKind

LABEL = 200  # characters; names of retrievers and ids of snapshots are shorter


class CacheFacts(Schema):
    """What is kept of one kind, and how this process used it since it began."""

    kind: CacheKind
    ttl_s: float = Field(description="Seconds that a value is kept")
    hits: int
    misses: int
    coalesced: int = Field(description="Requests that waited for an equal one at the same moment")
    entries: int | None = Field(description="null where the cache does not answer")
    size_bytes: int | None = Field(description="null where the cache does not answer")
    limit_bytes: int | None = Field(description="null in Redis, whose own `maxmemory` it is")
    evictions: int | None = Field(description="Dropped for want of room; null in Redis")
    expiries: int | None = Field(description="Dropped when their time was over; null in Redis")


class CacheState(Schema):
    """What is kept, and where."""

    store: str = Field(description="`memory` of this process, or the address of a Redis")
    fault: str | None = Field(description="Why it answers nothing now")
    kinds: list[CacheFacts]


class PurgedCache(Schema):
    """What a purge dropped."""

    dropped: int
