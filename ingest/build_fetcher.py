"""The wiring of fetching: manners that an operator chose → a fetcher."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import ConfigurationError, MissingExtraError
from ingest.picture_start import check_start
from ingest.pictures import LIMITS

if TYPE_CHECKING:
    from fetch.fetcher import WebPictureFetcher


@dataclass(frozen=True, slots=True)
class Manners:
    """How the servers of others are asked."""

    contact: str | None
    rate: float = 1.5  # requests per second of one host, at most
    at_once: int = 2
    night: str | None = None  # "22:00-06:00"; None: at any time
    allow_private: Sequence[str] = ()  # hosts that may lie in a private network


def build_fetcher(manners: Manners) -> "WebPictureFetcher":
    """Open what asks for pictures and documents.

    Raises:
        ConfigurationError: no contact, a wrong window or host, or a package is missing.
    """
    _check_hosts(manners.allow_private)
    try:
        from fetch.fetcher import FetchOptions, WebPictureFetcher
    except ImportError as error:
        raise MissingExtraError("httpcore", "pictures") from error
    from fetch.addresses import AddressGuard
    from fetch.clock import WallClock
    from fetch.schedule import PaceOptions, parse_night
    from fetch.user_agent import user_agent

    options = FetchOptions(
        user_agent=user_agent(manners.contact),
        pace=PaceOptions(per_second=manners.rate, at_once=manners.at_once),
        night=parse_night(manners.night) if manners.night else None,
        max_bytes=LIMITS.max_bytes,
        check_picture=check_start,
    )
    return WebPictureFetcher(options, AddressGuard(manners.allow_private), clock=WallClock())


def _check_hosts(hosts: Sequence[str]) -> None:
    """Refuse what would never match a host, and so would allow nothing."""
    for host in hosts:
        if "/" in host or host.count(":") == 1:
            raise ConfigurationError(
                f"--allow-private takes the name of a host, without scheme and port, not {host!r}"
            )
