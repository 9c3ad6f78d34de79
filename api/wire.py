"""What arrives on the wire, made exact before anything else looks at it.

Servers decode an address leniently: broken UTF-8 becomes question marks, and an encoded slash a
real one. Here a query must be UTF-8 without NUL, and the parts of a path stay encoded, so that an
artwork id with a slash is still one part.
"""

from urllib.parse import quote, unquote, unquote_to_bytes

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import problem
from core.errors import InputError

_SAFE = ":@!$&'()*,;=~"  # what a part of a path may hold as it is (RFC 3986, pchar)
EXACT_PATHS = "/v1/"


class ExactAddress:
    """Refuses a query that is not UTF-8, and keeps encoded slashes apart from real ones."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its address in one form."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            scope["query_string"] = exact_query(scope["query_string"])
        except InputError as error:
            await problem(error)(scope, receive, send)
            return
        if scope["path"].startswith(EXACT_PATHS):
            scope["path"] = exact_path(scope.get("raw_path") or quote(scope["path"]).encode())
        await self._app(scope, receive, send)


class HeadAsGet:
    """Answers HEAD as GET without the body, on every route."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on as a GET."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            await send({**message, "body": b""} if "body" in message else message)

        # A copy, since the server looks at the method when it sends; the route is for the metrics.
        inner: Scope = {**scope, "method": "GET"}
        try:
            await self._app(inner, receive, send_head)
        finally:
            scope["route"] = inner.get("route")


def exact_query(raw: bytes) -> bytes:
    """Encode what a query left unencoded. Raises InputError that names the broken parameter."""
    for pair in raw.split(b"&"):
        name, _, value = pair.partition(b"=")
        field = unquote(name.decode("latin-1").replace("+", " "), errors="replace") or "query"
        _check(name, field)
        _check(value, field)
    return quote(raw, safe="".join(map(chr, range(0x21, 0x7F)))).encode()


def exact_path(raw: bytes) -> str:
    """Write a path with every part encoded in one way."""
    return "/".join(quote(unquote_to_bytes(part), safe=_SAFE) for part in raw.split(b"/"))


def decoded_part(part: str) -> str:
    """Decode one part of an exact path. Raises ValueError with the reason."""
    try:
        text = unquote_to_bytes(part).decode()
    except UnicodeDecodeError as error:
        raise ValueError("is not UTF-8") from error
    if "\0" in text:
        raise ValueError("holds a NUL character")
    return text


def _check(encoded: bytes, field: str) -> None:
    data = unquote_to_bytes(encoded)
    if b"\0" in data:
        raise InputError(field, "holds a NUL character")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise InputError(field, f"is not UTF-8: {error.reason} at byte {error.start}") from error
