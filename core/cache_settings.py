"""The settings of what is kept so that it need not be made again."""

import re

from core.setting_values import Setting, whole

_SCHEMES = ("redis", "rediss", "unix")


def cache_address(text: str) -> str | None:
    """Read the address of a Redis that may be missing."""
    address = text.strip()
    if address and not re.fullmatch(rf"({'|'.join(_SCHEMES)})://\S+", address):
        raise ValueError("must be an address such as redis://cache.example:6379/0")
    if "password=" in address:  # where it would be shown
        raise ValueError("the password goes before the host: redis://:password@cache.example")
    return address or None


CACHE_SETTINGS: tuple[Setting, ...] = (
    Setting(
        "VASARI_CACHE_URL",
        "",
        cache_address,
        "Redis that several processes share as their cache, as `redis://host:6379/0`, `rediss://…` "
        "or `unix://…` ([docs/cache.md](docs/cache.md)); empty: each process has its own",
    ),
    Setting(
        "VASARI_CACHE_MB",
        "256",
        whole(0, 1_000_000),
        "Memory of a cache in the process, in megabytes of 1,000,000 bytes; 0: nothing is kept, "
        "nor in Redis",
    ),
    Setting(
        "VASARI_CACHE_TTL_S",
        "3600",
        whole(1, 2_592_000),  # a month
        "Seconds that answers and stages are kept; embeddings of queries are kept for a day",
    ),
    Setting(
        "VASARI_PIN_MINUTES",
        "60",
        whole(1, 43_200),  # a month
        "Minutes that an execution can be read and replayed, and a snapshot that was live is kept "
        "for that",
    ),
)
