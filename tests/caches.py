"""Caches under test: time passes when a test says so, in memory and in a real Redis."""

from dataclasses import dataclass
from typing import Any

from core.cache import CacheKey, CacheKind, CacheLimits, KindLimit
from core.ports import Cache
from tests.clocks import Clock

TTL_S = 100.0
LIMITS = CacheLimits(dict.fromkeys(CacheKind, KindLimit(100_000, TTL_S)))


def key(
    name: str = "boats",
    *,
    kind: CacheKind = CacheKind.RESULT,
    retriever: str | None = None,
    snapshot: str | None = None,
    **parts: str,
) -> CacheKey:
    """Make a key whose inputs are a name; other parts come behind."""
    return CacheKey(kind, (("inputs", name), *parts.items()), retriever, snapshot)


@dataclass
class CacheUnderTest:
    """A cache, and the clock that its values age by."""

    cache: Cache
    clock: Clock
    redis: Any = None  # a client, where that is what keeps the values

    def wait(self, seconds: float) -> None:
        self.clock.now += seconds
        for name in self.redis.keys() if self.redis else ():
            self.redis.pexpire(name, self.redis.pttl(name) - int(seconds * 1000))
