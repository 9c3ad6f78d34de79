"""Retrievers through HTTP: whatever may be wrong is refused, and named."""

from collections.abc import Iterator

import pytest

from search.retrievers.registry import LONGEST_DEFINITION
from tests.api_service import ADMIN_KEY, Service, filled_services, serving
from tests.keeping_retrievers import PATH, definition, told


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of this module's own, which keeps none of them."""
    with serving(filled_services(tmp_path_factory.mktemp("wrong-retrievers"))) as running:
        yield running


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", PATH),
        ("POST", f"{PATH}/search/clone"),
        ("POST", f"{PATH}/search/publish"),
        ("DELETE", f"{PATH}/search"),
    ],
)
def test_changes_need_the_admin_key(service: Service, method: str, path: str) -> None:
    answer = service.client.request(method, path, json={"name": "x", **definition()})

    told(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ([], "body"),
        ({"name": 1}, "name"),
        ({"name": "Big", **definition()}, "name"),
        ({"name": "execute", **definition()}, "name"),
        ({"name": "w", "publish": "yes"}, "publish"),
        ({"name": "w"}, "stages"),
        ({"name": "w", "stages": []}, "stages"),
        ({"name": "w", **definition(), "stage": 1}, "stage"),
        ({"name": "w", **definition(text="{{ INPUT.txt }}")}, "stages.0.parameters.text"),
        ({"name": "w", **definition(text="{{ INPUT.text")}, "stages.0.parameters.text"),
        ({"name": "w", **definition(text="{{ [].__class__ }}")}, "stages.0.parameters.text"),
        ({"name": "w", **definition(text="{% for x in [1] %}{% endfor %}")},
         "stages.0.parameters.text"),
        ({"name": "w", **definition(), "stages": [{"type": "telepathy"}]}, "stages.0.type"),
        ({"name": "w", **definition(), "stages": [{"type": "limit"}]}, "stages"),
        ({"name": "w", **definition(), "inputs": {"A b": {"type": "string"}}}, "inputs.A b"),
        ({"name": "w", **definition(), "description": "x" * LONGEST_DEFINITION}, "definition"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(service: Service, body: object, field: str) -> None:
    errors = told(service.admin("POST", PATH, body), 422)

    assert field in [name for name, _ in errors], errors
    assert service.client.get(f"{PATH}/w").status_code == 404


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"{", 422),
        (b'{"name": "w", "stages": ' + b"[" * 5000 + b"]" * 5000 + b"}", 422),
        (b'{"name": "w", "stages": [{"type": "diversify", "parameters": {"weight": NaN}}]}', 422),
        (b'{"name": "w", "description": "\\ud800", "stages": []}', 422),
        (b'{"name": "w", "stages": "' + b"x" * 40_000_000 + b'"}', 413),
    ],
    ids=["cut", "deep", "no number", "half a character", "huge"],
)
def test_a_broken_body_is_refused(service: Service, data: bytes, status: int) -> None:
    headers = {"content-type": "application/json", "x-api-key": ADMIN_KEY}

    answer = service.client.post(PATH, content=data, headers=headers)

    assert answer.status_code == status, answer.text


def test_a_clone_takes_no_unknown_key(service: Service) -> None:
    errors = told(service.admin("POST", f"{PATH}/search/clone", {"name": "w", "stage": []}), 422)

    assert [name for name, _ in errors] == ["stage"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"{PATH}/serach", 404),
        ("GET", f"{PATH}/search@2", 404),
        ("GET", f"{PATH}/search@2/schema", 404),
        ("GET", f"{PATH}/search@1/versions", 404),
        ("GET", f"{PATH}/a%2Fb", 404),
        ("GET", f"{PATH}/%00", 422),
        ("GET", f"{PATH}/search?page=2", 422),
        ("POST", f"{PATH}/nobody/publish", 404),
        ("POST", f"{PATH}/search/publish", 409),
        ("DELETE", f"{PATH}/search", 409),
        ("DELETE", f"{PATH}/nobody@3", 404),
        ("PUT", f"{PATH}/search", 405),
    ],
)
def test_a_wrong_address_is_told(service: Service, method: str, path: str, status: int) -> None:
    told(service.admin(method, path), status)


def test_a_misspelt_name_is_answered_with_the_near_one(service: Service) -> None:
    [(field, message)] = told(service.client.get(f"{PATH}/serach"), 404)

    assert field == "retriever"
    assert message.endswith("did you mean 'search'?")
