"""Limits that are kept before a request is parsed: requests at once, bytes of a body."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import BodyTooLargeError, problem
from core.errors import OverloadedError

# Asked by supervisors, who must get their answer most of all when there is too much to do.
HEALTH_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})
JSON_SPARE_BYTES = 1 << 20  # of a body beside its picture: the text, the filter, the references


def body_limit_bytes(max_upload_mb: int) -> int:
    """Bytes of a body that carries the largest picture in base64."""
    return max_upload_mb * (1 << 20) * 4 // 3 + JSON_SPARE_BYTES


class ConcurrencyLimit:
    """Refuses requests beyond a number at once; nothing waits in a line without end."""

    def __init__(self, app: ASGIApp, *, limit: int) -> None:
        self._app = app
        self._limit = limit
        self._running = 0  # touched by the event loop's thread alone

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer that there are too many."""
        if scope["type"] != "http" or scope["path"] in HEALTH_PATHS:
            await self._app(scope, receive, send)
            return
        if self._running >= self._limit:
            await problem(OverloadedError())(scope, receive, send)
            return
        self._running += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._running -= 1


class BodyLimit:
    """Refuses a body that says it is too large, or turns out to be while it is read."""

    def __init__(self, app: ASGIApp, *, limit_bytes: int) -> None:
        self._app = app
        self._limit_bytes = limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its body counted."""
        if scope["type"] == "http" and _announced_bytes(scope) > self._limit_bytes:
            await problem(BodyTooLargeError(self._limit_bytes))(scope, receive, send)
            return
        await self._app(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        seen_bytes = 0

        async def counted() -> Message:
            nonlocal seen_bytes
            message = await receive()
            seen_bytes += len(message.get("body", b""))
            if seen_bytes > self._limit_bytes:
                raise BodyTooLargeError(self._limit_bytes)
            return message

        return counted


def _announced_bytes(scope: Scope) -> int:
    announced = Headers(scope=scope).get("content-length", "0")
    return int(announced) if announced.isdecimal() and len(announced) < 20 else 0
