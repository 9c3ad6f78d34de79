"""A reindex that tests hold up, and the end of it."""

import threading
import time
from pathlib import Path

from core.ports import JobStore
from core.progress import Progress
from core.types import Json
from db.jobs import SqlJobStore
from db.session import migrate, open_database
from search.jobs import JobRunner


class Work:
    """A reindex that waits until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.begun = threading.Event()

    def __call__(self, parameters: Json, progress: Progress) -> Json:
        progress.begin("embed", 2, "artworks")
        progress.advance(2)
        self.begun.set()
        assert self.go.wait(10)
        progress.advance(0)
        if parameters.get("fail"):
            raise ValueError("the disk is full")
        return {"snapshot": "s1"}


def open_jobs(folder: Path) -> JobStore:
    """Open a store of jobs in a new database."""
    engine = open_database(f"sqlite:///{folder / 'jobs.db'}")
    migrate(engine)
    return SqlJobStore(engine)


def finish(runner: JobRunner, work: Work) -> None:
    """Let the work end, and stop when nothing is left to do."""
    work.go.set()
    deadline = time.monotonic() + 10
    while any(job.finished_at is None for job in runner.latest()) and time.monotonic() < deadline:
        time.sleep(0.01)
    runner.stop()
