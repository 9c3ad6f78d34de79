"""The cache inside a process: each kind has so many bytes, and drops what was used longest ago."""

import sys
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Lock

from core.cache import (
    Cached,
    CacheFacts,
    CacheKey,
    CacheKind,
    CacheLimits,
    CacheState,
    KindLimit,
    is_labelled,
)

STORE = "memory"
_LARGEST = 8  # a value beyond this share of its kind's room would push out too much else
# Bytes of an entry beside its key and value: the dictionary's, the node of its order, `_Entry` and
# its number. tracemalloc gave 135 to 178 between 100 and 50,000 entries, by how full the table of
# the dictionary was; what the allocator rounds up comes on top.
OVERHEAD = 192


@dataclass(frozen=True, slots=True)
class _Entry:
    value: bytes
    kept_at: float


class _Shelf:
    """What is kept of one kind; not safe among threads by itself."""

    def __init__(self, limit: KindLimit) -> None:
        self.limit = limit
        self.size_bytes = 0
        self.hits = self.misses = self.evictions = self.expiries = 0
        self.entries: OrderedDict[str, _Entry] = OrderedDict()

    def get(self, name: str, now: float) -> Cached | None:
        entry = self.entries.get(name)
        if entry is not None and self._is_over(entry, now):
            self.drop(name)
            self.expiries += 1
            entry = None
        if entry is None:
            self.misses += 1
            return None
        self.hits += 1
        self.entries.move_to_end(name)
        return Cached(entry.value, now - entry.kept_at)

    def put(self, name: str, entry: _Entry) -> None:
        if name in self.entries:
            self.drop(name)
        size = _size(name, entry)
        if size * _LARGEST > self.limit.size_bytes:
            return
        self.entries[name] = entry
        self.size_bytes += size
        while self.size_bytes > self.limit.size_bytes:
            self.drop(next(iter(self.entries)))
            self.evictions += 1

    def drop(self, name: str) -> None:
        self.size_bytes -= _size(name, self.entries.pop(name))

    def expire(self, now: float) -> None:
        """Drop all whose time is over, which are otherwise dropped when they are asked for."""
        over = [name for name, entry in self.entries.items() if self._is_over(entry, now)]
        for name in over:
            self.drop(name)
        self.expiries += len(over)

    def _is_over(self, entry: _Entry, now: float) -> bool:
        return now - entry.kept_at >= self.limit.ttl_s


class MemoryCache:
    """Keeps values in this process, within the limits of their kinds."""

    def __init__(self, limits: CacheLimits, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._shelves = {kind: _Shelf(limits.kinds[kind]) for kind in CacheKind}

    def get(self, key: CacheKey) -> Cached | None:
        """Read what is kept."""
        with self._lock:
            return self._shelves[key.kind].get(_name(key), self._clock())

    def put(self, key: CacheKey, value: bytes) -> None:
        """Keep a value, unless it would take an eighth of its kind's room."""
        with self._lock:
            self._shelves[key.kind].put(_name(key), _Entry(value, self._clock()))

    def purge(
        self,
        kind: CacheKind | None = None,
        *,
        retriever: str | None = None,
        snapshot: str | None = None,
    ) -> int:
        """Drop what has this kind and these labels, and count it."""
        with self._lock:
            found = list(self._labelled(kind, retriever, snapshot))
            for shelf, name in found:
                shelf.drop(name)
        return len(found)

    def facts(self, *, measured: bool = True) -> CacheState:
        """Tell how it is used and how much is kept."""
        with self._lock:
            now = self._clock()
            for shelf in self._shelves.values() if measured else ():
                shelf.expire(now)
            return CacheState(STORE, tuple(_facts(*item) for item in self._shelves.items()))

    def _labelled(
        self, kind: CacheKind | None, retriever: str | None, snapshot: str | None
    ) -> Iterator[tuple[_Shelf, str]]:
        for of, shelf in self._shelves.items():
            for name in shelf.entries if kind in (None, of) else ():
                labels = name.split("\0")
                if is_labelled(labels[1] or None, retriever) and is_labelled(
                    labels[2] or None, snapshot
                ):
                    yield shelf, name


def _name(key: CacheKey) -> str:
    return f"{key.digest}\0{key.retriever or ''}\0{key.snapshot or ''}"


def _size(name: str, entry: _Entry) -> int:
    return sys.getsizeof(name) + sys.getsizeof(entry.value) + OVERHEAD


def _facts(kind: CacheKind, shelf: _Shelf) -> CacheFacts:
    return CacheFacts(
        kind,
        ttl_s=shelf.limit.ttl_s,
        hits=shelf.hits,
        misses=shelf.misses,
        entries=len(shelf.entries),
        size_bytes=shelf.size_bytes,
        limit_bytes=shelf.limit.size_bytes,
        evictions=shelf.evictions,
        expiries=shelf.expiries,
    )
