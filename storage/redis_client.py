"""The client of a Redis, and its errors in words of ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from core.errors import ConfigurationError, MissingExtraError, ModelUnavailableError

SETTING = "VASARI_CACHE_URL"


class RefusedError(Exception):
    """The server answers, and does not do what it is asked: it is full, or a replica."""


def open_client(url: str, timeout_s: float) -> Any:  # noqa: ANN401 - its types say neither here nor there
    """Prepare a client; it connects when it is first used.

    Raises:
        MissingExtraError: redis is not installed.
        ConfigurationError: the address is wrong.
    """
    try:
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry
    except ImportError as error:
        raise MissingExtraError("redis", "redis") from error
    try:
        return Redis.from_url(
            url,
            socket_timeout=timeout_s,
            socket_connect_timeout=timeout_s,
            retry=Retry(NoBackoff(), 0),  # a miss costs less than waiting
            protocol=2,  # one round trip less for each connection
        )
    except (ValueError, TypeError) as error:
        raise ConfigurationError(f"{SETTING}: {error}") from error


def public_address(url: str) -> str:
    """Write an address without what it says of user and password."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()


@contextmanager
def translated() -> Iterator[None]:
    """Turn what redis raises into RefusedError, or ModelUnavailableError, which breakers count."""
    from redis.exceptions import RedisError, ResponseError

    try:
        yield
    except ResponseError as error:
        raise RefusedError(_in_words(error)) from error
    # A socket's own errors, and host names that cannot be written, come as they are.
    except (RedisError, OSError, UnicodeError) as error:
        raise ModelUnavailableError(_in_words(error)) from error


def _in_words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
