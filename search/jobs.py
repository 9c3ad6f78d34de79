"""Reindex jobs: one at a time, in a worker thread of the service."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from core.errors import BuildRunningError, JobEndedError, NotFoundError, VasariError
from core.ports import JobStore
from core.progress import Progress, WorkStopped
from core.records import Job, JobKind, WorkState
from core.types import Json

SAVE_EVERY_S = 0.5  # progress is written, and a cancel seen, no more often than this
RETRY_S = 5.0  # a database that is away when a job ends must not leave it unfinished
AGAIN_S = 60.0  # after which a job is looked at again that a process now dead may have been at
_Value = TypeVar("_Value")

_log = logging.getLogger(__name__)


class _ServiceStops(WorkStopped):
    """The work is left where it stands; the next start of the service takes it up."""


class _Cancelled(WorkStopped):
    """Somebody cancelled the job."""


def pace(done: int, total: int | None, elapsed_s: float) -> tuple[float | None, float | None]:
    """Tell units per second and the seconds that are left; None where neither can be told."""
    if not done or elapsed_s <= 0:
        return None, None
    rate = done / elapsed_s
    left = None if total is None else max(total - done, 0) / rate
    return round(rate, 3), None if left is None else round(left, 1)


class JobProgress:
    """Keeps a job's row up to date with what its work has done, and stops it when it is to end."""

    def __init__(
        self,
        store: JobStore,
        job: Job,
        stopping: threading.Event,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._stopping = stopping
        self._clock = clock
        self._saved_at = self._began_at = clock()
        self.job = job

    def begin(self, stage: str, total: int | None, unit: str) -> None:  # noqa: ARG002 - the port's
        """Open a stage; the first one says that the job has begun."""
        self._began_at = self._clock()
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
            raise _ServiceStops
        self.job = replace(self.job, done=self.job.done + count)
        if self._clock() - self._saved_at >= SAVE_EVERY_S:
            self._save()

    def _save(self) -> None:
        self._saved_at = self._clock()
        rate, left = pace(self.job.done, self.job.total, self._saved_at - self._began_at)
        self.job = replace(self.job, rate_per_s=rate, remaining_s=left)
        self._store.save(self.job)
        if self._store.get(self.job.id).cancel_requested:  # by whatever process took it
            raise _Cancelled


class JobRunner:
    """Queues reindex jobs and runs them; what a dead service left unfinished is taken up again."""

    def __init__(
        self,
        store: JobStore,
        reindex: Callable[[Json, Progress], Json],
        *,
        retry_s: float = RETRY_S,
        again_s: float = AGAIN_S,
    ) -> None:
        self._retry_s = retry_s
        self._again_s = again_s
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
        """Queue a reindex, or a dry run. Raises JobRunningError while another job is unfinished."""
        kind = JobKind.DRY_RUN if parameters.get("dry_run") else JobKind.REINDEX
        job = self._store.create(kind.value, parameters)
        self._queue.put(job.id)
        return job

    def cancel(self, id: str) -> Job:
        """End a job at its next unit, whatever process runs it; what it embedded stays.

        Raises:
            NotFoundError: there is no such job.
            JobEndedError: it is over.
        """
        return self._store.request_cancel(id)

    def get(self, id: str) -> Job:
        """Read a job. Raises NotFoundError."""
        return self._store.get(id)

    def latest(self, limit: int = 20) -> list[Job]:
        """List jobs, newest first."""
        return self._store.latest(limit)

    def _work(self) -> None:
        while (job_id := self._next()) is not None and not self._stopping.is_set():
            job = self._patiently(partial(self._store.get, job_id))
            if job and job.finished_at is None:  # else it was cancelled while it waited
                self._run(job)

    def _next(self) -> str | None:
        """Wait for a job; now and then, for one that is said to run and may not."""
        while True:
            try:
                return self._queue.get(timeout=self._again_s)
            except queue.Empty:
                for job in self._patiently(self._store.unfinished) or ():
                    if job.state is WorkState.RUNNING:
                        return job.id

    def _run(self, job: Job) -> None:
        progress = JobProgress(self._store, job, self._stopping)
        if job.state is WorkState.QUEUED:
            _log.info("job %s begins: %s", job.id, job.parameters)
        try:
            result = self._reindex(job.parameters, progress)
            ended = replace(progress.job, state=WorkState.SUCCEEDED, result=result)
        except _ServiceStops:
            _log.info("job %s stops with the service; the next start takes it up", job.id)
            return
        except _Cancelled:
            ended = replace(progress.job, state=WorkState.CANCELLED)
        except JobEndedError:
            _log.info("job %s was cancelled before it began", job.id)
            return
        except BuildRunningError as error:
            now = self._patiently(partial(self._store.get, job.id)) or job
            if now.state is not WorkState.QUEUED:
                return  # another process is at it, or was: it is looked at again
            ended = replace(job, state=WorkState.FAILED, error=str(error))
        except Exception as error:  # noqa: BLE001 - the worker outlives any job; the row says why
            _log.exception("job %s failed", job.id)
            ended = replace(progress.job, state=WorkState.FAILED, error=str(error))
        ended = replace(ended, finished_at=datetime.now(UTC), remaining_s=None)
        self._patiently(partial(self._store.save, ended))
        _log.info("job %s ends: %s", job.id, ended.state)

    def _patiently(self, ask: Callable[[], _Value]) -> _Value | None:
        """Ask the store until it answers; None where there is nothing to wait for."""
        while True:
            try:
                return ask()
            except (NotFoundError, JobEndedError) as error:
                _log.warning("%s", error)
                return None
            except VasariError as error:
                _log.warning("the jobs cannot be kept now: %s", error)
                if self._stopping.wait(self._retry_s):
                    return None  # the next start finds the job unfinished
