"""Jobs beside other processes, dead ones too, and a database that is away at times."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from core.errors import BuildRunningError, StorageError
from core.ports import JobStore
from core.progress import Progress
from core.records import Job, WorkState
from core.types import Json
from search.jobs import JobRunner
from tests.reindexing import Work, finish, open_jobs


@pytest.fixture
def store(tmp_path: Path) -> JobStore:
    return open_jobs(tmp_path)


@pytest.fixture
def work() -> Iterator[Work]:
    work = Work()
    yield work
    work.go.set()


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


def test_a_job_of_a_process_that_died_is_taken_up_by_another(store: JobStore, work: Work) -> None:
    held = [True, True]  # the dead one's build, or a build by hand, is at it for a while

    def reindex(parameters: Json, progress: Progress) -> Json:
        if held:
            held.pop()
            raise BuildRunningError
        return work(parameters, progress)

    job = store.create("reindex", {})
    store.save(replace(job, state=WorkState.RUNNING))
    runner = JobRunner(store, reindex, again_s=0.01)
    runner.start()

    assert work.begun.wait(10)
    finish(runner, work)

    assert store.get(job.id).state is WorkState.SUCCEEDED


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


def test_a_job_ends_though_the_database_is_away_at_that_moment(store: JobStore, work: Work) -> None:
    class Away:
        failures = 0

        def save(self, job: Job) -> None:
            if job.finished_at and self.failures < 2:
                self.failures += 1
                raise StorageError("the database is away")
            store.save(job)

        def __getattr__(self, name: str) -> object:
            return getattr(store, name)

    away = Away()
    runner = JobRunner(cast(JobStore, away), work, retry_s=0.01)
    runner.start()

    job = runner.submit({})
    finish(runner, work)

    assert away.failures == 2
    assert runner.get(job.id).state is WorkState.SUCCEEDED
    assert runner.submit({}).state is WorkState.QUEUED  # nothing is in its way
