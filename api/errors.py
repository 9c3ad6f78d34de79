"""Errors on the wire: the one table from errors to HTTP, and the one shape of an error body."""

import json
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ExceptionHandler

from core.errors import (
    ArtworkGoneError,
    BuildRunningError,
    ConfigurationError,
    ConflictError,
    DamagedError,
    InputError,
    JobRunningError,
    ModalityError,
    ModelUnavailableError,
    NoSnapshotError,
    NotFoundError,
    OrderGoneError,
    OverloadedError,
    PictureTooLargeError,
    PictureTypeError,
    SnapshotGoneError,
    SourceError,
    StorageError,
    UnfitError,
    VasariError,
)

PROBLEM_TYPE = "application/problem+json"
_LONGEST_MESSAGE = 500  # characters; a message may quote what was sent, which may be anything
_WORD_START = re.compile(r"(?<=[a-z])(?=[A-Z])")
_log = logging.getLogger(__name__)


class AdminKeyError(VasariError):
    """The admin API key is missing or wrong."""

    def __init__(self) -> None:
        super().__init__("send the admin key as `Authorization: Bearer …` or as `X-API-Key`")


class BodyTooLargeError(InputError):
    """The body has more bytes than allowed."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__("body", f"must have at most {limit_bytes:,} bytes")


class MediaTypeError(InputError):
    """The body has a content type that this route does not read."""


STATUS: dict[type[VasariError], HTTPStatus] = {
    InputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    PictureTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    PictureTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    BodyTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    MediaTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    ModalityError: HTTPStatus.UNPROCESSABLE_ENTITY,
    AdminKeyError: HTTPStatus.UNAUTHORIZED,
    NotFoundError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.CONFLICT,
    JobRunningError: HTTPStatus.CONFLICT,
    BuildRunningError: HTTPStatus.CONFLICT,
    UnfitError: HTTPStatus.CONFLICT,
    ArtworkGoneError: HTTPStatus.GONE,
    SnapshotGoneError: HTTPStatus.GONE,
    OrderGoneError: HTTPStatus.GONE,
    OverloadedError: HTTPStatus.SERVICE_UNAVAILABLE,
    NoSnapshotError: HTTPStatus.SERVICE_UNAVAILABLE,
    StorageError: HTTPStatus.SERVICE_UNAVAILABLE,
    ModelUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    # The installation's own faults: told in full to its log only.
    ConfigurationError: HTTPStatus.INTERNAL_SERVER_ERROR,
    SourceError: HTTPStatus.INTERNAL_SERVER_ERROR,
    DamagedError: HTTPStatus.INTERNAL_SERVER_ERROR,
    VasariError: HTTPStatus.INTERNAL_SERVER_ERROR,
}


def status_of(error: VasariError) -> HTTPStatus:
    """Look an error up by its class, or the nearest class above it."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


@dataclass(frozen=True, slots=True)
class ProblemBody:
    """An error as RFC 9457 writes it."""

    status: int
    title: str
    detail: str | None = None
    kind: str = "about:blank"
    errors: Sequence[tuple[str, str]] = ()  # field, message
    extra: Mapping[str, str] = field(default_factory=dict)

    def response(self, headers: Mapping[str, str] | None = None) -> Response:
        """Answer with it, in plain ASCII so that no text can break it."""
        body = {
            "type": self.kind,
            "title": self.title,
            "status": int(self.status),
            "detail": _cut(self.detail) if self.detail else None,
            "errors": [{"field": name, "message": _cut(text)} for name, text in self.errors],
            **self.extra,
        }
        return Response(
            json.dumps(body), self.status, headers=dict(headers or {}), media_type=PROBLEM_TYPE
        )


def problem(error: VasariError) -> Response:
    """Answer an error of ours."""
    status = status_of(error)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return internal_problem(error)
    body = ProblemBody(
        status,
        title=_first_sentence(type(error)),
        detail=str(error),
        kind=_kind(type(error)),
        errors=_field_errors(error),
        extra=_running(error) if isinstance(error, JobRunningError) else {},
    )
    return body.response(_headers(error))


