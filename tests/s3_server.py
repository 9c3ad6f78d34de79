"""An S3 store for tests (moto), and a bad line in front of it."""

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from moto.moto_server.threaded_moto_server import ThreadedMotoServer


@contextmanager
def s3_server() -> Iterator[str]:
    """Serve S3 on this machine; gives its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def drop_bucket(client: Any) -> None:  # noqa: ANN401 - boto3 has no types
    """Delete the bucket `museum` with all that is in it, or still arrives by a bad line."""
    for attempt in range(50):
        for found in client.list_objects_v2(Bucket="museum").get("Contents", []):
            client.delete_object(Bucket="museum", Key=found["Key"])
        try:
            client.delete_bucket(Bucket="museum")
        except client.exceptions.ClientError:
            time.sleep(0.02 * attempt)
        else:
            return
    raise AssertionError("something goes on writing into the bucket")


@contextmanager
def s3_credentials(folder: Path) -> Iterator[None]:
    """Set credentials that moto takes, and let each request be tried once."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", "key")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        environment.setenv("AWS_MAX_ATTEMPTS", "1")
        environment.setenv("AWS_CONFIG_FILE", str(folder / "none"))
        environment.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "none"))
        yield


@contextmanager
def retried_at_once() -> Iterator[None]:
    """Let requests be tried three times, without the pauses that are right for a real store."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AWS_MAX_ATTEMPTS", "3")
        patched.setattr(
            "botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0.01
        )
        yield


class Line(Enum):
    """What a bad line does to a request."""

    CUT = "cut"  # nothing arrives, nothing comes back
    LOST = "lost"  # the request arrives, its answer does not
    HALF = "half"  # half of the answer comes back


@dataclass(frozen=True)
class Refusal:
    """An answer of the store itself."""

    status: int
    code: str


@dataclass
class Fault:
    """What goes wrong, with which requests, and how often."""

    what: Line | Refusal
    method: str
    within: str
    times: int


@dataclass
class Asked:
    """A request as it came in."""

    method: str
    path: str
    headers: dict[str, str]


@dataclass
class BadLine:
    """A proxy in front of a store; it also takes requests that name a bucket in their host."""

    upstream: str
    asked: list[Asked] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fail(
        self, what: Line | Refusal, method: str, *, within: str = "", times: int = 10**9
    ) -> None:
        """Let the next requests of a method go wrong whose address has some text in it."""
        self.faults.append(Fault(what, method, within, times))

    def next_fault(self, method: str, path: str) -> Line | Refusal | None:
        """Tell what goes wrong with a request."""
        with self.lock:
            for fault in self.faults:
                if fault.times > 0 and fault.method == method and fault.within in path:
                    fault.times -= 1
                    return fault.what
        return None


@contextmanager
def bad_line(upstream: str) -> Iterator[BadLine]:
    """Serve a proxy in front of a store."""
    line = BadLine(upstream)
    handler = type("Handler", (_Handler,), {"line": line})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    line.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield line
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    line: BadLine
    protocol_version = "HTTP/1.1"

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.line.asked.append(Asked(self.command, self.path, dict(self.headers.items())))
        fault = self.line.next_fault(self.command, self.path)
        if fault is Line.CUT:
            self.close_connection = True
            return
        status, headers, data = self._ask(body) if isinstance(fault, Line | None) else (0, {}, b"")
        if isinstance(fault, Refusal):
            status, data = fault.status, f"<Error><Code>{fault.code}</Code></Error>".encode()
            headers = {"Content-Type": "application/xml", "Content-Length": str(len(data))}
        if fault is Line.LOST:
            self.close_connection = True
            return
        self._answer(status, headers, data, is_half=fault is Line.HALF)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _pass_on  # noqa: N815 - the base class's names

    def _ask(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        there = urlsplit(self.line.upstream)
        path = self.path
        if path.startswith("http://"):  # asked as a proxy: the bucket may stand in the host
            parts = urlsplit(path)
            first, *rest = (parts.hostname or "").split(".")
            bucket = f"/{first}" if len(rest) > 1 else ""
            path = f"{bucket}{parts.path}?{parts.query}"
        connection = http.client.HTTPConnection(there.hostname or "", there.port, timeout=30)
        try:
            kept = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "expect")}
            connection.request(self.command, path, body, kept)
            answer = connection.getresponse()
            data = answer.read()
            headers = {k: v for k, v in answer.getheaders() if k.lower() not in _OF_THE_LINE}
            if self.command != "HEAD":
                headers["Content-Length"] = str(len(data))
            return answer.status, headers, data
        finally:
            connection.close()

    def _answer(self, status: int, headers: dict[str, str], data: bytes, *, is_half: bool) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data[: len(data) // 2] if is_half else data)
        self.close_connection = self.close_connection or is_half

    def log_message(self, format: str, *args: Any) -> None:  # noqa: ANN401 - the base class's
        """Say nothing."""


_OF_THE_LINE = frozenset({"connection", "transfer-encoding", "server", "date"})
