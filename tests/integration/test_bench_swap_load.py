"""The load of a swap, against a small service of two snapshots that are swapped."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from bench.swap.asking import requests
from bench.swap.load import Load
from bench.swap.reckoning import Asked, figures, windows
from bench.swap.swapping import Admin, swap_often
from core.types import Json

SNAPSHOTS = ("older", "newer")
ASKED = requests(["museum:1"], seed=1, count=16)


class _Service(BaseHTTPRequestHandler):
    """Answers by the live snapshot, or by that of the cursor."""

    protocol_version = "HTTP/1.1"
    live = "newer"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kind = type(self)
        if self.path.endswith("/publish"):
            kind.live = self.path.split("/")[-2]
        elif self.path.endswith("/rollback"):
            kind.live = "older" if kind.live == "newer" else "newer"
        snapshot = json.loads(body or b"{}").get("cursor") or kind.live
        hits = [{"artwork": {"id": snapshot}, "score": 1.0}]
        page: Json = {
            "hits": hits,
            "total": 1,
            "facets": {},
            "snapshot": snapshot,
            "cursor": snapshot,
        }
        data = json.dumps(page).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


def _row(port: int) -> dict[str, object]:
    load = Load(ASKED, [port], rate=200, clients=3)
    load.start()
    swaps = swap_often(Admin(port, "key"), SNAPSHOTS, swaps=6, every_s=0.1, seed=1)
    load.stop()
    pages = {(one.request, one.page) for one in load.seen}
    fresh: dict[Asked, int] = {}
    for snapshot in SNAPSHOTS:
        own = next(one.answer.hits for one in load.seen if one.answer.snapshot == snapshot)
        fresh |= {(request, page, snapshot): own for request, page in pages}
    return dict(figures(load.seen, swaps, windows(swaps, load.seen, [port]), fresh))


def test_a_service_that_swaps_well_has_no_failed_and_no_mixed_answer(port: int) -> None:
    row = _row(port)

    assert (row["swaps"], row["swaps_failed"], row["failed"]) == (6, 0, 0)
    assert row["mixed"] == 0
    assert row["later_pages"]
    assert row["telling"] == 1.0
