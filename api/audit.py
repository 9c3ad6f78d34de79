"""The audit log over REST: a route that changes something says so, whatever becomes of it.

How an admin route gets into the log, here and in any other router:

    router = APIRouter(…, route_class=AuditedRoute)

    @router.post("/thing/{name}", dependencies=[Depends(require_admin)])
    @audited(AuditAction.…)        # below the router's decorator
    def change(name: …) -> …:

The subject is the path's parameter, or what the answer's `Location` names, or what the handler says
by `name_subject`. A route of such a router that changes something and is not declared is an error
when the module is imported.
"""

import logging
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import unquote

from anyio import to_thread
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from api.auth import hash_key
from api.errors import AdminKeyError, invalid_fields
from core.audit import AuditAction, AuditEntry, AuditOutcome
from core.ports import AuditLog
from search.audit import outcome_of

MOST_STRANGERS = 20  # entries in a minute about wrong keys: they must not fill the disk
_KEY_DIGITS = 8
_READING = frozenset({"GET", "HEAD"})
_Handler = TypeVar("_Handler", bound=Callable[..., Any])
_actions: dict[Callable[..., Any], AuditAction] = {}
_log = logging.getLogger(__name__)


def audited(action: AuditAction) -> Callable[[_Handler], _Handler]:
    """Say which action of the log a handler is."""

    def mark(handler: _Handler) -> _Handler:
        _actions[handler] = action
        return handler

    return mark


def name_subject(request: Request, subject: str) -> None:
    """Say what an action is about, where neither path nor answer does."""
    request.state.audit_subject = subject


class Strangers:
    """Counts requests with a wrong key, and lets only so many of a minute be logged."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._minute = 0.0
        self._logged = self._left_out = 0

    def admit(self) -> int | None:
        """Tell how many were left out before this one; None: it is left out too."""
        minute = self._clock() // 60
        if minute != self._minute:
            self._minute, self._logged = minute, 0
        if self._logged >= MOST_STRANGERS:
            self._left_out += 1
            return None
        self._logged += 1
        left_out, self._left_out = self._left_out, 0
        return left_out


class AuditedRoute(APIRoute):
    """A route whose changes are written to the audit log, also those that were refused."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler with its checks: a wrong key is written down as well."""
        handle = super().get_route_handler()
        action = _actions.get(self.endpoint)
        if action is None:
            if set(self.methods or ()) - _READING:
                raise TypeError(f"{self.path} changes something: declare it with @audited")
            return handle

        async def logged(request: Request) -> Response:
            try:
                response = await handle(request)
            except Exception as error:
                await _write(request, action, error)
                raise
            await _write(request, action, None, response)
            return response

        return logged


async def _write(
    request: Request,
    action: AuditAction,
    error: Exception | None,
    response: Response | None = None,
) -> None:
    reason = _reason(error)
    if isinstance(error, AdminKeyError):
        left_out = request.app.state.strangers.admit()
        if left_out is None:
            return
        reason = f"wrong or no key{f'; {left_out} more were not logged' if left_out else ''}"
    entry = AuditEntry(
        datetime.now(UTC),
        action,
        _outcome(error),
        key_id=key_id(request),
        subject=_subject(request, response),
        reason=reason,
        address=request.client.host if request.client else None,
    )
    await to_thread.run_sync(_record, request.app.state.services.audit, entry)


def _reason(error: Exception | None) -> str | None:
    """Say why it was not done in the words of the answer."""
    if isinstance(error, RequestValidationError):
        return "; ".join(f"{field}: {said}" for field, said in invalid_fields(error.errors()))
    return str(error) if error else None


def _record(log: AuditLog, entry: AuditEntry) -> None:
    try:
        log.record(entry)
    except Exception:  # noqa: BLE001 - it is done, whether or not it can be written down
        _log.exception("not in the audit log: %s", entry)


def key_id(request: Request) -> str | None:
    """Name the key that was sent by its hash, right or wrong; None: none was."""
    kind, _, credentials = request.headers.get("authorization", "").partition(" ")
    key = credentials.strip() if kind.lower() == "bearer" else ""
    key = key or request.headers.get("x-api-key", "")
    return hash_key(key)[:_KEY_DIGITS] if key else None


def _outcome(error: Exception | None) -> AuditOutcome:
    if isinstance(error, RequestValidationError | HTTPException):
        return AuditOutcome.REFUSED
    return outcome_of(error)


def _subject(request: Request, response: Response | None) -> str | None:
    named: str | None = getattr(request.state, "audit_subject", None)
    in_path = "/".join(map(str, request.path_params.values()))
    location = response.headers.get("location", "") if response else ""
    return named or in_path or unquote(location.rpartition("/")[2]) or None
