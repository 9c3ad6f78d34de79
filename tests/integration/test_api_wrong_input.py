"""Wrong input on purpose: each a clear 4xx that names the place, none a 500."""

import base64
from typing import Any

import httpx
import pytest

from api.schemas import Problem
from core.queries import Query
from search.cursors import Cursor, encode_cursor, query_fingerprint
from tests.api_service import BLUE, LILIES, RED, Service
from tests.pictures import png_of_claimed_size

HEAD = "HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"


def problem(response: httpx.Response, status: int) -> Problem:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    return Problem.model_validate_json(response.content)


def fields(response: httpx.Response, status: int = 422) -> list[str]:
    return [error.field for error in problem(response, status).errors]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/search?cursor=nonsense", "cursor"),
        ("/v1/search?cursor=%F0%9F%8E%A8", "cursor"),
        ("/v1/search?colour=red", "colour"),
        ("/v1/search?from=1900&to=1800", "from"),
        ("/v1/search?from=later", "from"),
        ("/v1/search?limit=0", "limit"),
        ("/v1/search?limit=101", "limit"),
        ("/v1/search?q=a&recall=0.4", "recall"),
        ("/v1/search?q=a&recall=1.1", "recall"),
        ("/v1/search?q=a&recall=nan", "recall"),
        ("/v1/search?limit=1&limit=2", "limit"),
        ("/v1/search?q=" + "a" * 10_000, "q"),
        ("/v1/search?q=%ff", "q"),
        ("/v1/search?q=%ED%A0%80", "q"),
        ("/v1/search?q=a%00b", "q"),
        ("/v1/search?artist=%E2%80%94", "artist"),
        ("/v1/search?image_rights=free", "image_rights[0]"),
        ("/v1/search?facets=colour", "facets"),
        ("/v1/artworks?limit=-1", "limit"),
        ("/v1/artworks?q=boats", "q"),
        ("/v1/artworks/%ff", "id"),
        ("/v1/artworks/t%00", "id"),
        (f"/v1/artworks/{LILIES}?size=full", "size"),
        (f"/v1/artworks/{LILIES}/similar?q=boats", "q"),
        (f"/v1/artworks/{LILIES}/similar?aspects=looks,colour", "aspects"),
        (f"/v1/images/{LILIES}?size=huge", "size"),
        ("/v1/facets?fields=colour", "fields"),
        ("/v1/facets?limit=0", "limit"),
    ],
)
def test_an_address_is_refused_by_the_name_of_its_fault(
    service: Service, path: str, field: str
) -> None:
    assert fields(service.client.get(path)) == [field]


def test_an_unknown_parameter_is_told_with_those_that_are_allowed(service: Service) -> None:
    answer = problem(service.client.get("/v1/search?colour=red"), 422)

    assert "artist, artist_id, role" in answer.errors[0].message


@pytest.mark.parametrize(
    "path", ["/v1/artworks/t:none", "/v1/artworks/t:none/similar", "/v1/images/t:none"]
)
def test_an_unknown_artwork_is_not_found(service: Service, path: str) -> None:
    assert "t:none" in (problem(service.client.get(path), 404).detail or "")


def test_an_unknown_reference_is_not_found(service: Service) -> None:
    like, input = {"like": "t:none"}, {"inputs": [{"artwork": "t:none"}]}

    assert fields(service.client.post("/v1/search", json=like), 404) == ["like"]
    assert fields(service.client.post("/v1/search", json=input), 404) == ["inputs[0].artwork"]


def test_a_cursor_of_a_dropped_snapshot_is_gone(service: Service) -> None:
    cursor = encode_cursor(Cursor("20010101T000000Z-00000000", query_fingerprint(Query()), 3))

    assert fields(service.client.get("/v1/search", params={"cursor": cursor}), 410) == ["cursor"]


def test_a_cursor_belongs_to_its_query(service: Service) -> None:
    cursor = service.client.get("/v1/search?q=boats&limit=1").json()["cursor"]

    assert fields(service.client.get(f"/v1/search?q=dogs&cursor={cursor}")) == ["cursor"]


