"""Addresses as they arrive: exact, or refused."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from api.wire import ExactAddress, HeadAsGet, decoded_part, exact_path, exact_query
from core.errors import InputError


def _echo(request: Request) -> JSONResponse:
    return JSONResponse({"id": request.path_params["id"], "q": request.query_params.get("q")})


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = Starlette(
        routes=[Route("/v1/works/{id:path}/similar", _echo), Route("/v1/works/{id:path}", _echo)]
    )
    return TestClient(HeadAsGet(ExactAddress(app)))


def test_an_encoded_slash_stays_apart_from_a_real_one() -> None:
    assert exact_path(b"/v1/works/a%2Fb/similar") == "/v1/works/a%2Fb/similar"
    assert exact_path(b"/v1/works/a%2fb%3ac") == "/v1/works/a%2Fb:c"


def test_an_id_that_ends_in_similar_is_not_the_route_of_that_name(client: TestClient) -> None:
    answer = client.get("/v1/works/nga%3A1%2Fsimilar").json()

    assert decoded_part(answer["id"]) == "nga:1/similar"


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
def test_every_id_survives_its_way_through_a_path(id: str) -> None:
    part = exact_path(f"/v1/works/{quote(id, safe='')}".encode()).removeprefix("/v1/works/")

    assert "/" not in part
    assert decoded_part(part) == id


@pytest.mark.parametrize("part", ["%ff", "%ED%A0%80", "%C3", "a%00b"])
def test_a_part_that_is_no_text_is_refused(part: str) -> None:
    with pytest.raises(ValueError, match=r"UTF-8|NUL"):
        decoded_part(part)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        (b"q=%ff", "q"),
        (b"limit=3&q=a%C3", "q"),
        (b"medium=%ED%A0%80", "medium"),
        (b"artist=a%00b", "artist"),
        (b"q=\xff", "q"),
        (b"%ff=1", "\ufffd"),
        (b"a%20b=%00", "a b"),
    ],
)
def test_a_query_that_is_no_text_is_refused_by_name(query: bytes, field: str) -> None:
    with pytest.raises(InputError) as caught:
        exact_query(query)

    assert caught.value.field == field


def test_a_refused_query_is_a_problem_and_not_a_crash(client: TestClient) -> None:
    answer = client.get("/v1/works/a?q=%ff")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "q"


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_a_query_means_the_same_encoded_and_bare(text: str) -> None:
    assert exact_query(b"q=" + quote(text).encode()) == b"q=" + quote(text).encode()
    assert exact_query("q=Müller".encode()) == b"q=M%C3%BCller"


@given(st.binary())
def test_no_bytes_break_the_reading_of_an_address(raw: bytes) -> None:
    try:
        read = exact_query(raw)
    except InputError:
        read = b""

    assert read.isascii()
    assert exact_path(b"/v1/" + raw).isascii()


def test_head_is_get_without_the_body(client: TestClient) -> None:
    head, get = client.head("/v1/works/a"), client.get("/v1/works/a")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]
