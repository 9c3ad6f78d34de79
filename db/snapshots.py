"""What SQL records of snapshots; the pointer file alone says what is live."""

from collections.abc import Sequence
from dataclasses import asdict, fields

from sqlalchemy import Engine, delete, not_, select

from core.records import SnapshotEntry
from db.membership import among
from db.session import WriteLock, hold, reading, writing
from db.sql import upsert_rows
from db.work_tables import snapshots

_COLUMNS = tuple(snapshots.c[field.name] for field in fields(SnapshotEntry))


class SqlSnapshotLog:
    """Keeps rows about the snapshots on disk."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, entries: Sequence[SnapshotEntry]) -> None:
        """Bring the rows in line with what is on disk."""
        rows = [asdict(entry) | {"spaces": list(entry.spaces)} for entry in entries]
        gone = not_(among(snapshots.c.id, [entry.id for entry in entries]))
        with writing(self._engine) as connection:
            hold(connection, WriteLock.SNAPSHOTS)
            connection.execute(delete(snapshots).where(gone))
            upsert_rows(connection, snapshots, rows, by=("id",))

    def entries(self) -> list[SnapshotEntry]:
        """List what is recorded, newest first."""
        newest = select(*_COLUMNS).order_by(snapshots.c.built_at.desc(), snapshots.c.id.desc())
        with reading(self._engine) as connection:
            rows = connection.execute(newest).all()
        return [SnapshotEntry(**(row._asdict() | {"spaces": tuple(row.spaces)})) for row in rows]
