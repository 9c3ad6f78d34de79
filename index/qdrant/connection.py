"""The connection to Qdrant: opened here, and its errors translated into ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from core.errors import ConfigurationError, MissingExtraError, StorageError

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

_REMEDIES = {
    404: "check VASARI_QDRANT_URL, or roll back or build the index anew",
    507: "give it more disk",
}
_TIMEOUT_S = 60  # an exact search of a large collection, or a batch written to every replica


def open_client(url: str, api_key: str | None = None) -> "QdrantClient":
    """Open a client; nothing is sent before the first call.

    Raises:
        MissingExtraError: qdrant-client is not installed.
        ConfigurationError: the address is not one of a server.
    """
    try:
        from qdrant_client import QdrantClient
    except ImportError as error:
        raise MissingExtraError("qdrant-client", "qdrant") from error
    if not url.startswith(("http://", "https://")):
        raise ConfigurationError(f"VASARI_QDRANT_URL={url!r} must begin with http:// or https://")
    try:
        # Its own check of versions sends a request and warns; `vasari doctor` says it instead.
        return QdrantClient(url=url, api_key=api_key, timeout=_TIMEOUT_S, check_compatibility=False)
    except ValueError as error:
        raise ConfigurationError(f"VASARI_QDRANT_URL={url!r}: {error}") from error


def server_version(client: "QdrantClient") -> str:
    """Ask the server for its version. Raises StorageError when it does not answer."""
    with translated_errors():
        # Any key may read the version; the aliases need one that is valid here.
        version = client.info().version
        client.get_aliases()
        return version


def is_compatible(server: str, *, client: str) -> bool:
    """Tell whether versions of server and client fit: at most one minor version apart."""
    (major, minor), (wanted, near) = (map(int, v.split(".")[:2]) for v in (server, client))
    return major == wanted and abs(minor - near) <= 1


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise Qdrant's errors as ours, which say the remedy."""
    from qdrant_client.common.client_exceptions import QdrantException
    from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

    try:
        yield
    except UnexpectedResponse as error:
        if error.status_code in (401, 403):
            raise StorageError(
                "Qdrant does not accept the key: set VASARI_QDRANT_API_KEY to one of the server's"
            ) from error
        remedy = _REMEDIES.get(error.status_code or 0, "its log says more")
        raise StorageError(
            f"Qdrant answers {error.status_code} ({_reason(error.content)}): {remedy}"
        ) from error
    except ResponseHandlingException as error:
        raise StorageError(
            f"Qdrant does not answer ({error.source}): start it, or check VASARI_QDRANT_URL"
        ) from error
    except QdrantException as error:
        raise StorageError(f"Qdrant refuses for now: {error}") from error


def _reason(content: bytes) -> str:
    return content[:200].decode(errors="replace").strip() or "without a reason"
