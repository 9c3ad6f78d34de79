"""The ledger of ingest runs in SQL."""

from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, Row, insert, select, update

from core.errors import NotFoundError
from core.records import IngestRun, WorkState
from db.session import WriteLock, hold, reading, writing
from db.work_tables import ingest_runs

_UNFINISHED = (WorkState.QUEUED.value, WorkState.RUNNING.value)
_COLUMNS = tuple(ingest_runs.c[field.name] for field in fields(IngestRun))


class SqlRunStore:
    """Keeps ingest runs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def start(self, source: str, fingerprint: str) -> IngestRun:
        """Open a run, or take up the unfinished one over the same data.

        Unfinished runs over other data of the source are closed: nothing can take them up again.
        """
        run = IngestRun(uuid4().hex, source, fingerprint, WorkState.RUNNING, datetime.now(UTC))
        table = ingest_runs.c
        unfinished = (table.source == source) & table.state.in_(_UNFINISHED)
        outdated = {
            "state": WorkState.FAILED.value,
            "finished_at": run.started_at,
            "error": "the data of the source changed before the run was finished",
        }
        with writing(self._engine) as connection:
            hold(connection, WriteLock.RUNS)
            same = select(*_COLUMNS).where(unfinished, table.fingerprint == fingerprint)
            if row := connection.execute(same).first():
                return _run(row)
            connection.execute(update(ingest_runs).where(unfinished).values(outdated))
            connection.execute(insert(ingest_runs).values(_values(run)))
        return run

    def save(self, run: IngestRun) -> None:
        """Keep a run's counts and state. Raises NotFoundError."""
        with writing(self._engine) as connection:
            kept = update(ingest_runs).where(ingest_runs.c.id == run.id).values(_values(run))
            if connection.execute(kept).rowcount == 0:
                raise NotFoundError("run", run.id)

    def latest(self, limit: int = 20) -> list[IngestRun]:
        """List runs, newest first."""
        newest = select(*_COLUMNS).order_by(ingest_runs.c.key.desc()).limit(limit)
        with reading(self._engine) as connection:
            return [_run(row) for row in connection.execute(newest)]


def _values(run: IngestRun) -> dict[str, Any]:
    return asdict(run) | {"state": run.state.value, "faults": list(run.faults)}


def _run(row: Row[Any]) -> IngestRun:
    read = {"state": WorkState(row.state), "faults": tuple(row.faults)}
    return IngestRun(**(row._asdict() | read))
