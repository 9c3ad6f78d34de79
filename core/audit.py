"""The audit log: who asked the keeper's side of an installation for what, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

BY_HAND = "cli"  # key id of what was asked for on the command line


class AuditAction(StrEnum):
    """What the log accounts for."""

    REINDEX = "reindex"
    CANCEL = "cancel"
    PUBLISH = "publish"
    ROLLBACK = "rollback"
    WITHDRAW = "withdraw"
    RESTORE = "restore"
    CACHE_PURGE = "cache_purge"
    RETRIEVER_CREATE = "retriever_create"
    RETRIEVER_CLONE = "retriever_clone"
    RETRIEVER_PUBLISH = "retriever_publish"
    RETRIEVER_DELETE = "retriever_delete"


class AuditOutcome(StrEnum):
    """What became of an action."""

    OK = "ok"
    REFUSED = "refused"  # by what was asked, or by who asked
    FAILED = "failed"  # through a fault of the installation


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One action that was asked for."""

    at: datetime
    action: AuditAction
    outcome: AuditOutcome
    key_id: str | None = None  # first 8 hex digits of the key's SHA-256; None: no key was sent
    subject: str | None = None  # the snapshot, job or retriever that it was about
    reason: str | None = None  # why it was not done
    address: str | None = None  # that the request came from; None: the command line
    number: int = 0  # its place in the log; 0: not kept yet
