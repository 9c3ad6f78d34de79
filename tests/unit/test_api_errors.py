"""Errors on the wire."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import Response

import core.errors
from api import errors
from api.errors import field_name, problem, status_of, validation_problem
from core.errors import (
    CursorError,
    DamagedError,
    FilterError,
    InputError,
    JobRunningError,
    NoSnapshotError,
    NotFoundError,
    OrderGoneError,
    OverloadedError,
    PictureError,
    PictureTooLargeError,
    PictureTypeError,
    SnapshotGoneError,
    VasariError,
)


def body(response: Response) -> dict[str, Any]:
    parsed = json.loads(bytes(response.body))
    assert isinstance(parsed, dict)
    return parsed


def below(kind: type[VasariError]) -> Iterator[type[VasariError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from below(child)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (FilterError("filter.and[1]", "must be an object"), 422),
        (CursorError("is not a cursor"), 422),
        (PictureError("is truncated"), 422),
        (PictureTooLargeError("40000 × 40000 pixels"), 413),
        (PictureTypeError("is text"), 415),
        (NotFoundError("artwork", "tate:1"), 404),
        (SnapshotGoneError("20260101"), 410),
        (OrderGoneError(), 410),
        (JobRunningError("j1"), 409),
        (OverloadedError(), 503),
        (NoSnapshotError(), 503),
        (errors.AdminKeyError(), 401),
        (errors.BodyTooLargeError(10), 413),
        (errors.MediaTypeError("content-type", "must be JSON"), 415),
        (DamagedError("/srv/vasari/rows.arrow is short"), 500),
    ],
)
def test_each_error_has_its_status(error: VasariError, status: int) -> None:
    response = problem(error)

    assert response.status_code == status
    assert response.media_type == "application/problem+json"
    names = set(body(response)) - {"job_id", "job_url"}
    assert names == {"type", "title", "status", "detail", "errors"}
    assert body(response)["status"] == status


def test_what_is_not_found_is_named_by_its_field() -> None:
    response = problem(NotFoundError("artwork", "tate:1", field="like"))

    assert body(response)["errors"] == [
        {"field": "like", "message": "no artwork has the id 'tate:1'"}
    ]


def test_no_error_of_the_core_is_without_a_status() -> None:
    for kind in below(VasariError):
        if kind.__module__ == core.errors.__name__ and kind is not VasariError:
            assert any(parent in errors.STATUS for parent in kind.__mro__[:-3]), kind


def test_a_field_is_named_beside_its_reason() -> None:
    assert body(problem(FilterError("from", "is after to")))["errors"] == [
        {"field": "from", "message": "is after to"}
    ]


def test_a_fault_of_ours_is_told_without_its_internals() -> None:
    answer = body(problem(DamagedError("/srv/vasari/secret is short")))

    assert "secret" not in json.dumps(answer)


def test_headers_say_what_to_do_next() -> None:
    assert problem(OverloadedError(3)).headers["Retry-After"] == "3"
    assert problem(errors.AdminKeyError()).headers["WWW-Authenticate"].startswith("Bearer")
    assert problem(JobRunningError("j1")).headers["Location"] == "/v1/admin/jobs/j1"
    told = body(problem(JobRunningError("j1")))
    assert (told["job_id"], told["job_url"]) == ("j1", "/v1/admin/jobs/j1")


def test_a_type_names_the_error_for_programs() -> None:
    assert body(problem(PictureTooLargeError("x")))["type"] == "urn:vasari:picture-too-large"


@given(st.text(st.characters(), max_size=2000))
def test_no_quoted_text_breaks_or_swells_a_problem(text: str) -> None:
    response = problem(InputError(text[:20], text))

    assert len(body(response)["errors"][0]["message"]) <= 501
    assert bytes(response.body).isascii()


@pytest.mark.parametrize(
    ("location", "name"),
    [
        (("query", "limit"), "limit"),
        (("path", "id"), "id"),
        (("body", "like", 2), "like[2]"),
        (("body", "weights", "foo", "[key]"), "weights.foo"),
        (("body",), "body"),
        ((), "body"),
    ],
)
def test_a_place_is_named_as_clients_write_it(location: tuple[str | int, ...], name: str) -> None:
    assert field_name(location) == name


def test_every_wrong_field_is_listed() -> None:
    found = [
        {"loc": ("query", "limit"), "msg": "Input should be less"},
        {"loc": ("query", "facets"), "msg": "Value error, 'x' is none of them"},
    ]

    assert body(validation_problem(found))["errors"] == [
        {"field": "limit", "message": "input should be less"},
        {"field": "facets", "message": "'x' is none of them"},
    ]


def test_the_nearest_class_decides() -> None:
    assert status_of(PictureTypeError("x")) == 415
    assert status_of(PictureError("x")) == 422
