"""The OpenAPI document: whole, typed, and true; its examples run."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter

from api import (
    schemas,
    schemas_admin,
    schemas_cache,
    schemas_execute,
    schemas_pictures,
    schemas_retrievers,
    schemas_runs,
    schemas_search,
    schemas_snapshots,
)
from api.app import create_app
from api.auth import hash_key
from api.deps import query_parameters
from api.routes import (
    admin,
    artworks,
    cache,
    execute,
    facets,
    images,
    pictures,
    retrievers,
    runs,
    search,
)
from core.progress import SilentProgress
from tests.api_service import Service, wait_until

MODELS: dict[str, type[BaseModel]] = {
    name: model
    for module in (
        schemas,
        schemas_search,
        schemas_admin,
        schemas_cache,
        schemas_execute,
        schemas_runs,
        schemas_pictures,
        schemas_retrievers,
        schemas_snapshots,
    )
    for name, model in vars(module).items()
    if isinstance(model, type) and issubclass(model, BaseModel)
}
Operation = tuple[str, str, dict[str, Any]]
CHANGES = {  # beside those below /v1/admin
    ("POST", "/v1/retrievers"),
    ("DELETE", "/v1/retrievers/{name}"),
    ("POST", "/v1/retrievers/{name}/clone"),
    ("POST", "/v1/retrievers/{name}/publish"),
}


@pytest.fixture(scope="session")
def document(service: Service) -> dict[str, Any]:
    parsed: dict[str, Any] = service.client.get("/openapi.json").json()
    return parsed


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def answers(operation: dict[str, Any]) -> dict[int, dict[str, Any]]:
    return {int(status): answer for status, answer in operation["responses"].items()}


def model_of(content: dict[str, Any]) -> type[BaseModel]:
    return MODELS[content["schema"]["$ref"].rpartition("/")[2]]


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in document["tags"]}

    assert len(document["info"]["description"]) > 100
    for _, path, operation in operations(document):
        assert operation["summary"], path
        assert operation["description"], path
        assert set(operation["tags"]) <= tags
        for parameter in operation.get("parameters", []):
            assert parameter.get("description"), (path, parameter["name"])


def test_every_answer_has_a_type_and_every_problem_is_one(document: dict[str, Any]) -> None:
    for _, path, operation in operations(document):
        for status, answer in answers(operation).items():
            content = answer.get("content", {})
            assert content or status in (304, 307), (path, status)  # which have no body
            if status >= 400 and path != "/readyz":
                assert set(content) == {"application/problem+json"}, (path, status)
                assert issubclass(model_of(content["application/problem+json"]), schemas.Problem)
            elif "application/json" in content:
                model_of(content["application/json"])


def test_every_reference_in_the_document_leads_somewhere(document: dict[str, Any]) -> None:
    def references(node: object) -> Iterator[str]:
        if isinstance(node, dict):
            for key, value in node.items():
                if key == "$ref":
                    yield value
                yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}

    assert set(references(document)) <= known


def test_admin_operations_ask_for_the_key(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        needs_key = path.startswith("/v1/admin") or (method, path) in CHANGES
        assert bool(operation.get("security")) == needs_key, path
        assert (401 in answers(operation)) == needs_key, path


def test_names_of_operations_are_unique(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]

    assert len(names) == len(set(names))


def path_values(service: Service) -> dict[str, str]:
    """Ids that are there now, where the document can only show the form of one."""
    jobs = service.admin("GET", "/v1/admin/jobs").json()["jobs"]
    run = service.services.runs.start("t", "fingerprint").id
    ledger = ("/v1/admin/runs/{id}", "/v1/admin/runs/{id}/lines", "/v1/admin/runs/{id}/lines.csv")
    return {
        **dict.fromkeys(ledger, run),
        "/v1/admin/jobs/{id}": jobs[0]["id"],
        "/v1/executions/{id}": service.client.get("/v1/search").json()["execution_id"],
        "/v1/admin/snapshots/{id}/publish": service.services.snapshots.current().id,
    }


def filled(path: str, operation: dict[str, Any], live: dict[str, str]) -> str:
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            example = live.get(path) or parameter["schema"]["examples"][0]
            path = path.replace(f"{{{parameter['name']}}}", example)
    return path


def test_every_example_of_a_parameter_runs(service: Service, document: dict[str, Any]) -> None:
    service.admin("POST", "/v1/admin/reindex")
    live, ran = path_values(service), 0
    for method, path, operation in operations(document):
        if method != "GET":
            continue
        query = [
            (parameter["name"], example)
            for parameter in operation.get("parameters", [])
            for example in parameter["schema"].get("examples", [])
            if parameter["in"] == "query"
        ]
        for params in ([], *([pair] for pair in query), query):
            address = f"{filled(path, operation, live)}?{urlencode(params)}"
            response = service.admin("GET", address)
            check(response, operation)
            ran += 1
    assert ran > 30


def test_every_example_of_a_body_runs(service: Service, document: dict[str, Any]) -> None:
    wait_until(lambda: all(job.finished_at for job in service.services.jobs.latest()))
    service.services.publisher.build(SilentProgress())  # so that there is one to roll back to
    for method, path, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {})
        for example in content.get("application/json", {}).get("examples", {}).values():
            response = service.admin(method, filled(path, operation, {}), example["value"])
            check(response, operation, also=409)
    wait_until(lambda: all(job.finished_at for job in service.services.jobs.latest()))


def check(response: Any, operation: dict[str, Any], also: int = 200) -> None:  # noqa: ANN401
    assert response.status_code in {200, 201, 202, also}, (str(response.url), response.text)
    content = answers(operation)[response.status_code]["content"]
    kind = response.headers["content-type"].partition(";")[0]
    if kind in content and "json" in kind:
        model_of(content[kind]).model_validate_json(response.content)
    else:
        assert any(kind.startswith(k.rstrip("*")) for k in content), kind


def test_every_example_of_an_answer_fits_its_schema(document: dict[str, Any]) -> None:
    shown = 0
    for name, schema in document["components"]["schemas"].items():
        for example in schema.get("examples", []):
            TypeAdapter(MODELS[name]).validate_python(example)
            shown += 1
    assert shown >= 5


def test_the_parameters_that_are_taken_are_those_of_the_document(
    service: Service, document: dict[str, Any]
) -> None:
    routes = {
        (method, route.path_format): route
        for module in (
            search,
            execute,
            retrievers,
            artworks,
            facets,
            images,
            admin,
            cache,
            runs,
            pictures,
        )
        for route in module.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }

    for method, path, operation in operations(document):
        named = {
            parameter["name"]: parameter["schema"].get("type") == "array"
            for parameter in operation.get("parameters", [])
            if parameter["in"] == "query"
        }
        if (method, path) in routes:
            assert query_parameters(routes.pop((method, path))) == named
    assert not routes


def test_the_document_is_the_same_in_every_process(service: Service) -> None:
    twin = create_app(service.services, admin_key_hash=hash_key("k"))

    assert twin.openapi() == service.app.openapi()
