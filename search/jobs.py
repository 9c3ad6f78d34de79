"""Reindex jobs: one at a time, in a worker thread of the service."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from core.errors import BuildRunningError
from core.ports import JobStore
from core.progress import Progress
from core.records import Job, WorkState
from core.types import Json

REINDEX = "reindex"
SAVE_EVERY_S = 0.5  # progress is written no more often than this

_log = logging.getLogger(__name__)


class _Stopped(Exception):  # noqa: N818 - not an error: the service is going down
    """The work is left where it stands; the next start of the service takes it up."""


class JobProgress:
    """Keeps a job's row up to date with what its work has done, and stops it with the service."""

    def __init__(self, store: JobStore, job: Job, stopping: threading.Event) -> None:
        self._store = store
        self._stopping = stopping
        self._saved_at = 0.0
        self.job = job

    def begin(self, stage: str, total: int | None, unit: str) -> None:  # noqa: ARG002 - the port's
        """Open a stage; the first one says that the job has begun."""
        self.job = replace(
            self.job,
            state=WorkState.RUNNING,
            started_at=self.job.started_at or datetime.now(UTC),
            stage=stage,
            done=0,
            total=total,
        )
        self._save()

    def advance(self, count: int = 1) -> None:
        """Count units as done."""
        if self._stopping.is_set():
            raise _Stopped
        self.job = replace(self.job, done=self.job.done + count)
        if time.monotonic() - self._saved_at >= SAVE_EVERY_S:
            self._save()

    def _save(self) -> None:
        self._store.save(self.job)
        self._saved_at = time.monotonic()


class JobRunner:
    """Queues reindex jobs and runs them; what a dead service left unfinished is taken up again."""

    def __init__(self, store: JobStore, reindex: Callable[[Json, Progress], Json]) -> None:
        self._store = store
        self._reindex = reindex
        self._queue: queue.Queue[str | None] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    def start(self) -> None:
        """Start the worker."""
        for job in self._store.unfinished():
            self._queue.put(job.id)
        self._thread = threading.Thread(target=self._work, name="reindex", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 30.0) -> None:
        """Stop the worker; a job that it is at is taken up at the next start, where it was."""
        self._stopping.set()
        self._queue.put(None)
        if self._thread is not None:
            self._thread.join(timeout_s)

    def submit(self, parameters: Json) -> Job:
        """Queue a reindex. Raises JobRunningError while another is queued or running."""
        job = self._store.create(REINDEX, parameters)
        self._queue.put(job.id)
        return job

    def get(self, id: str) -> Job:
        """Read a job. Raises NotFoundError."""
        return self._store.get(id)

    def latest(self, limit: int = 20) -> list[Job]:
        """List jobs, newest first."""
        return self._store.latest(limit)

    def _work(self) -> None:
        while (job_id := self._queue.get()) is not None and not self._stopping.is_set():
            self._run(self._store.get(job_id))

    def _run(self, job: Job) -> None:
        progress = JobProgress(self._store, job, self._stopping)
        _log.info("job %s begins: %s", job.id, job.parameters)
        try:
            result = self._reindex(job.parameters, progress)
            ended = replace(progress.job, state=WorkState.SUCCEEDED, result=result)
        except _Stopped:
            _log.info("job %s stops with the service; the next start takes it up", job.id)
            return
        except BuildRunningError as error:
            if job.state is WorkState.RUNNING:
                _log.info("job %s is run by another process", job.id)
                return
            ended = replace(job, state=WorkState.FAILED, error=str(error))
        except Exception as error:  # noqa: BLE001 - the worker outlives any job; the row says why
            _log.exception("job %s failed", job.id)
            ended = replace(progress.job, state=WorkState.FAILED, error=str(error))
        self._store.save(replace(ended, finished_at=datetime.now(UTC)))
        _log.info("job %s ends: %s", job.id, ended.state)
