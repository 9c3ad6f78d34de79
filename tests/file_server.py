"""A server of files on 127.0.0.1 that tests make misbehave, one request after another."""

import base64
import hashlib
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass(frozen=True, slots=True)
class Step:
    """How one request is answered; without any, as a good server does."""

    status: int | None = None  # instead of the file
    headers: Mapping[str, str] = field(default_factory=dict)  # beside, or instead of, the own ones
    cut_at: int | None = None  # bytes of the body, after which the connection is closed
    extra: bytes = b""  # sent behind the file, inside the length that is promised
    ignores_range: bool = False
    ignores_if_range: bool = False
    becomes: bytes | None = None  # what the file is from this request on


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked."""

    path: str
    headers: Mapping[str, str]


class FileServer:
    """Serves bytes by path, with ETag, Range, If-Range and If-None-Match."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.files: dict[str, bytes] = {}
        self.steps: deque[Step] = deque()
        self.requests: list[Request] = []
        self.has_digest = False

    def ranges(self) -> list[str | None]:
        """List which parts were asked for."""
        return [request.headers.get("Range") for request in self.requests]


@contextmanager
def serving_files() -> Iterator[FileServer]:
    """Serve until the block ends."""
    server = _Server(("127.0.0.1", 0), _Handler)
    files = FileServer(f"http://127.0.0.1:{server.server_port}")
    server.files = files  # type: ignore[attr-defined]  # where its handlers find it
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield files
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def etag_of(data: bytes) -> str:
    """Name a version."""
    return f'"{hashlib.sha256(data).hexdigest()[:12]}"'


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up: some tests do."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type] # typeshed's own


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits 40 ms between its head and its body
    timeout = 5

    def do_GET(self) -> None:
        files: FileServer = self.server.files  # type: ignore[attr-defined]  # see above
        files.requests.append(Request(self.path, dict(self.headers)))
        step = files.steps.popleft() if files.steps else Step()
        if step.becomes is not None:
            files.files[self.path] = step.becomes
        data = files.files.get(self.path)
        if step.status is not None:
            self._send(step.status, b"", step)
        elif data is None:
            self._send(404, b"", step)
        elif self.headers.get("If-None-Match") == etag_of(data):
            self._send(304, b"", step)
        else:
            self._send_file(data, step, has_digest=files.has_digest)

    def _send_file(self, data: bytes, step: Step, *, has_digest: bool) -> None:
        headers = {"ETag": etag_of(data)}
        if has_digest:
            digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
            headers["Repr-Digest"] = f"sha-256=:{digest}:"
        asked = self.headers.get("Range", "").removeprefix("bytes=").removesuffix("-")
        same = self.headers.get("If-Range") == etag_of(data)
        if not asked or not (same or step.ignores_if_range) or step.ignores_range:
            self._send(200, data, step, headers)
        elif int(asked) >= len(data):
            self._send(416, b"", step)
        else:
            headers["Content-Range"] = f"bytes {asked}-{len(data) - 1}/{len(data)}"
            self._send(206, data[int(asked) :], step, headers)

    def _send(
        self, status: int, body: bytes, step: Step, headers: Mapping[str, str] | None = None
    ) -> None:
        body += step.extra
        self.send_response(status)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        for name, value in {**(headers or {}), **step.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: step.cut_at])
        if step.cut_at is not None:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""
