"""The cache in a Redis that processes share; without it, a search only finds nothing there."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Set
from enum import Enum
from threading import Lock
from typing import TypeVar

from core.breaker import Breaker, BreakerOptions
from core.cache import Cached, CacheFacts, CacheKey, CacheKind, CacheLimits, CacheState
from core.errors import ModelUnavailableError, StorageError
from storage.redis_client import RefusedError, open_client, public_address, translated
from storage.redis_values import Chosen, read_value, write_name, write_value

TIMEOUT_S = 0.1  # of connecting, and of each answer: what a search may lose, and more than it takes
LARGEST = 8_000_000  # bytes of a value, of which ten at once still get through a slow network
# One failure is enough, for it only costs what was kept; a trial costs one search its timeout.
_AT_ONCE = BreakerOptions(failures=1, longest_rest_s=15.0)
_STEP = 1000  # names of one SCAN, and of one UNLINK
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class _Ask(Enum):
    """What a server may refuse alone: one that is full is still read."""

    READ = "read"
    WRITE = "write"
    WALK = "walk"


class RedisCache:
    """Keeps values in a Redis for their time; how much it holds is set there (`maxmemory`)."""

    def __init__(
        self,
        url: str,
        limits: CacheLimits,
        *,
        timeout_s: float = TIMEOUT_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare it; nothing is asked yet. Raises MissingExtraError, ConfigurationError."""
        self._address = public_address(url)
        self._client = open_client(url, timeout_s)
        self._limits = limits
        self._breaker = Breaker("the cache", _AT_ONCE, clock=clock)
        self._lock = Lock()
        self._hits: Counter[CacheKind] = Counter()
        self._misses: Counter[CacheKind] = Counter()
        self._faults: dict[_Ask | None, str] = {}  # by what is refused; None: there is no answer

    def get(self, key: CacheKey) -> Cached | None:
        """Read what is kept; a server that does not answer has nothing."""
        found = self._tried(_Ask.READ, lambda: self._read(write_name(key)))
        with self._lock:
            (self._misses if found is None else self._hits)[key.kind] += 1
        return found

    def put(self, key: CacheKey, value: bytes) -> None:
        """Keep a value, if the server takes it."""
        if len(value) > LARGEST:
            return
        ttl_ms = int(self._limits.kinds[key.kind].ttl_s * 1000)
        name = write_name(key)
        data = write_value(name, value, ttl_ms)
        self._tried(_Ask.WRITE, lambda: self._client.set(name, data, px=ttl_ms))

    def purge(
        self,
        kind: CacheKind | None = None,
        *,
        retriever: str | None = None,
        snapshot: str | None = None,
    ) -> int:
        """Drop what has this kind and these labels, and count it; here silence is an error."""
        chosen = Chosen(kind, retriever, snapshot)
        try:
            dropped: int = self._asked(
                _Ask.WALK,
                lambda: sum(self._client.unlink(*names) for names in self._names(chosen)),
            )
        except (ModelUnavailableError, RefusedError) as error:
            raise StorageError(f"the cache at {self._address} does not answer: {error}") from error
        return dropped

    def facts(self, *, measured: bool = True) -> CacheState:
        """Tell how it is used; measured, also how much is kept, which means to walk it."""
        kept = self._tried(_Ask.WALK, self._measure) if measured else None
        with self._lock:
            kinds = tuple(
                CacheFacts(
                    kind,
                    ttl_s=self._limits.kinds[kind].ttl_s,
                    hits=self._hits[kind],
                    misses=self._misses[kind],
                    entries=None if kept is None else kept[kind][0],
                    size_bytes=None if kept is None else kept[kind][1],
                )
                for kind in CacheKind
            )
            return CacheState(self._address, kinds, next(iter(self._faults.values()), None))

    def _read(self, name: str) -> Cached | None:
        with self._client.pipeline(transaction=False) as both:
            data, left_ms = both.get(name).pttl(name).execute()
        read = read_value(name, data) if data is not None else None
        if read is None:
            return None
        value, ttl_ms = read
        # By the server's clock alone: those of the processes that share it may differ.
        return Cached(value, max(0, ttl_ms - left_ms) / 1000)

    def _measure(self) -> dict[CacheKind, tuple[int, int]]:
        return {kind: self._measure_kind(kind) for kind in CacheKind}

    def _measure_kind(self, kind: CacheKind) -> tuple[int, int]:
        entries = size = 0
        for names in self._names(Chosen(kind)):
            with self._client.pipeline(transaction=False) as lengths:
                for name in names:
                    lengths.strlen(name)
                size += sum(lengths.execute())
            entries += len(names)
        return entries, size

    def _names(self, chosen: Chosen) -> Iterator[list[bytes]]:
        """Walk the names that are meant, some at a time; SCAN may give one twice."""
        cursor, seen = 0, set[bytes]()
        while True:
            cursor, names = self._client.scan(cursor, match=chosen.pattern, count=_STEP)
            fresh = {name for name in names if chosen.has(name)} - seen
            seen |= fresh
            if fresh:
                yield sorted(fresh)
            if cursor == 0:
                return

    def _tried(self, what: _Ask, ask: Callable[[], _T]) -> _T | None:
        """Ask the server; None where it does not answer, which the log tells once."""
        try:
            return self._asked(what, ask)
        except (ModelUnavailableError, RefusedError):
            return None

    def _asked(self, what: _Ask, ask: Callable[[], _T]) -> _T:
        try:
            with self._breaker.guard(), translated():
                answer = ask()
        except ModelUnavailableError as error:
            self._note({None: self._breaker.report().reason or str(error)})
            raise
        except RefusedError as error:
            self._note({what: str(error)}, mended={None})
            raise
        self._note({}, mended={None, what})
        return answer

    def _note(self, faults: dict[_Ask | None, str], mended: Set[_Ask | None] = frozenset()) -> None:
        with self._lock:
            before = self._faults
            kept = {what: why for what, why in before.items() if what not in mended}
            after = self._faults = kept | faults
        if after and not before:
            _log.warning("the cache at %s fails: %s", self._address, next(iter(after.values())))
        if before and not after:
            _log.warning("the cache at %s answers again", self._address)
