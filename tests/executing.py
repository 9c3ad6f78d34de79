"""Retrievers as their clients use them."""

import base64
import json
from typing import Any

import httpx

from core.types import Json
from search.retrievers.executor import Executor
from search.retrievers.prepare import Request
from tests.api_service import Service

ENVELOPE = ("execution_id", "cache", "duration_ms")  # of one execution alone


def execute(
    service: Service,
    name: str,
    inputs: dict[str, Any],
    *,
    limit: int = 20,
    cursor: str | None = None,
) -> dict[str, Any]:
    """Run a retriever, and read its answer."""
    body = {"inputs": inputs, "pagination": {"limit": limit, "cursor": cursor}}
    response = service.client.post(f"/v1/retrievers/{name}/execute", json=body)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def hit_ids(answer: dict[str, Any]) -> list[str]:
    """List the ids of an answer's hits."""
    return [hit["artwork"]["id"] for hit in answer["hits"]]


def body_of(answer: dict[str, Any]) -> dict[str, Any]:
    """Leave out of an answer what belongs to one execution alone."""
    return {name: value for name, value in answer.items() if name not in ENVELOPE}


def as_image(data: bytes) -> str:
    """Write a picture as inputs take it."""
    return base64.b64encode(data).decode()


def error_fields(response: httpx.Response, status: int = 422) -> list[str]:
    """List the fields that a problem names."""
    assert response.status_code == status, response.text
    return [error["field"] for error in response.json()["errors"]]


def ask(executor: Executor, inputs: Json, name: str = "search", limit: int = 10) -> dict[str, Any]:
    """Ask an executor, and read its answer."""
    answer: dict[str, Any] = json.loads(
        executor.run(executor.prepare(name, Request(inputs, limit))).body
    )
    return answer
