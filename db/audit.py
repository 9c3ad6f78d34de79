"""The audit log in SQL: entries are added and read, never changed."""

from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Engine, Row, insert, select

from core.audit import AuditAction, AuditEntry, AuditOutcome
from db.session import reading, writing
from db.work_tables import audit_log

_COLUMNS = tuple(audit_log.c[field.name] for field in fields(AuditEntry))
_LONGEST = 500  # characters of a text, which may quote what was sent


class SqlAuditLog:
    """Keeps what was asked for by admins."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, entry: AuditEntry) -> None:
        """Add an entry; its number is given by the database."""
        values = {name: _kept(value) for name, value in asdict(entry).items() if name != "number"}
        with writing(self._engine) as connection:
            connection.execute(insert(audit_log).values(values))

    def latest(
        self, limit: int = 20, *, action: AuditAction | None = None, before: int | None = None
    ) -> list[AuditEntry]:
        """List entries, newest first: of one action, and from before one of them."""
        newest = select(*_COLUMNS).order_by(audit_log.c.number.desc()).limit(limit)
        if action is not None:
            newest = newest.where(audit_log.c.action == action.value)
        if before is not None:
            newest = newest.where(audit_log.c.number < before)
        with reading(self._engine) as connection:
            return [_entry(row) for row in connection.execute(newest)]


def _kept(value: Any) -> Any:  # noqa: ANN401 - any column's value
    """Write texts as both databases take them: what was sent may be anything."""
    if not isinstance(value, str):
        return value
    return value.encode("utf-8", "replace").decode().replace("\0", "?")[:_LONGEST]


def _entry(row: Row[Any]) -> AuditEntry:
    read = {"action": AuditAction(row.action), "outcome": AuditOutcome(row.outcome)}
    return AuditEntry(**(row._asdict() | read))
