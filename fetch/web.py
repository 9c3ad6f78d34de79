"""One request to a server of others: where it may go, and how much of an answer is taken."""

import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote, urlsplit

import httpcore

from core.errors import PictureError
from core.fetching import Verdict, host_of
from fetch.addresses import AddressGuard, ForbiddenAddressError
from fetch.clock import Clock
from fetch.faults import FetchFault
from fetch.network import Deadline, GuardedBackend

_FIRST_LOOK = 4096  # bytes of a body after which its beginning is looked at; then ever eight times
_MOST_DRAINED = 65_536  # bytes; beyond, a new connection is cheaper
_BROKEN = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)
_REASON_CHARS = 200


@dataclass(frozen=True, slots=True)
class WebLimits:
    """How much of a server's time and bytes one request takes."""

    total_s: float = 120.0  # from connecting to the last byte
    connect_s: float = 10.0
    read_s: float = 30.0  # between two pieces of an answer


@dataclass(frozen=True, slots=True)
class BodyRule:
    """What is taken of an answer's body."""

    max_bytes: int
    is_cut: bool = False  # whether the rest beyond is left, or the whole refused
    types: tuple[str, ...] = ()  # how its media type may begin; () for any
    check: Callable[[bytes], None] | None = None  # looks at the bytes so far; raises PictureError


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered to one request."""

    status: int
    headers: Mapping[str, str]  # names in small letters
    body: bytes  # of a 200; nothing else is read


class Web:
    """Makes requests, from any number of threads, over connections that are kept open."""

    def __init__(
        self,
        guard: AddressGuard,
        *,
        user_agent: str,
        clock: Clock,
        limits: WebLimits = WebLimits(),
    ) -> None:
        self._limits = limits
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": "identity"}
        self._deadline = Deadline(clock)
        # Proxies of the environment are not used: behind one, no address could be checked.
        self._pool = httpcore.ConnectionPool(
            ssl_context=_tls(),
            max_connections=256,
            max_keepalive_connections=64,
            keepalive_expiry=30.0,
            network_backend=GuardedBackend(guard, self._deadline),
        )

    def get(self, url: str, rule: BodyRule, headers: Mapping[str, str]) -> Answer:
        """Ask once, following no redirect.

        Raises:
            FetchFault: refused (where it leads), failed (no whole answer) or wrong (what came).
        """
        address = web_address(url)
        try:
            with self._deadline.within(self._limits.total_s):
                return self._get(address, rule, headers)
        except ForbiddenAddressError as error:
            raise FetchFault(Verdict.REFUSED, str(error)) from error
        except httpcore.TimeoutException as error:
            raise FetchFault(Verdict.FAILED, f"{host_of(url)} did not answer in time") from error
        except (*_BROKEN, OSError) as error:
            told = str(error)[:_REASON_CHARS] or type(error).__name__
            raise FetchFault(Verdict.FAILED, f"{host_of(url)}: {told}") from error

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def _get(self, address: str, rule: BodyRule, headers: Mapping[str, str]) -> Answer:
        waits = {"connect": self._limits.connect_s, "pool": self._limits.total_s}
        waits |= {"read": self._limits.read_s, "write": self._limits.read_s}
        sent = [  # as bytes: a server's own validators need not be ASCII
            (name.encode("ascii"), value.encode("latin-1"))
            for name, value in (*self._headers.items(), *headers.items())
        ]
        with self._pool.stream(
            "GET", address, headers=sent, extensions={"timeout": waits}
        ) as response:
            got = {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in response.headers
            }
            body = b""
            if response.status == 200:
                _check_headers(got, rule)
                body = _read(response.iter_stream(), rule)
            else:
                _drain(response.iter_stream())
            return Answer(response.status, got, body)


def web_address(url: str) -> str:
    """Write an address in ASCII, as it is sent.

    Raises:
        FetchFault: refused: it is not an address of the web, or holds a password.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except (ValueError, UnicodeError) as error:
        raise FetchFault(Verdict.REFUSED, f"{url!r} is not an address of the web") from error
    if parts.scheme.lower() not in ("http", "https") or not host:
        raise FetchFault(Verdict.REFUSED, f"{url!r} is not an address of the web")
    if parts.username is not None or parts.password is not None:
        raise FetchFault(Verdict.REFUSED, "the address holds a name or password")
    shown = f"[{host}]" if ":" in host else host
    path = quote(parts.path or "/", safe="/%!$&'()*+,;=:@~")
    query = f"?{quote(parts.query, safe='/%!$&()*+,;=:@~?')}" if parts.query else ""
    return f"{parts.scheme.lower()}://{shown}{f':{port}' if port else ''}{path}{query}"


def _check_headers(headers: Mapping[str, str], rule: BodyRule) -> None:
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):  # nothing is unpacked, so nothing can burst
        raise FetchFault(Verdict.WRONG, f"comes compressed ({encoding}), unasked", 200)
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind and rule.types and not kind.startswith(rule.types):
        raise FetchFault(Verdict.WRONG, f"is of the type {kind}", 200)
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > rule.max_bytes and not rule.is_cut:
        raise FetchFault(Verdict.WRONG, _too_large(rule), 200)


def _read(chunks: Iterable[bytes], rule: BodyRule) -> bytes:
    body, look = bytearray(), _FIRST_LOOK
    for chunk in chunks:
        body += chunk
        if len(body) > rule.max_bytes:
            if rule.is_cut:
                break
            raise FetchFault(Verdict.WRONG, _too_large(rule), 200)
        if len(body) >= look:
            _check(body, rule)
            look = 8 * len(body)
    del body[rule.max_bytes :]
    _check(body, rule)
    return bytes(body)


def _drain(chunks: Iterable[bytes]) -> None:
    """Read a short body to its end, so that the connection can be used again."""
    length = 0
    for chunk in chunks:
        length += len(chunk)
        if length > _MOST_DRAINED:
            return


def _check(body: bytearray, rule: BodyRule) -> None:
    if rule.check is None:
        return
    try:
        rule.check(bytes(body))
    except PictureError as error:
        raise FetchFault(Verdict.WRONG, error.reason, 200) from error


def _too_large(rule: BodyRule) -> str:
    return f"has more than {rule.max_bytes / 1e6:g} MB"


@cache
def _tls() -> ssl.SSLContext:
    """Trust what this machine trusts, an authority of the house included."""
    return ssl.create_default_context()
