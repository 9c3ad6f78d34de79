"""What `vasari doctor` says of the cache that services share."""

from collections.abc import Iterator

from cli.findings import Finding, Status
from core.errors import MissingExtraError, VasariError
from core.settings import Settings

CHECK = "cache"


def check_cache(settings: Settings) -> Iterator[Finding]:
    """Look whether the Redis that is set answers; say nothing where none is set."""
    from search.build_cache import build_cache

    if not settings.cache_url or not settings.cache_mb:
        return
    try:
        state = build_cache(settings).facts()
    except MissingExtraError:
        return  # `check_extras` says that it is not installed
    except VasariError as error:
        yield Finding(CHECK, Status.FAULT, str(error), "docs/cache.md")
        return
    if state.fault:
        remedy = "searches go on without it; start Redis, or check VASARI_CACHE_URL"
        yield Finding(CHECK, Status.FAULT, f"{state.store}: {state.fault}", remedy)
    else:
        entries = sum(of.entries or 0 for of in state.kinds)
        yield Finding(CHECK, Status.OK, f"{state.store} answers; {entries:,} entries")
