"""HTTP to a model server: deadlines, retries, a breaker, and errors that say the address."""

import json
import random
import ssl
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from core.breaker import Breaker, Breakers
from core.errors import MissingExtraError, ModelServerError, ModelUnavailableError
from core.retry_after import retry_after_s
from core.types import Json
from models.remote.spec import RemoteSpec

if TYPE_CHECKING:
    import httpx

MOST_BYTES = 64_000_000  # of an answer: 512 embeddings of 4,096 written as text, and to spare
_CONNECT_S = 2.0  # a machine that is up takes a connection at once
_KEPT_OPEN_S = 30.0
_MOST_CONNECTIONS = 256
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 10.0
_AGAIN = frozenset({429, 502, 503, 504})
_REASON_CHARS = 200
_REMEDIES = {
    401: "set VASARI_REMOTE_API_KEY to a key of the server",
    403: "set VASARI_REMOTE_API_KEY to a key that may use this model",
    404: "check the path and the name of the model",
}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one call may take in all, and how often it is tried."""

    total_s: float
    tries: int


class _Again(Exception):  # noqa: N818 - not an error: an attempt that may be repeated, and why
    def __init__(self, reason: str, after_s: float = 0.0) -> None:
        self.reason = reason
        self.after_s = after_s  # as the server asked
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes


class RemoteClient:
    """Asks one model server, from any number of threads, over connections that are kept open."""

    def __init__(
        self,
        url: str,
        breaker: Breaker,
        *,
        api_key: str | None = None,
        jitter: Callable[[], float] = random.random,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url = url
        self._breaker = breaker
        self._jitter = jitter
        self._sleep = sleep
        self._api_key = api_key
        self._http = _open(api_key)
        # Encoders are not closed: the connections go with the last one that holds them.
        weakref.finalize(self, self._http.close)

    def ask(self, path: str, body: Json | None, patience: Patience) -> Json:
        """Post a body, or get without one; give the JSON object of the answer.

        A call may overrun its time by as long as a server that began to answer keeps still.

        Raises:
            ModelUnavailableError: the server did not answer in time, or its breaker is open.
            ModelServerError: it answered that it will not, or no JSON object.
        """
        url = f"{self._url}/{path}"
        with self._breaker.guard():
            answer = self._ask_again(url, body, patience)
        if answer.status != 200:
            remedy = _REMEDIES.get(answer.status, "check the address and its options")
            raise ModelServerError(f"{url} {self._told(answer)}: {remedy}")
        return _parse(url, answer.body)

    def _ask_again(self, url: str, body: Json | None, patience: Patience) -> _Answer:
        ends = time.monotonic() + patience.total_s
        failed = 0
        while True:
            try:
                return self._ask_once(url, body, ends)
            except _Again as again:
                failed += 1
                pause_s = pause_before(failed, again.after_s, self._jitter())
                is_late = time.monotonic() + pause_s >= ends
                if failed >= patience.tries or is_late:
                    told = f"{url} {again.reason} (tried {failed} of {patience.tries} times)"
                    raise ModelUnavailableError(told) from again
                self._sleep(pause_s)

    def _ask_once(self, url: str, body: Json | None, ends: float) -> _Answer:
        import httpx

        left_s = max(ends - time.monotonic(), 0.001)
        timeout = httpx.Timeout(left_s, connect=min(left_s, _CONNECT_S))
        method = "GET" if body is None else "POST"
        try:
            with self._http.stream(method, url, json=body, timeout=timeout) as response:
                answer = _Answer(response.status_code, _read(response, ends))
        except httpx.TimeoutException as error:
            raise _Again(f"did not answer within {left_s:.1f} s") from error
        except httpx.TransportError as error:
            raise _Again(f"does not answer ({error or type(error).__name__})") from error
        except httpx.HTTPError as error:
            raise ModelServerError(f"{url} cannot be read: {error}") from error
        if answer.status in _AGAIN or answer.status >= 500:
            after_s = retry_after_s(response.headers.get("retry-after"), datetime.now(UTC))
            if answer.status not in _AGAIN:
                raise ModelUnavailableError(f"{url} {self._told(answer)}")
            raise _Again(self._told(answer), after_s)
        return answer

    def _told(self, answer: _Answer) -> str:
        """Quote the beginning of an answer; servers are known to send a wrong key back."""
        text = answer.body[: 4 * _REASON_CHARS].decode(errors="replace")
        if self._api_key:
            text = text.replace(self._api_key, "…")
        quoted = " ".join(text.split())[:_REASON_CHARS] or "without a reason"
        return f"answers {answer.status} ({quoted})"


def open_client(spec: RemoteSpec, breakers: Breakers, api_key: str | None) -> RemoteClient:
    """Open a client for a model; all that name the model share its breaker."""
    return RemoteClient(spec.url, breakers.get(spec.address), api_key=api_key)


def pause_before(failed: int, after_s: float, jitter: float) -> float:
    """Choose how long to wait after so many failures: doubling, spread out by jitter from 0 to 1.

    What the server asks for is never undercut.
    """
    longest = min(_FIRST_PAUSE_S * 2.0 ** (failed - 1), _LONGEST_PAUSE_S)
    return after_s + longest * jitter


def _open(api_key: str | None) -> "httpx.Client":
    try:
        import httpx
    except ImportError as error:
        raise MissingExtraError("httpx", "remote") from error
    limits = httpx.Limits(
        max_connections=_MOST_CONNECTIONS,
        max_keepalive_connections=_MOST_CONNECTIONS,
        keepalive_expiry=_KEPT_OPEN_S,
    )
    # Redirects are not followed: the key and the pictures go to the configured server alone.
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    return httpx.Client(headers=headers, limits=limits, verify=_tls(), follow_redirects=False)


@cache
def _tls() -> ssl.SSLContext:
    """Trust what this machine trusts, an authority of the house included."""
    return ssl.create_default_context()


def _read(response: "httpx.Response", ends: float) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MOST_BYTES:
            raise ModelServerError(f"{response.url} answers more than {MOST_BYTES:,} bytes")
        if time.monotonic() > ends:
            raise _Again("did not end its answer in time")
    return bytes(body)


def _parse(url: str, body: bytes) -> Json:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ModelServerError(f"{url} does not answer JSON") from error
    if not isinstance(parsed, dict):
        raise ModelServerError(f"{url} does not answer a JSON object")
    return parsed
