"""A small museum server: IIIF pictures and plain ones, robots.txt, and every way to misbehave."""

import gzip
import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from core.types import Json
from tests.clocks import FetchClock
from tests.pictures import png_of_claimed_size, shaded_jpeg

NAME = "museum.test"  # what the resolver of the tests brings to this machine


class Mischief(StrEnum):
    """What may be wrong with one answer."""

    BUSY = "429 with Retry-After in seconds"
    BUSY_UNTIL = "429 with Retry-After as a date"
    DOWN = "503"
    ERROR = "500"
    FORBIDDEN = "403"
    UNCHANGED = "304"
    DRIP = "one byte after the other, for ever"
    DRIPPING_HEADERS = "a header that does not end"
    ENDLESS = "a body that does not end"
    SHORT = "less than was announced"
    CUT = "the connection is closed instead of an answer"
    HTML = "a page"
    LYING = "a page that is called a picture"
    HUGE = "more announced than is taken"
    GZIP = "a small body that unpacks to a large one"
    BOMB = "a small picture of too many pixels"
    DAMAGED = "half a picture that is called whole"


@dataclass(frozen=True, slots=True)
class Request:
    """What came in."""

    path: str
    headers: dict[str, str]
    at: float  # by the clock of the client


@dataclass(slots=True)
class Museum:
    """What the server has, what it was asked, and what it does wrong next."""

    clock: FetchClock
    url: str = ""
    pictures: dict[str, tuple[int, int]] = field(default_factory=dict)  # id → width and height
    editions: dict[str, int] = field(default_factory=dict)  # raised when a picture changes
    info: Json = field(default_factory=dict)  # what info.json says besides the size
    infos: dict[str, bytes | int] = field(default_factory=dict)  # id → a body, or a status
    max_area: int | None = None  # a larger request is answered 400
    robots: str | int = 404
    leads: dict[str, str] = field(default_factory=dict)  # path → where it is redirected
    next: deque[Mischief] = field(default_factory=deque)  # wrong in the next answers, one each
    wrong: dict[str, Mischief] = field(default_factory=dict)  # id → what is always wrong
    requests: list[Request] = field(default_factory=list)
    under_way: int = 0
    most_under_way: int = 0
    has_etags: bool = True
    retry_after_s: int = 120
    lock: threading.Lock = field(default_factory=threading.Lock)

    def iiif(self, id: str) -> str:
        return f"{self.url}/iiif/{id}"

    def plain(self, id: str) -> str:
        return f"{self.url}/plain/{id}.jpg"

    def asked(self, part: str = "") -> list[str]:
        return [request.path for request in self.requests if part in request.path]


