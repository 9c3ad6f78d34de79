"""A cache that says what it did: whether it hit, how old the value is, and why it missed."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock

from core.cache import Cached, CacheKey, CacheKind, CacheReport, CacheState
from core.ports import Cache
from search.caching.flights import Flights
from search.caching.seen_parts import SeenParts
from search.caching.write_behind import WriteBehind


@dataclass(frozen=True, slots=True)
class Made:
    """A value that was computed, and whether it is good for others later."""

    value: bytes
    keep: bool = True


@dataclass(frozen=True, slots=True)
class _Fetched:
    value: bytes
    report: CacheReport


class AuditedCache:
    """Computes what is not kept, once for all who ask for it at the same moment."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._behind = WriteBehind(cache)
        self._seen = SeenParts()
        self._flights: Flights[_Fetched] = Flights()
        self._lock = Lock()
        self._coalesced: Counter[CacheKind] = Counter()

    @property
    def cache(self) -> Cache:
        """Cache that values are kept in."""
        return self._cache

    @property
    def behind(self) -> WriteBehind:
        """What is written to it when answers are on their way."""
        return self._behind

    def fetch(self, key: CacheKey, make: Callable[[], Made]) -> tuple[bytes, CacheReport]:
        """Give the value that is kept under a key, or compute it and keep it if it says so.

        An error of the computation reaches all who wait for it, and is not kept.
        """
        # Looked up by who computes, so that nobody computes what another has just kept.
        fetched, is_mine = self._flights.share(key.digest, lambda: self._look_or_make(key, make))
        if is_mine or fetched.report.hit:
            return fetched.value, fetched.report
        with self._lock:
            self._coalesced[key.kind] += 1
        return fetched.value, CacheReport(True, key.digest, age_s=0.0, coalesced=True)

    def peek(self, key: CacheKey) -> Cached | None:
        """Read what is kept and compute nothing; the store counts it as a hit or a miss."""
        return self._cache.get(key)

    def purge(
        self,
        kind: CacheKind | None = None,
        *,
        retriever: str | None = None,
        snapshot: str | None = None,
    ) -> int:
        """Drop what has this kind and these labels, and count it. Raises StorageError."""
        self._behind.flush()
        return self._cache.purge(kind, retriever=retriever, snapshot=snapshot)

    def facts(self, *, measured: bool = True) -> CacheState:
        """Tell how it is used; measured, also how much is kept."""
        state = self._cache.facts(measured=measured)
        with self._lock:
            coalesced = dict(self._coalesced)
        kinds = (replace(of, coalesced=coalesced.get(of.kind, 0)) for of in state.kinds)
        return replace(state, kinds=tuple(kinds))

    def _look_or_make(self, key: CacheKey, make: Callable[[], Made]) -> _Fetched:
        kept = self._cache.get(key)
        new = self._seen.note(key)
        if kept:
            return _Fetched(kept.value, CacheReport(True, key.digest, age_s=kept.age_s))
        made = make()
        if made.keep:
            self._cache.put(key, made.value)
        return _Fetched(made.value, CacheReport(False, key.digest, missed_because=new))
