"""A small server that speaks the protocols of model servers, and can misbehave."""

import base64
import io
import json
import sys
import threading
import zlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from core.types import Json

MODEL = "tests/words-and-colours"
REVISION = "r1"
DIM = 48
KEY = "sk-secret-of-the-tests"
_LENGTH = 3.0  # embeddings come as long as this: bringing them to unit length is the client's part


class Mischief(StrEnum):
    """What may be wrong with one answer."""

    SLOW = "slow"  # nothing is sent until the test ends
    ERROR = "500"
    DOWN = "503"
    BUSY = "429"  # with the Retry-After that is set
    REFUSED = "400"
    UNKNOWN_KEY = "401"  # quotes the key, as some servers do
    GARBAGE = "garbage"  # no JSON
    WRONG_DIM = "wrong dim"
    NAN = "nan"
    ZEROS = "zeros"
    OTHER_MODEL = "other model"
    MISSING_ROW = "missing row"
    DROPPED = "dropped"  # the connection is closed instead of an answer
    CUT = "cut"  # … and in the middle of one
    ENDLESS = "endless"


_STATUS = {
    Mischief.ERROR: 500,
    Mischief.DOWN: 503,
    Mischief.BUSY: 429,
    Mischief.REFUSED: 400,
    Mischief.UNKNOWN_KEY: 401,
}
_BODIES = {Mischief.GARBAGE: b"<html>welcome</html>", Mischief.ENDLESS: b" " * 3_000_000}
_CLOSES = frozenset({Mischief.SLOW, Mischief.DROPPED, Mischief.CUT})


@dataclass(frozen=True, slots=True)
class Request:
    """What came in."""

    path: str
    key: str | None
    body: Json


class ModelServer:
    """An encoder whose texts are their words and whose pictures are the name of their colour."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[Request] = []
        self.connections = 0
        self.next: deque[Mischief] = deque()  # wrong in the next answers, one each
        self.always: Mischief | None = None
        self.retry_after = "0"
        self.model, self.dim, self.revision = MODEL, DIM, REVISION
        self.lists_models = self.reads_pictures = True
        self.released = threading.Event()

    def paths(self) -> list[str]:
        """List what was asked for."""
        return [request.path for request in self.requests]

    def answer(self, path: str, body: Json) -> Json | None:
        """Answer one request; None where there is nothing under that path."""
        match path:
            case "/v1/models" if self.lists_models:
                return {"data": [{"id": self.model, "revision": self.revision}]}
            case "/v1/embeddings" if self.reads_pictures or "image_url" not in str(body):
                return {"model": self.model, "data": self._embeddings(body)}
            case "/v1/score":
                scores = self._scores(body["text_1"], body["text_2"])
                rows = [{"index": n, "score": s} for n, s in enumerate(scores)]
                return {"model": self.model, "data": rows}
            case "/v1/rerank":
                scores = self._scores(body["query"], body["documents"])
                results = [{"index": n, "relevance_score": s} for n, s in enumerate(scores)]
                results.sort(key=lambda row: -row["relevance_score"])
                return {"model": self.model, "results": results}
        return None

    def _embeddings(self, body: Json) -> list[Json]:
        inputs = body.get("input") or [body["messages"][-1]["content"]]
        rows = [
            {"index": n, "embedding": _written(self._vector(one), body["encoding_format"])}
            for n, one in enumerate(inputs)
        ]
        return rows[::-1]  # the order is the index's, not the list's

    def _vector(self, content: str | list[Json]) -> NDArray[np.float32]:
        return words_vector(words_of(content), self.dim) * np.float32(_LENGTH)

    def _scores(self, query: str | Json, documents: list[str | Json]) -> list[float]:
        asked = words_of(query)
        return [len(asked & words_of(one)) / max(len(asked), 1) for one in documents]


def words_of(content: str | Json | list[Json]) -> set[str]:
    """Read the words of a text, a part or a list of parts; of a picture, its colour's name."""
    if isinstance(content, str):
        return set(content.lower().split())
    if isinstance(content, list):
        return {word for part in content for word in words_of(part)}
    if "content" in content:
        return words_of(content["content"])
    if content["type"] == "text":
        return words_of(content["text"])
    return {colour_of(content["image_url"]["url"])}


def colour_of(url: str) -> str:
    """Name the strongest colour of a picture in a data URL."""
    data = base64.b64decode(url.removeprefix("data:image/jpeg;base64,"), validate=True)
    with Pillow.open(io.BytesIO(data)) as picture:
        means = np.asarray(picture.convert("RGB")).mean(axis=(0, 1))
    return ("red", "green", "blue")[int(means.argmax())]


def words_vector(words: set[str], dim: int = DIM) -> NDArray[np.float32]:
    """Add up one direction for each word, to a vector of unit length."""
    total = np.full(dim, 1e-3)  # what has no words has a direction too
    for word in sorted(words):
        total += np.random.default_rng(zlib.crc32(word.encode())).standard_normal(dim)
    vector: NDArray[np.float32] = (total / np.linalg.norm(total)).astype(np.float32)
    return vector


def _written(vector: NDArray[np.float32], encoding: str) -> str | list[float]:
    if encoding == "base64":
        return base64.b64encode(vector.astype("<f4").tobytes()).decode()
    return [float(one) for one in vector]


def spoilt(answer: Json, mischief: Mischief | None) -> Json:
    """Make an answer wrong."""
    rows = answer.get("data") or answer.get("results") or []
    match mischief:
        case Mischief.WRONG_DIM:
            return {**answer, "data": [{**row, "embedding": [1.0, 2.0]} for row in rows]}
        case Mischief.NAN:
            return {**answer, "data": [{**r, "embedding": [float("nan")] * DIM} for r in rows]}
        case Mischief.ZEROS:
            return {**answer, "data": [{**row, "embedding": [0.0] * DIM} for row in rows]}
        case Mischief.OTHER_MODEL:
            return {**answer, "model": "someone/else"}
        case Mischief.MISSING_ROW:
            return {**answer, "data": rows[1:], "results": rows[1:]}
    return answer


@contextmanager
def serving_models() -> Iterator[ModelServer]:
    """Run a model server on a free port of this machine."""
    models = ModelServer()
    server = _Server(("127.0.0.1", 0), type("_Bound", (_Handler,), {"models": models}))
    models.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield models
    finally:
        models.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up: some tests do."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type] # typeshed's own


class _Handler(BaseHTTPRequestHandler):
    models: ModelServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits 40 ms between its head and its body
    timeout = 5

    def setup(self) -> None:
        self.models.connections += 1
        super().setup()

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _answer(self, body: Json) -> None:
        models, key = self.models, self.headers["Authorization"]
        models.requests.append(Request(self.path, key, body))
        mischief = models.next.popleft() if models.next else models.always
        if mischief in _CLOSES:
            self._break_off(mischief)
        elif mischief in _STATUS:
            self._send(_STATUS[mischief], f"{mischief}, {key}".encode())
        elif mischief in _BODIES:
            self._send(200, _BODIES[mischief])
        else:
            answer = models.answer(self.path, body)
            written = json.dumps(spoilt(answer or {}, mischief)).encode()
            self._send(404 if answer is None else 200, written)

    def _break_off(self, mischief: Mischief) -> None:
        if mischief is Mischief.SLOW:
            self.models.released.wait(20)
        if mischief is Mischief.CUT:
            self._send(200, b'{"data"', length=1000)
        self.close_connection = True

    def _send(self, status: int, body: bytes, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Retry-After", self.models.retry_after)
        self.send_header("Content-Length", str(length or len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
