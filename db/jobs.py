"""Reindex jobs in SQL; a unique index lets one of them be unfinished, whoever creates it."""

from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, Row, Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.errors import JobEndedError, JobRunningError, NotFoundError
from core.records import Job, WorkState
from core.types import Json
from db.membership import among
from db.session import reading, writing
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
        """Keep a job's state, but whether it is to be cancelled.

        Raises:
            NotFoundError: there is no such job.
            JobEndedError: it has ended, and stays as it ended.
        """
        kept = update(jobs).where(jobs.c.id == job.id, jobs.c.is_unfinished)
        with writing(self._engine) as connection:
            if connection.execute(kept.values(_values(job))).rowcount:
                return
        raise JobEndedError(self.get(job.id).id)

    def request_cancel(self, id: str) -> Job:
        """End a queued job, and ask who runs a running one to; return it as it is then.

        Raises:
            NotFoundError: there is no such job.
            JobEndedError: it has ended.
        """
        own = update(jobs).where(among(jobs.c.id, [id]), jobs.c.is_unfinished)
        asked = own.values(cancel_requested=True)
        # In this order: a job that begins in between is asked all the same.
        ended = own.where(jobs.c.state == WorkState.QUEUED.value).values(
            cancel_requested=True,
            state=WorkState.CANCELLED.value,
            is_unfinished=False,
            finished_at=datetime.now(UTC),
        )
        with writing(self._engine) as connection:
            changed = connection.execute(ended).rowcount or connection.execute(asked).rowcount
        job = self.get(id)
        if not changed:
            raise JobEndedError(id)
        return job

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
    values = asdict(job) | {"state": job.state.value, "is_unfinished": job.state in _UNFINISHED}
    del values["cancel_requested"]  # anyone may ask while its runner saves how far it is
    return values


def _job(row: Row[Any]) -> Job:
    return Job(**(row._asdict() | {"state": WorkState(row.state)}))
