"""A model behind HTTP, as a replica of Ray Serve: `/models`, `/embeddings`, `/score`, `/rerank`.

Paths are below the address of the application, as `http://host:8001/text/v1`.
"""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from core.errors import (
    InputError,
    ModalityError,
    ModelUnavailableError,
    NotFoundError,
    PictureTooLargeError,
    VasariError,
)
from core.types import Json

MOST_BODY_BYTES = 64_000_000  # of a request, its pictures in base64
BATCH_HEADER = "X-Batch-Size"
Handler = Callable[[Json], Awaitable[Response]]


class KeyNeededError(VasariError):
    """The key of this server is missing or wrong; set VASARI_REMOTE_API_KEY."""

    def __init__(self) -> None:
        super().__init__("send the key of this server as `Authorization: Bearer …`")


class BodyTooLargeError(InputError):
    """The body has more bytes than allowed."""

    def __init__(self) -> None:
        super().__init__("body", f"must have at most {MOST_BODY_BYTES:,} bytes")


STATUS: Mapping[type[VasariError], int] = {
    InputError: 400,
    ModalityError: 400,
    PictureTooLargeError: 413,
    BodyTooLargeError: 413,
    KeyNeededError: 401,
    NotFoundError: 404,
    ModelUnavailableError: 503,
}


class ModelServer:
    """Answers requests for one model; what it can do is a table of paths."""

    def __init__(self, facts: Json, key: str | None) -> None:
        self._facts = facts  # as `/models` lists the model; `id` is its name
        self._key = key
        self._posts: dict[str, Handler] = {}

    async def __call__(self, request: Request) -> Response:
        """Answer one request; an error of ours is told in OpenAI's shape."""
        try:
            return await self._answer(request)
        except VasariError as error:
            return failure(error)
        except ClientDisconnect:
            return Response(status_code=400)

    def facts(self) -> Json:
        """Describe the model, as `/models` does."""
        return self._facts

    def health(self) -> Json:
        """Say that the model is loaded, and what it has done."""
        return {"status": "ok", "model": self._facts["id"], "revision": self._facts["revision"]}

    async def _answer(self, request: Request) -> Response:
        path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
        path = path.removeprefix("/v1")
        if path == "/health":
            return JSONResponse(self.health())
        self._check_key(request)
        if request.method == "GET" and path == "/models":
            return JSONResponse({"object": "list", "data": [self._facts]})
        if request.method != "POST" or path not in self._posts:
            raise NotFoundError("path", f"{request.method} {path}")
        body = await asyncio.to_thread(parse_body, await _read(request))
        if body.get("model") != self._facts["id"]:
            raise NotFoundError("model", str(body.get("model"))[:100])
        return await self._posts[path](body)

    def _check_key(self, request: Request) -> None:
        sent = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self._key and not hmac.compare_digest(sent.encode(), self._key.encode()):
            raise KeyNeededError


def parse_body(data: bytes) -> Json:
    """Read a JSON object. Raises InputError."""
    try:
        body = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError("body", "must be JSON") from error
    if not isinstance(body, dict):
        raise InputError("body", "must be a JSON object")
    return body


def failure(error: VasariError) -> Response:
    """Write an error in OpenAI's shape; the status follows from its class."""
    known = [STATUS[kind] for kind in type(error).__mro__ if kind in STATUS]
    status = known[0] if known else 500
    told: dict[str, Any] = {"message": str(error), "code": status}
    if isinstance(error, InputError):
        told["param"] = error.field
    headers = {"Retry-After": "1"} if status == 503 else {}
    return JSONResponse({"error": told}, status, headers)


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY_BYTES:
            raise BodyTooLargeError
    return bytes(body)