def internal_problem(error: BaseException) -> Response:
    """Log an error that is nobody's input, and answer without its internals."""
    _log.error("a request failed", exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    detail = "an unexpected error; the log of the service says which"
    return ProblemBody(status, status.phrase, detail).response()


def validation_problem(errors: Iterable[Mapping[str, Any]]) -> Response:
    """Answer what pydantic found wrong, one entry for each field."""
    named = invalid_fields(errors)
    return ProblemBody(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        title=_first_sentence(InputError),
        detail="; ".join(f"{name}: {message}" for name, message in named[:3]),
        kind=_kind(InputError),
        errors=named,
    ).response()


def invalid_fields(errors: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Name the fields that pydantic found wrong, each with the reason."""
    return [(field_name(error["loc"]), _reason(error)) for error in errors]


def field_name(location: Sequence[str | int]) -> str:
    """Name a field as clients write it: ("body", "like", 2) is `like[2]`."""
    parts = [part for part in location[1:] if part != "[key]"]
    if not parts:
        return str(location[0]) if location else "body"
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return name.removeprefix(".")


def add_error_handlers(app: FastAPI) -> None:
    """Answer every error that a route raises with a problem."""
    app.add_exception_handler(VasariError, cast(ExceptionHandler, _on_vasari_error))
    app.add_exception_handler(RequestValidationError, cast(ExceptionHandler, _on_invalid))
    app.add_exception_handler(HTTPException, cast(ExceptionHandler, _on_http_error))


def _on_vasari_error(_: Request, error: VasariError) -> Response:
    return problem(error)


def _on_invalid(_: Request, error: RequestValidationError) -> Response:
    return validation_problem(error.errors())


def _on_http_error(request: Request, error: HTTPException) -> Response:
    """Answer what the framework refuses: unknown addresses, wrong methods, broken bodies."""
    status = HTTPStatus(error.status_code)
    details = {
        HTTPStatus.NOT_FOUND: f"there is nothing at {request.url.path}",
        HTTPStatus.METHOD_NOT_ALLOWED: f"{request.method} is not possible here",
    }
    detail = details.get(status, str(error.detail))
    return ProblemBody(status, status.phrase, detail).response(error.headers)


def _kind(kind: type[VasariError]) -> str:
    """Name a problem for programs: PictureTooLargeError is `urn:vasari:picture-too-large`."""
    name = kind.__name__.removesuffix("Error")
    return f"urn:vasari:{_WORD_START.sub('-', name).lower()}"


def _first_sentence(kind: type[VasariError]) -> str:
    return (kind.__doc__ or kind.__name__).split("\n")[0].rstrip(".")


def _field_errors(error: VasariError) -> list[tuple[str, str]]:
    match error:
        case InputError():
            return [(error.field, error.message)]
        case NotFoundError():
            return [(error.field, str(error))]
        case SnapshotGoneError() | OrderGoneError():
            return [("cursor", str(error))]
        case _:
            return []


def _running(error: JobRunningError) -> dict[str, str]:
    return {"job_id": error.job_id, "job_url": f"/v1/admin/jobs/{error.job_id}"}


def _headers(error: VasariError) -> dict[str, str]:
    match error:
        case AdminKeyError():
            return {"WWW-Authenticate": 'Bearer realm="vasari admin"'}
        case OverloadedError():
            return {"Retry-After": str(error.retry_after_s)}
        case NoSnapshotError() | StorageError():
            return {"Retry-After": "10"}
        case JobRunningError():
            return {"Location": _running(error)["job_url"]}
        case BodyTooLargeError():
            return {"Connection": "close"}  # the rest of the body is not read
        case _:
            return {}


def _reason(error: Mapping[str, Any]) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[:_LONGEST_MESSAGE]}…"
