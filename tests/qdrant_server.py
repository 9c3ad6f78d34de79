"""A small server with the part of Qdrant's REST API that the engine uses, over qdrant-edge."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Thread
from urllib.parse import unquote, urlsplit

from core.types import Json
from tests.qdrant_edge import EdgeCollection

VERSION = "1.20.0"
KEY = "let me in"


class EdgeQdrant:
    """Collections and aliases, as a Qdrant server keeps them."""

    def __init__(self) -> None:
        # In memory where that is possible: on a disk each of its many files is synced, for seconds.
        memory = Path("/dev/shm")  # noqa: S108 - only a name within it is made, a new one
        self._folder = TemporaryDirectory(dir=memory if memory.is_dir() else None)
        self._numbers = count()
        self._lock = Lock()
        self.collections: dict[str, EdgeCollection] = {}
        self.aliases: dict[str, str] = {}
        self.requests: list[str] = []

    def close(self) -> None:
        for collection in self.collections.values():
            collection.close()
        self._folder.cleanup()

    def answer(self, method: str, path: str, body: Json) -> Json | list[Json] | bool | None:
        """Answer one request; None where there is nothing under that path."""
        self.requests.append(f"{method} {path}")
        with self._lock:
            match [method, *path.strip("/").split("/")]:
                case ["GET", "aliases"]:
                    return {"aliases": self._aliases()}
                case ["GET", "collections"]:
                    return {"collections": [{"name": name} for name in self.collections]}
                case ["POST", "collections", "aliases"]:
                    return self._move(body["actions"])
                case ["PUT", "collections", name]:
                    folder = Path(self._folder.name) / str(next(self._numbers))
                    self.collections[name] = EdgeCollection(folder, body)
                    return True
                case ["GET", "collections", name, "exists"]:
                    return {"exists": name in self.collections}
                case [_, "collections", name, *rest]:
                    found = self.collections.get(self.aliases.get(name, name))
                    if found is not None:
                        return self._ask(found, name, [method, *rest], body)
        return None

    def _ask(
        self, collection: EdgeCollection, name: str, action: list[str], body: Json
    ) -> Json | list[Json] | bool | None:
        match action:
            case ["GET"]:
                return _info(collection)
            case ["DELETE"]:
                self.collections.pop(name).close()
                self.aliases = {a: c for a, c in self.aliases.items() if c != name}
                return True
            case ["PUT", "index"]:
                collection.index(body)
                return {"operation_id": 1, "status": "completed"}
            case ["PUT", "points"]:
                collection.upsert(body)
                return {"operation_id": 1, "status": "completed"}
            case ["POST", "points"]:
                return collection.retrieve(body)
            case ["POST", "points", "count"]:
                return {"count": collection.count(body)}
            case ["POST", "facet"]:
                return {"hits": collection.facet(body)}
            case ["POST", "points", "query"]:
                return {"points": collection.query(body)}
            case ["POST", "points", "scroll"]:
                return {"points": collection.scroll(body)}
        return None

    def _aliases(self) -> list[Json]:
        return [{"alias_name": a, "collection_name": c} for a, c in self.aliases.items()]

    def _move(self, actions: list[Json]) -> bool:
        aliases = dict(self.aliases)
        for action in actions:
            match action:
                case {"delete_alias": {"alias_name": alias}}:
                    del aliases[alias]
                case {"create_alias": {"alias_name": alias, "collection_name": name}}:
                    assert alias not in aliases
                    assert name in self.collections
                    aliases[alias] = name
        self.aliases = aliases
        return True


def _info(collection: EdgeCollection) -> Json:
    nothing: Json = {"deleted_threshold": 0, "vacuum_min_vector_number": 0}
    nothing |= {"default_segment_number": 0, "flush_interval_sec": 0}
    graph = {"m": 16, "ef_construct": 64, "full_scan_threshold": 1}
    return {
        "status": "green" if collection.is_indexed else "yellow",
        "optimizer_status": "ok",
        "indexed_vectors_count": collection.optimize(),
        "segments_count": 1,
        "config": {"params": collection.body, "hnsw_config": graph, "optimizer_config": nothing},
        "payload_schema": {},
    }


def _handler(answer: Callable[[str, str, Json], object]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"{}")
            path = unquote(urlsplit(self.path).path)
            if path == "/":  # which anyone may read
                return self._send(200, {"title": "qdrant", "version": VERSION})
            if self.headers.get("api-key", KEY) != KEY:
                return self._send(401, "Must provide an API key")
            result = answer(self.command, path, body)
            if result is None:
                return self._send(404, {"status": {"error": f"Not found: {path}"}, "time": 0})
            return self._send(200, {"result": result, "status": "ok", "time": 0})

        do_GET = do_PUT = do_POST = do_DELETE = _serve  # noqa: N815 - names of http.server

        def _send(self, status: int, body: object) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Keep the tests' output clean."""

    return Handler


@contextmanager
def serving(qdrant: EdgeQdrant, *, port: int = 0) -> Iterator[str]:
    """Serve on a free port of this machine, or the one given; gives the address."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(qdrant.answer))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def edge_qdrant() -> Iterator[EdgeQdrant]:
    """Open an empty Qdrant."""
    qdrant = EdgeQdrant()
    try:
        yield qdrant
    finally:
        qdrant.close()
