"""The wiring of the cache: memory of this process, or a Redis that several share."""

from core.cache import CacheKind, CacheLimits, KindLimit
from core.ports import Cache
from core.settings import Settings

# Of the memory of a cache in the process. An embedding takes one to nine kilobytes, a page of hits
# some tens; executions are there to be read again, so they are not pushed out by answers.
SHARES = {
    CacheKind.EMBEDDING: 1 / 8,
    CacheKind.STAGE: 1 / 8,
    CacheKind.RESULT: 1 / 2,
    CacheKind.EXECUTION: 1 / 4,
}
_EMBEDDING_TTL_S = 86_400.0  # what a model makes of a text does not change; people ask day by day


def build_cache(settings: Settings) -> Cache:
    """Choose where values are kept; nothing is connected yet.

    Raises:
        ConfigurationError: the address is wrong, or redis is not installed.
    """
    limits = cache_limits(settings)
    if settings.cache_url and settings.cache_mb:
        from storage.redis_cache import RedisCache

        return RedisCache(settings.cache_url, limits)
    from storage.memory_cache import MemoryCache

    return MemoryCache(limits)  # with no room at all, it keeps nothing


def cache_limits(settings: Settings) -> CacheLimits:
    """Divide the memory among the kinds, and say how long each is kept."""
    ttl_s = {
        CacheKind.EMBEDDING: _EMBEDDING_TTL_S,
        CacheKind.EXECUTION: settings.pin_minutes * 60.0,
    }
    total = settings.cache_mb * 1_000_000
    return CacheLimits(
        {
            kind: KindLimit(int(total * share), ttl_s.get(kind, float(settings.cache_ttl_s)))
            for kind, share in SHARES.items()
        }
    )
