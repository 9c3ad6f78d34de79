"""The OpenAPI document: what FastAPI cannot say by itself."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from api.errors import PROBLEM_TYPE
from api.examples import EXAMPLES
from api.examples_admin import ADMIN_EXAMPLES
from api.requests import SEARCH_EXAMPLES, SearchRequest
from api.schemas import JobProblem, Problem, Readiness
from api.schemas_admin import (
    REINDEX_EXAMPLES,
    ROLLBACK_EXAMPLES,
    ReindexRequest,
    RollbackRequest,
)
from api.schemas_execute import (
    AD_HOC_EXAMPLES,
    EXECUTE_EXAMPLES,
    AdHocRequest,
    ExecuteRequest,
)
from api.schemas_retrievers import (
    CLONE_EXAMPLES,
    CREATE_EXAMPLES,
    CloneRetriever,
    CreateRetriever,
    RetrieverDetail,
)
from core.types import Json

Responses = dict[int | str, dict[str, Any]]

DESCRIPTION = """
Search an art collection by words, by picture, by artworks like one, or by all of them together.

- Every answer tells how it was found (`plan`, `stages`) and from which `snapshot`.
- Parameters are AND across names and OR within one name, which may be repeated.
- An artwork id is `source:source_id`, percent-encoded in paths.
- `cursor` leads to the next page of the same query on the same snapshot.
- Errors are `application/problem+json` and name the field.
"""
TAGS = [
    {"name": "search", "description": "Search, and count what there is."},
    {"name": "retrievers", "description": "Searches with a name, versions and inputs of its own."},
    {"name": "artworks", "description": "Records and pictures."},
    {"name": "admin", "description": "Jobs, snapshots and runs; needs the admin key."},
    {"name": "health", "description": "For supervisors and for Prometheus."},
]
_REF = "#/components/schemas/{model}"
_BODIES: tuple[type[BaseModel], ...] = (
    SearchRequest,
    ReindexRequest,
    RollbackRequest,
    ExecuteRequest,
    AdHocRequest,
    CreateRetriever,
    CloneRetriever,
)
_WHY = {
    401: "The admin key is missing or wrong",
    404: "There is nothing under this id",
    409: "Another job is running, which the body names, or this is a replica",
    410: "The snapshot of this cursor has been dropped, or the artwork is gone from its source",
    413: "The body or the picture is too large",
    415: "The body, or the file, is not of a type that is read",
    422: "A value is not acceptable; `errors` names the fields",
    503: "Too many requests at once, nothing published yet, or a store that does not answer",
}


def problems(*statuses: int) -> Responses:
    """List the errors that a route may answer with."""
    return {
        status: {"model": JobProblem if status == HTTPStatus.CONFLICT else Problem,
                 "description": _WHY[status]}
        for status in statuses
    }  # fmt: skip


def _json_body(schema: type[BaseModel], examples: dict[str, Json]) -> Json:
    return {
        "schema": {"$ref": _REF.format(model=schema.__name__)},
        "examples": {name: {"value": value} for name, value in examples.items()},
    }


SEARCH_BODY: Json = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": _json_body(SearchRequest, SEARCH_EXAMPLES),
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "query": {"$ref": _REF.format(model=SearchRequest.__name__)},
                        "image": {"type": "string", "format": "binary"},
                    },
                },
                "encoding": {"query": {"contentType": "application/json"}},
            },
        },
    }
}
REINDEX_BODY: Json = {
    "requestBody": {"content": {"application/json": _json_body(ReindexRequest, REINDEX_EXAMPLES)}}
}
ROLLBACK_BODY: Json = {
    "requestBody": {"content": {"application/json": _json_body(RollbackRequest, ROLLBACK_EXAMPLES)}}
}
ACCEPTED: Responses = {
    202: {
        "description": "The job is queued",
        "headers": {"Location": {"description": "The job", "schema": {"type": "string"}}},
    }
}
EXECUTE_BODY: Json = {
    "requestBody": {"content": {"application/json": _json_body(ExecuteRequest, EXECUTE_EXAMPLES)}}
}
AD_HOC_BODY: Json = {
    "requestBody": {
        "required": True,
        "content": {"application/json": _json_body(AdHocRequest, AD_HOC_EXAMPLES)},
    }
}
CREATE_BODY: Json = {
    "requestBody": {
        "required": True,
        "content": {"application/json": _json_body(CreateRetriever, CREATE_EXAMPLES)},
    }
}
CLONE_BODY: Json = {
    "requestBody": {
        "required": True,
        "content": {"application/json": _json_body(CloneRetriever, CLONE_EXAMPLES)},
    }
}
_LOCATION: Json = {"Location": {"description": "The version", "schema": {"type": "string"}}}
KEPT: Responses = {
    200: {
        "model": RetrieverDetail,
        "description": "The version that has this content already",
        "headers": _LOCATION,
    },
    201: {"description": "A new version", "headers": _LOCATION},
}
REFUSED: Responses = {
    409: {"model": Problem, "description": "What is kept now does not allow it; `detail` says why"}
}
EVENTS_ANSWER: Responses = {
    200: {
        "description": "The answer; or, where asked for, `stage_start`, `stage_complete` and `done`"
        " as server-sent events, the last with the answer",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}
UNCHANGED: Responses = {304: {"description": "The answer that you have is still the one"}}
NOT_READY: Responses = {503: {"model": Readiness, "description": "Not yet, and why"}}
METRICS_ANSWER: Responses = {
    200: {"description": "Metrics", "content": {"text/plain": {"schema": {"type": "string"}}}}
}
PICTURE_ANSWER: Responses = {
    200: {
        "description": "The picture",
        "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}},
        "headers": {"ETag": {"description": "Of its content", "schema": {"type": "string"}}},
    },
    304: {"description": "The picture that you have is still the one"},
    307: {
        "description": "An open picture is at another address, where its store sends it",
        "headers": {"Location": {"description": "That address", "schema": {"type": "string"}}},
    },
}

CSV_ANSWER: Responses = {
    200: {
        "description": "The lines, a header first",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    },
}


class DocumentedApi(FastAPI):
    """An app whose OpenAPI document names its bodies and its problems as they are."""

    def openapi(self) -> Json:
        """Write the document, once."""
        if self.openapi_schema is None:
            document = super().openapi()
            schemas = document["components"]["schemas"]
            for body in _BODIES:
                schema = body.model_json_schema(ref_template=_REF)
                schemas.update(schema.pop("$defs", {}))
                schemas[body.__name__] = schema
            for name, example in {**EXAMPLES, **ADMIN_EXAMPLES}.items():
                schemas[name]["examples"] = [example]
            for operations in document["paths"].values():
                for operation in operations.values():
                    _name_problems(operation["responses"])
        return self.openapi_schema or {}


def _name_problems(responses: Json) -> None:
    """Move problems to their content type."""
    for response in responses.values():
        content = response.get("content", {})
        reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
        if reference.endswith("Problem"):
            content[PROBLEM_TYPE] = content.pop("application/json")
