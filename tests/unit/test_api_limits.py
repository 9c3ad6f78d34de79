"""Limits that are kept before a request is parsed."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from api.errors import problem
from api.limits import BodyLimit, ConcurrencyLimit, body_limit_bytes
from core.errors import VasariError


async def _size(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


def _client(limit_bytes: int) -> TestClient:
    app = Starlette(
        routes=[Route("/", _size, methods=["POST"])],
        exception_handlers={VasariError: lambda _, error: problem(error)},
    )
    return TestClient(BodyLimit(app, limit_bytes=limit_bytes))


def test_a_body_at_the_limit_passes() -> None:
    assert _client(10).post("/", content=b"x" * 10).text == "10"


def test_a_body_that_says_it_is_too_large_is_refused() -> None:
    answer = _client(10).post("/", content=b"x" * 11)

    assert answer.status_code == 413
    assert answer.json()["errors"][0]["field"] == "body"


def test_a_body_that_turns_out_too_large_is_refused_while_it_is_read() -> None:
    def pieces() -> Iterator[bytes]:
        yield from (b"x" * 6, b"x" * 6)

    assert _client(10).post("/", content=pieces()).status_code == 413


def test_the_limit_leaves_room_for_the_largest_picture_in_base64() -> None:
    picture_in_base64 = 4 * -(-20 * 2**20 // 3)

    assert body_limit_bytes(20) > picture_in_base64 + 500_000


def test_requests_beyond_the_limit_are_refused_and_health_never() -> None:
    entered, leave = threading.Barrier(3), threading.Event()

    def slow(_: Request) -> PlainTextResponse:
        entered.wait(10)
        leave.wait(10)
        return PlainTextResponse("done")

    def healthz(_: Request) -> PlainTextResponse:
        return PlainTextResponse("ok")

    app = Starlette(routes=[Route("/slow", slow), Route("/healthz", healthz)])
    with TestClient(ConcurrencyLimit(app, limit=2)) as client, ThreadPoolExecutor(2) as pool:
        running = [pool.submit(client.get, "/slow") for _ in range(2)]
        entered.wait(10)
        refused, health = client.get("/slow"), client.get("/healthz")
        leave.set()

    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) >= 1
    assert health.text == "ok"
    assert [future.result().text for future in running] == ["done", "done"]


def test_a_request_that_fails_gives_its_place_back() -> None:
    def fail(_: Request) -> PlainTextResponse:
        raise ZeroDivisionError

    app = Starlette(routes=[Route("/", fail)])
    client = TestClient(ConcurrencyLimit(app, limit=1), raise_server_exceptions=False)

    assert [client.get("/").status_code for _ in range(3)] == [500, 500, 500]
