"""Reindex jobs in SQL; a unique index lets one of them be unfinished, whoever creates it."""

from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, Row, Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.errors import JobRunningError, NotFoundError
from core.records import Job, WorkState
from core.types import Json
from db.session import reading, writing
from db.sql import among
from db.work_tables import jobs

_UNFINISHED = (WorkState.QUEUED, WorkState.RUNNING)
_COLUMNS = tuple(jobs.c[field.name] for field in fields(Job))


class SqlJobStore:
    """Keeps reindex jobs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(self, kind: str, parameters: Json) -> Job:
        """Queue a job. Raises JobRunningError when one is queued or running."""
        job = Job(uuid4().hex, kind, WorkState.QUEUED, parameters, datetime.now(UTC))
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(jobs).values(_values(job)))
        except IntegrityError as error:
            # It may have ended since; then it was the latest.
            running = (self.unfinished() or self.latest(1))[0]
            raise JobRunningError(running.id) from error
        return job

    def get(self, id: str) -> Job:
        """Read a job. Raises NotFoundError."""
        found = self._read(select(*_COLUMNS).where(among(jobs.c.id, [id])))
        if not found:
            raise NotFoundError("job", id)
        return found[0]

    def save(self, job: Job) -> None:
        """Keep a job's state. Raises NotFoundError."""
        with writing(self._engine) as connection:
            kept = update(jobs).where(jobs.c.id == job.id).values(_values(job))
            if connection.execute(kept).rowcount == 0:
                raise NotFoundError("job", job.id)

    def unfinished(self) -> list[Job]:
        """List jobs that are queued or running, oldest first."""
        return self._read(select(*_COLUMNS).where(jobs.c.is_unfinished).order_by(jobs.c.key))

    def latest(self, limit: int = 20) -> list[Job]:
        """List jobs, newest first."""
        return self._read(select(*_COLUMNS).order_by(jobs.c.key.desc()).limit(limit))

    def _read(self, query: Select[Any]) -> list[Job]:
        with reading(self._engine) as connection:
            return [_job(row) for row in connection.execute(query)]


def _values(job: Job) -> dict[str, Any]:
    return asdict(job) | {"state": job.state.value, "is_unfinished": job.state in _UNFINISHED}


def _job(row: Row[Any]) -> Job:
    return Job(**(row._asdict() | {"state": WorkState(row.state)}))
