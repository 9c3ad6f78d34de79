"""Bodies: read by the event loop, parsed by the handler's thread; JSON, or a form with a file."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from email.message import Message
from typing import TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from api.errors import MediaTypeError
from api.requests import SearchBody, SearchRequest
from core.errors import InputError

_Schema = TypeVar("_Schema", bound=BaseModel)

FORM_PARTS = ("query", "image")


@dataclass(frozen=True, slots=True)
class RawBody:
    """A body as it came: its JSON, and the file beside it."""

    json: bytes
    upload: bytes | None = None


async def read_json(request: Request) -> RawBody:
    """Read a body of JSON. Raises MediaTypeError for any other."""
    _check_media_type(request, ("application/json",))
    return RawBody(await request.body())


async def read_json_or_form(request: Request) -> RawBody:
    """Read a body of JSON, or a form whose parts are `query` (JSON) and `image` (a file)."""
    media_type = _check_media_type(request, ("application/json", "multipart/form-data"))
    if media_type.get_content_type() == "application/json":
        return RawBody(await request.body())
    form = await _read_form(request.stream(), media_type.get_boundary() or "")
    try:
        return await _raw_body(form)
    finally:
        await form.close()


def parse_json(data: bytes, schema: type[_Schema], *, at: str = "body") -> _Schema:
    """Read JSON as a schema says. Raises RequestValidationError, which names each field."""
    try:
        return schema.model_validate_json(data or b"{}")
    except ValidationError as error:
        raise RequestValidationError(
            [
                {"loc": (at, *found["loc"]), "msg": _message(found, schema)}
                for found in error.errors(include_url=False, include_input=False)
            ]
        ) from error


def parse_search(raw: RawBody) -> SearchBody:
    """Read the body of a search."""
    return SearchBody(parse_json(raw.json, SearchRequest), raw.upload)


def _message(found: ErrorDetails, schema: type[BaseModel]) -> str:
    if found["type"] != "extra_forbidden":
        return found["msg"]
    allowed = f"; allowed are {', '.join(schema.model_fields)}" if len(found["loc"]) == 1 else ""
    return f"unknown key{allowed}"


def _check_media_type(request: Request, allowed: tuple[str, ...]) -> Message:
    """Parse the content type; its absence is good only for an empty body."""
    message = Message()
    message["content-type"] = request.headers.get("content-type", "application/json")
    if message.get_content_type() not in allowed:
        raise MediaTypeError("content-type", f"must be {' or '.join(allowed)}")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise MediaTypeError("content-encoding", "is not read; send the body as it is")
    return message


async def _read_form(stream: AsyncGenerator[bytes, None], boundary: str) -> FormData:
    # Latin-1 keeps the bytes of a text part as they are, so that broken UTF-8 is still seen later.
    if not boundary:
        raise InputError("content-type", "names no boundary")
    kind = f'multipart/form-data; charset=latin-1; boundary="{boundary}"'
    parser = MultiPartParser(Headers({"content-type": kind}), stream, max_files=2, max_fields=2)
    try:
        return await parser.parse()
    except MultiPartException as error:
        raise InputError("body", error.message) from error


async def _raw_body(form: FormData) -> RawBody:
    unknown = sorted(set(form) - set(FORM_PARTS))
    if unknown:
        raise InputError(unknown[0], f"unknown part; allowed are {', '.join(FORM_PARTS)}")
    query, image = form.get("query"), form.get("image")
    if isinstance(image, str):
        raise InputError("image", "must be a file, with a filename")
    query_bytes = await _part_bytes(query)
    return RawBody(query_bytes or b"", await _part_bytes(image))


async def _part_bytes(part: UploadFile | str | None) -> bytes | None:
    """Read a part; a file input that was left empty has neither name nor bytes."""
    if part is None or isinstance(part, str):
        return part.encode("latin-1") if part else None
    data = await part.read()
    return data if data or part.filename else None
