import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import BuildRunningError, JobRunningError
from core.ports import JobStore
from core.progress import Progress
from core.records import WorkState
from core.types import Json
from db.jobs import SqlJobStore
from db.session import migrate, open_database
from search.jobs import JobRunner


@pytest.fixture
def store(tmp_path: Path) -> JobStore:
    engine = open_database(f"sqlite:///{tmp_path / 'jobs.db'}")
    migrate(engine)
    return SqlJobStore(engine)


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


@pytest.fixture
def work() -> Iterator[Work]:
    work = Work()
    yield work
    work.go.set()


def finish(runner: JobRunner, work: Work) -> None:
    """Let the work end, and stop when nothing is left to do."""
    work.go.set()
    deadline = time.monotonic() + 10
    while any(job.finished_at is None for job in runner.latest()) and time.monotonic() < deadline:
        time.sleep(0.01)
    runner.stop()


def test_a_job_runs_and_keeps_its_result(store: JobStore, work: Work) -> None:
    runner = JobRunner(store, work)
    runner.start()

    job = runner.submit({})
    assert work.begun.wait(10)
    finish(runner, work)

    ended = runner.get(job.id)
    assert ended.state is WorkState.SUCCEEDED
    assert ended.result == {"snapshot": "s1"}
    assert (ended.stage, ended.total) == ("embed", 2)
    assert ended.finished_at is not None


def test_a_failure_is_kept_in_words(store: JobStore, work: Work) -> None:
    runner = JobRunner(store, work)
    runner.start()

    job = runner.submit({"fail": True})
    finish(runner, work)

    assert runner.get(job.id).state is WorkState.FAILED
    assert runner.get(job.id).error == "the disk is full"


def test_a_second_job_is_refused_while_one_runs(store: JobStore, work: Work) -> None:
    runner = JobRunner(store, work)
    runner.start()
    job = runner.submit({})

    with pytest.raises(JobRunningError, match=job.id):
        runner.submit({})

    finish(runner, work)


def test_a_job_that_a_dead_service_left_is_taken_up(store: JobStore, work: Work) -> None:
    job = store.create("reindex", {})
    runner = JobRunner(store, work)

    runner.start()
    finish(runner, work)

    assert runner.get(job.id).state is WorkState.SUCCEEDED


def test_a_job_stops_with_its_service_and_is_taken_up_by_the_next(
    store: JobStore, work: Work
) -> None:
    first = JobRunner(store, work)
    first.start()
    job = first.submit({})
    assert work.begun.wait(10)
    threading.Timer(0.1, work.go.set).start()
    first.stop()
    left = store.get(job.id)

    second = JobRunner(store, work)
    second.start()
    finish(second, work)

    assert left.state is WorkState.RUNNING
    assert second.get(job.id).state is WorkState.SUCCEEDED


def test_a_job_that_another_process_runs_is_left_to_it(store: JobStore) -> None:
    job = store.create("reindex", {})
    running = replace(job, state=WorkState.RUNNING)
    store.save(running)

    def busy(parameters: Json, progress: Progress) -> Json:
        raise BuildRunningError

    runner = JobRunner(store, busy)
    runner.start()
    time.sleep(0.2)
    runner.stop()

    assert store.get(job.id) == running


def test_a_new_job_fails_in_words_while_another_build_runs(store: JobStore) -> None:
    def busy(parameters: Json, progress: Progress) -> Json:
        raise BuildRunningError

    runner = JobRunner(store, busy)
    runner.start()
    job = runner.submit({})
    while store.get(job.id).finished_at is None:
        time.sleep(0.01)
    runner.stop()

    assert store.get(job.id).state is WorkState.FAILED
    assert "another build" in str(store.get(job.id).error)
