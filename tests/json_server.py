"""A small server of JSON documents on this machine, with ETags, that can be told to fail."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import MappingProxyType

from core.types import Json
from fetch.addresses import AddressGuard
from fetch.fetcher import FetchOptions, WebPictureFetcher
from tests.clocks import FetchClock


@dataclass
class JsonServer:
    """What is served, by path, and what was asked for."""

    url: str = ""
    documents: dict[str, Json] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)  # of paths that fail
    headers: dict[str, str] = field(default_factory=dict)  # sent with those
    asked: list[str] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)

    def put(self, path: str, document: Json) -> str:
        """Serve a document; give its address."""
        self.documents[path] = document
        return f"{self.url}{path}"

    def forget(self) -> None:
        """Forget what was asked for."""
        self.asked.clear()
        self.answered.clear()


class _Handler(BaseHTTPRequestHandler):
    served: JsonServer

    def do_GET(self) -> None:
        if self.path == "/robots.txt":
            self._answer(404, b"")
            return
        self.served.asked.append(self.path)
        document = self.served.documents.get(self.path)
        status = self.served.status.get(self.path, 200 if document is not None else 404)
        if status != 200:
            self._answer(status, b"{}", self.served.headers)
            return
        body = json.dumps(document).encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        is_same = self.headers.get("If-None-Match") == etag
        self._answer(304 if is_same else 200, b"" if is_same else body, {"ETag": etag})

    def _answer(
        self, status: int, body: bytes, headers: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        if self.path != "/robots.txt":
            self.served.answered.append(status)
        self.send_response(status)
        self.send_header("Content-Type", "application/ld+json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving_json() -> Iterator[JsonServer]:
    """Serve documents until the test ends."""
    served = JsonServer()
    handler = type("Handler", (_Handler,), {"served": served})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def fetching() -> Iterator[WebPictureFetcher]:
    """Open a fetcher that waits for nothing, and may ask this machine."""
    options = FetchOptions(user_agent="Vasari/tests (contact: tests@example.org)")
    fetcher = WebPictureFetcher(options, AddressGuard(["127.0.0.1"]), clock=FetchClock())
    try:
        yield fetcher
    finally:
        fetcher.close()
