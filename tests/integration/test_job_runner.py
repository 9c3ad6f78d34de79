import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import JobEndedError, JobRunningError
from core.ports import JobStore
from core.progress import Progress
from core.records import Job, WorkState
from core.types import Json
from search.jobs import JobRunner, pace
from tests.reindexing import Work, finish, open_jobs


@pytest.fixture
def store(tmp_path: Path) -> JobStore:
    return open_jobs(tmp_path)


@pytest.fixture
def work() -> Iterator[Work]:
    work = Work()
    yield work
    work.go.set()


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


def wait_for_end(runner: JobRunner, id: str) -> Job:
    deadline = time.monotonic() + 10
    while runner.get(id).finished_at is None and time.monotonic() < deadline:
        time.sleep(0.01)
    return runner.get(id)


def endless(parameters: Json, progress: Progress) -> Json:
    progress.begin("embed", None, "artworks")
    while True:
        progress.advance()
        time.sleep(0.01)


def test_a_running_job_ends_as_cancelled_whoever_cancels_it(store: JobStore) -> None:
    runner, another = JobRunner(store, endless), JobRunner(store, endless)
    runner.start()
    job = runner.submit({})
    while store.get(job.id).state is WorkState.QUEUED:
        time.sleep(0.01)

    another.cancel(job.id)

    ended = wait_for_end(runner, job.id)
    assert (ended.state, ended.error, ended.result) == (WorkState.CANCELLED, None, None)
    with pytest.raises(JobEndedError):
        runner.cancel(job.id)
    runner.stop()


def test_a_job_that_was_cancelled_while_it_waited_never_runs(store: JobStore) -> None:
    job = store.create("reindex", {})
    runner = JobRunner(store, endless)

    runner.cancel(job.id)
    runner.start()
    runner.stop()

    assert runner.get(job.id).state is WorkState.CANCELLED
    assert runner.get(job.id).stage is None


def test_a_running_job_whose_service_died_before_it_saw_the_cancel_ends_at_the_next_start(
    store: JobStore,
) -> None:
    job = store.create("reindex", {})
    store.save(replace(job, state=WorkState.RUNNING))
    store.request_cancel(job.id)
    runner = JobRunner(store, endless)

    runner.start()

    assert wait_for_end(runner, job.id).state is WorkState.CANCELLED
    runner.stop()


def test_a_cancel_that_came_too_late_changes_nothing(store: JobStore) -> None:
    def ends(parameters: Json, progress: Progress) -> Json:
        progress.begin("checks", None, "checks")
        store.request_cancel(store.unfinished()[0].id)
        return {"snapshot": "s1"}

    runner = JobRunner(store, ends)
    runner.start()
    job = runner.submit({})

    ended = wait_for_end(runner, job.id)
    assert (ended.state, ended.cancel_requested) == (WorkState.SUCCEEDED, True)
    runner.stop()


@pytest.mark.parametrize(
    ("done", "total", "elapsed_s", "told"),
    [
        (30, 90, 10.0, (3.0, 20.0)),
        (30, None, 10.0, (3.0, None)),
        (0, 90, 10.0, (None, None)),
        (90, 90, 10.0, (9.0, 0.0)),
        (95, 90, 10.0, (9.5, 0.0)),
    ],
)
def test_the_pace_of_a_stage_tells_what_is_left_of_it(
    done: int, total: int | None, elapsed_s: float, told: tuple[float | None, float | None]
) -> None:
    assert pace(done, total, elapsed_s) == told