@contextmanager
def open_museum(clock: FetchClock, host: str = NAME) -> Iterator[Museum]:
    museum = Museum(clock)
    handler = type("Handler", (_Handler,), {"museum": museum})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    museum.url = f"http://{host}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield museum
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    museum: Museum

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        museum = self.museum
        with museum.lock:
            headers = {name.lower(): value for name, value in self.headers.items()}
            museum.requests.append(Request(self.path, headers, museum.clock.now_s))
            museum.under_way += 1
            museum.most_under_way = max(museum.most_under_way, museum.under_way)
        try:
            with suppress(ConnectionError):
                self._route()
        finally:
            with museum.lock:
                museum.under_way -= 1

    def _route(self) -> None:
        museum = self.museum
        kind, id = (*self.path.split("/")[1:3], "")[:2]
        id = id.removesuffix(".jpg")
        if self.path == "/robots.txt":
            self._robots()
        elif self.path in museum.leads:
            self._send(302, headers={"Location": museum.leads[self.path]})
        elif self.path.endswith("/info.json"):
            self._info(id)
        elif id in museum.wrong:
            self._misbehave(museum.wrong[id])
        elif museum.next:
            self._misbehave(museum.next.popleft())
        elif id not in museum.pictures:
            self._send(404)
        else:
            self._picture(id, self.path.split("/")[4] if kind == "iiif" else None)

    def _robots(self) -> None:
        robots = self.museum.robots
        if isinstance(robots, int):
            self._send(robots)
        else:
            self._send(200, robots.encode(), "text/plain")

    def _info(self, id: str) -> None:
        said = self.museum.infos.get(id)
        if isinstance(said, int) or (said is None and id not in self.museum.pictures):
            return self._send(said if isinstance(said, int) else 404)
        if said is None:
            width, height = self.museum.pictures[id]
            told = {"@context": "http://iiif.io/api/image/2/context.json"} | self.museum.info
            said = json.dumps({"width": width, "height": height} | told).encode()
        return self._send(200, said, "application/ld+json")

    def _picture(self, id: str, size: str | None) -> None:
        width, height = self.museum.pictures[id]
        if size is not None and size not in ("full", "max"):
            width, height = _scaled(width, height, size)
        if self.museum.max_area is not None and width * height > self.museum.max_area:
            return self._send(400)
        edition = self.museum.editions.get(id, 0)
        etag = f'"{id}-{edition}-{size}"'
        if self.museum.has_etags and self.headers.get("If-None-Match") == etag:
            return self._send(304, headers={"ETag": etag})
        named = {"ETag": etag} if self.museum.has_etags else {}
        return self._send(200, shaded_jpeg(width, height, edition), "image/jpeg", headers=named)

    def _misbehave(self, mischief: Mischief) -> None:
        wait_s = min(self.museum.retry_after_s, 86_400)
        date = self.museum.clock.now() + timedelta(seconds=wait_s)
        match mischief:
            case Mischief.BUSY:
                self._send(429, headers={"Retry-After": str(self.museum.retry_after_s)})
            case Mischief.BUSY_UNTIL:
                self._send(429, headers={"Retry-After": format_datetime(date)})
            case Mischief.DOWN | Mischief.ERROR | Mischief.FORBIDDEN | Mischief.UNCHANGED:
                self._send(int(mischief.value))
            case Mischief.HTML:
                self._send(200, b"<html>welcome</html>", "text/html")
            case Mischief.LYING:
                self._send(200, b"<html>welcome</html>" * 9, "image/jpeg")
            case Mischief.GZIP:
                packed = gzip.compress(bytes(5_000_000))
                self._send(200, packed, "image/jpeg", headers={"Content-Encoding": "gzip"})
            case Mischief.BOMB:
                self._send(200, png_of_claimed_size(20_000, 20_000, bytes(9000)), "image/png")
            case Mischief.DAMAGED:
                self._send(200, shaded_jpeg(400, 300)[:1500], "image/jpeg")
            case _:
                self._break_off(mischief)

    def _break_off(self, mischief: Mischief) -> None:
        """Write by hand what no decent server sends."""
        self.close_connection = True
        match mischief:
            case Mischief.CUT:
                return
            case Mischief.DRIPPING_HEADERS:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
                self._pour(b"x")
            case Mischief.SHORT | Mischief.HUGE:
                length = 9_000 if mischief is Mischief.SHORT else 10**12
                self._begin(f"Content-Length: {length}\r\n")
                self.wfile.write(shaded_jpeg(40, 30))
            case Mischief.DRIP | Mischief.ENDLESS:
                self._begin("")
                self.wfile.write(shaded_jpeg(40, 30))
                self._pour(b"x" if mischief is Mischief.DRIP else b"x" * 65536)

    def _pour(self, piece: bytes) -> None:
        while True:  # until the client hangs up
            self.wfile.write(piece)
            self.wfile.flush()

    def _begin(self, header: str) -> None:
        self.wfile.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nConnection: close\r\n"
            + header.encode()
            + b"\r\n"
        )

    def _send(
        self,
        status: int,
        body: bytes = b"",
        kind: str = "text/plain",
        *,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _scaled(width: int, height: int, size: str) -> tuple[int, int]:
    wanted_width, _, wanted_height = size.removeprefix("!").partition(",")
    w, h = int(wanted_width or 0), int(wanted_height or 0)
    if size.startswith("!"):
        scale = min(w / width, h / height)
        return max(1, int(width * scale + 1e-9)), max(1, int(height * scale + 1e-9))
    return w or round(width * h / height), h or round(height * w / width)
