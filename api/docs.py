"""The reference page at /docs, written from the OpenAPI document; it loads nothing at all."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from html import escape

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from core.types import Json

router = APIRouter(include_in_schema=False)

_CODE = re.compile(r"`([^`]+)`")

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 54rem; margin: 2rem auto 6rem; padding: 0 1.5rem; }
h2 { margin-top: 3rem; text-transform: capitalize; }
summary { cursor: pointer; padding: .5rem 0; border-top: 1px solid #8884; }
summary code { font-weight: 600; margin-right: .75rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
td, th { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; }
pre { overflow-x: auto; padding: .75rem; background: #8881; font-size: .85rem; }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'",
    "X-Content-Type-Options": "nosniff",
}


@router.get("/docs")
def docs(request: Request) -> Response:
    """Send the reference of the API."""
    return HTMLResponse("".join(reference(request.app.openapi())), headers=_HEADERS)


def reference(document: Json) -> Iterator[str]:
    """Write an OpenAPI document as a page."""
    info = document["info"]
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(info['title'])} API</title><style>{_STYLE}</style></head><body>"
    yield f"<h1>{escape(info['title'])} API {escape(info['version'])}</h1>"
    yield from _paragraphs(info["description"])
    yield '<p>The same for programs: <a href="/openapi.json">/openapi.json</a></p>'
    for tag in document["tags"]:
        yield f"<h2>{escape(tag['name'])}</h2><p>{_prose(tag['description'])}</p>"
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                if tag["name"] in operation["tags"]:
                    yield from _operation(method.upper(), path, operation)
    yield "</body></html>"


def _prose(text: str) -> str:
    """Write a sentence, `code` in it as such."""
    return _CODE.sub(r"<code>\1</code>", escape(text))


def _paragraphs(text: str) -> Iterator[str]:
    """Write the lines of a description, "- " ones as a list."""
    lines = [line for line in text.strip().splitlines() if line]
    yield from (f"<p>{_prose(line)}</p>" for line in lines if not line.startswith("- "))
    items = "".join(f"<li>{_prose(line[2:])}</li>" for line in lines if line.startswith("- "))
    yield f"<ul>{items}</ul>"


def _operation(method: str, path: str, operation: Json) -> Iterator[str]:
    yield f"<details><summary><code>{method} {escape(path)}</code>"
    yield f"{escape(operation['summary'])}</summary><p>{_prose(operation['description'])}</p>"
    if operation.get("parameters"):
        yield "<table><tr><th>Parameter</th><th>In</th><th>Meaning</th></tr>"
        yield from map(_parameter, operation["parameters"])
        yield "</table>"
    yield from _examples(operation.get("requestBody", {}))
    yield "<table><tr><th>Status</th><th>Meaning</th></tr>"
    for status, response in operation["responses"].items():
        yield f"<tr><td>{status}</td><td>{_prose(response['description'])}</td></tr>"
    yield "</table></details>"


def _parameter(parameter: Json) -> str:
    schema = parameter["schema"]
    notes = [parameter.get("description", "")]
    if schema.get("type") == "array":
        notes.append("may be repeated")
    if schema.get("default") not in (None, [], False):
        notes.append(f"default {schema['default']}")
    meaning = "; ".join(filter(None, notes))
    name, where = escape(parameter["name"]), escape(parameter["in"])
    return f"<tr><td><code>{name}</code></td><td>{where}</td><td>{_prose(meaning)}</td></tr>"


def _examples(body: Json) -> Iterator[str]:
    examples = body.get("content", {}).get("application/json", {}).get("examples", {})
    for name, example in examples.items():
        text = json.dumps(example["value"], indent=2)
        yield f"<p>Body, {escape(name)}:</p><pre>{escape(text)}</pre>"
