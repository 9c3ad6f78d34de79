"""Retrievers that the tests keep over HTTP."""

from typing import Any

import httpx

from api.schemas_retrievers import RetrieverDetail
from tests.api_service import Service

PATH = "/v1/retrievers"


def definition(text: str = "{{ INPUT.text }}", *, about: str = "") -> dict[str, Any]:
    """Define a search for a text."""
    inputs = {"text": {"type": "string", "required": True, "examples": ["boats in a storm"]}}
    stages = [{"type": "feature_search", "parameters": {"text": text}}]
    return {"description": about, "inputs": inputs, "stages": stages}


def create(
    service: Service, name: str, text: str = "sky", *, about: str = "", publish: bool = False
) -> httpx.Response:
    """Keep such a retriever."""
    body = {"name": name, "publish": publish, **definition(text, about=about)}
    return service.admin("POST", PATH, body)


def read(answer: httpx.Response, status: int = 200) -> RetrieverDetail:
    """Read the retriever of an answer."""
    assert answer.status_code == status, answer.text
    return RetrieverDetail.model_validate_json(answer.content)


def told(answer: httpx.Response, status: int) -> list[tuple[str, str]]:
    """Read what a problem says of each field."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return [(error["field"], error["message"]) for error in answer.json()["errors"]]