@pytest.mark.parametrize("snapshot", ["../../etc", "/etc/passwd", "", ".", "a\0b", "CURRENT"])
def test_a_cursor_leads_nowhere_else(service: Service, snapshot: str) -> None:
    cursor = encode_cursor(Cursor(snapshot, query_fingerprint(Query()), 3))

    response = service.client.get("/v1/search", params={"cursor": cursor})

    assert response.status_code in {410, 422}


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"\xff", 415),
        (b"This is a text file named .jpg", 415),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415),
        (png_of_claimed_size(40_000, 40_000), 413),
        (RED[: len(RED) // 2], 422),
        (BLUE[: len(BLUE) - 20], 422),
    ],
)
def test_what_is_no_good_picture_is_refused(service: Service, data: bytes, status: int) -> None:
    file = service.client.post("/v1/search", files={"image": ("a.jpg", data, "image/jpeg")})
    text = service.client.post("/v1/search", json={"image": base64.b64encode(data).decode()})

    assert fields(file, status) == ["image"]
    assert fields(text, status) == ["image"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"colour": 1}, "colour"),
        ({"limit": 0}, "limit"),
        ({"recall": "much"}, "recall"),
        ({"recall": 2}, "recall"),
        ({"q": "a" * 10_000}, "q"),
        ({"like": [LILIES] * 11}, "like"),
        ({"weights": {"colour": 1}}, "weights.colour"),
        ({"image": "not base64!"}, "image"),
        ({"cursor": "🎨"}, "cursor"),
        ({"filter": {"field": "colour", "op": "in", "value": "x"}}, "filter.field"),
        ({"filter": {"and": [{"or": []}]}}, "filter.and[0].or"),
        ({"filter": {"field": "year", "op": "overlaps", "value": {"from": 2, "to": 1}}},
         "filter.value"),
        ({"filter": "x" * 100_000}, "filter"),
    ],
)  # fmt: skip
def test_a_body_is_refused_by_the_name_of_its_fault(
    service: Service, body: dict[str, Any], field: str
) -> None:
    assert fields(service.client.post("/v1/search", json=body)) == [field]


@pytest.mark.parametrize(
    "data",
    [b"{", b"[]", b'{"q": "\xff"}', b'{"q": "\\ud800"}', b'{"filter": ' + b'{"not": ' * 50_000],
)
def test_a_body_that_is_not_json_is_refused(service: Service, data: bytes) -> None:
    headers = {"Content-Type": "application/json"}

    assert fields(service.client.post("/v1/search", content=data, headers=headers)) == ["body"]


def test_a_filter_nested_too_deep_is_refused(service: Service) -> None:
    tree: dict[str, Any] = {"field": "medium", "op": "exists"}
    for _ in range(40):
        tree = {"not": tree}

    assert fields(service.client.post("/v1/search", json={"filter": tree}))[0].startswith("filter.")


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "nonsense"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
def test_a_body_of_another_type_is_refused(service: Service, headers: dict[str, str]) -> None:
    problem(service.client.post("/v1/search", content=b"{}", headers=headers), 415)


@pytest.mark.parametrize(
    ("files", "field"),
    [
        ({"picture": ("a.jpg", RED)}, "picture"),
        ({"query": ("", b'{"q": "\xff"}')}, "body"),
        ({"query": ("", b'{"colour": 1}')}, "colour"),
        ({"query": ("", b'{"image": "aGk="}'), "image": ("a.jpg", RED)}, "image"),
    ],
)
def test_a_form_is_refused_by_the_name_of_its_fault(
    service: Service, files: dict[str, Any], field: str
) -> None:
    assert fields(service.client.post("/v1/search", files=files)) == [field]


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=b"])
def test_a_form_that_is_none_is_refused(service: Service, kind: str) -> None:
    response = service.client.post(
        "/v1/search", content=b"nonsense", headers={"Content-Type": kind}
    )

    problem(response, 422)


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/nothing"), ("GET", "/v2/search")])
def test_an_unknown_address_is_a_problem_too(service: Service, method: str, path: str) -> None:
    assert path in (problem(service.client.request(method, path), 404).detail or "")


def test_a_wrong_method_is_told_the_right_ones(service: Service) -> None:
    response = service.client.delete("/v1/artworks")

    assert problem(response, 405).title == "Method Not Allowed"
    assert response.headers["allow"] == "GET"


@pytest.mark.parametrize(
    "line", [b"GET /v1/search?q=\xff", b"GET /v1/search?q=%ff", b"GET /v1/artworks/\xff\xfe"]
)
def test_raw_bytes_in_the_request_line_are_refused(service: Service, line: bytes) -> None:
    answer = service.send_bytes(line + b" " + HEAD.encode() + b"\r\n")

    assert answer.split(b" ")[1] in {b"400", b"422"}


def test_an_oversized_body_is_refused_before_it_is_read(service: Service) -> None:
    announced = f"POST /v1/search {HEAD}Content-Type: application/json\r\nContent-Length: 999999999"

    answer = service.send_bytes(announced.encode() + b"\r\n\r\n{")

    assert answer.split(b" ")[1] == b"413"
    assert b'"field": "body"' in answer


def test_an_oversized_body_of_unknown_length_is_refused_while_it_is_read(service: Service) -> None:
    piece = b" " * (1 << 20)
    response = service.client.post(
        "/v1/search",
        content=(piece for _ in range(40)),
        headers={"Content-Type": "application/json"},
    )

    assert fields(response, 413) == ["body"]
