"""What of an action stands in the audit log, and the log of those asked for by hand."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from core.audit import BY_HAND, AuditAction, AuditEntry, AuditOutcome
from core.errors import (
    ConfigurationError,
    DamagedError,
    DeviceError,
    ModelUnavailableError,
    SourceError,
    VasariError,
)
from core.ports import AuditLog

_FAULTS = (ConfigurationError, DamagedError, DeviceError, ModelUnavailableError, SourceError)
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Subject:
    """What an action is about; it may be known only in the end."""

    name: str | None = None


def purged(kind: str | None, retriever: str | None, snapshot: str | None) -> str:
    """Say what of a cache was dropped."""
    told = {"kind": kind, "retriever": retriever, "snapshot": snapshot}
    return " ".join(f"{name}={one}" for name, one in told.items() if one) or "everything"


def outcome_of(error: BaseException | None) -> AuditOutcome:
    """Tell a refusal, which the asked-for action deserved, from a fault of the installation."""
    if error is None:
        return AuditOutcome.OK
    is_refusal = isinstance(error, VasariError) and not isinstance(error, _FAULTS)
    return AuditOutcome.REFUSED if is_refusal else AuditOutcome.FAILED


@contextmanager
def by_hand(
    open_log: Callable[[], AuditLog], action: AuditAction, subject: str | None = None
) -> Iterator[Subject]:
    """Write an action of the command line down, whatever becomes of it.

    A log that cannot be written to is told of, and holds up nothing.
    """
    about = Subject(subject)
    try:
        yield about
    except BaseException as error:
        _record(open_log, action, about.name, error)
        raise
    _record(open_log, action, about.name, None)


def _record(
    open_log: Callable[[], AuditLog],
    action: AuditAction,
    subject: str | None,
    error: BaseException | None,
) -> None:
    reason = None if error is None else str(error) or type(error).__name__
    entry = AuditEntry(
        datetime.now(UTC), action, outcome_of(error), BY_HAND, subject=subject, reason=reason
    )
    try:
        open_log().record(entry)
    except Exception as failed:  # noqa: BLE001 - the action is done, or failed for its own reason
        _log.warning("not in the audit log: %s %s: %s", action, subject, failed)
