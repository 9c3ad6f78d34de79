"""Runs, jobs and rows about snapshots, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import StatementError

from core.errors import JobEndedError, JobRunningError, NotFoundError
from core.records import IngestRun, Job, SnapshotEntry, WorkState
from db.jobs import SqlJobStore
from db.runs import SqlRunStore
from db.session import open_database
from db.snapshots import SqlSnapshotLog

NOON_IN_BERLIN = datetime(2025, 7, 1, 12, 0, 0, 123456, timezone(timedelta(hours=2)))


@pytest.fixture
def runs(database: Engine) -> SqlRunStore:
    return SqlRunStore(database)


@pytest.fixture
def jobs(database: Engine) -> SqlJobStore:
    return SqlJobStore(database)


def test_an_unfinished_run_over_the_same_data_is_taken_up(runs: SqlRunStore) -> None:
    run = runs.start("tate", "abc")
    halfway = replace(run, position=500, created=499, quarantined=1, faults=("row 7: no id",))
    runs.save(halfway)

    again = runs.start("tate", "abc")

    assert again == halfway
    assert again.state is WorkState.RUNNING


@pytest.mark.parametrize("end", [WorkState.SUCCEEDED, WorkState.FAILED])
def test_a_finished_run_is_not_taken_up(runs: SqlRunStore, end: WorkState) -> None:
    first = runs.start("tate", "abc")
    finished = replace(first, state=end, finished_at=NOON_IN_BERLIN, error="why")
    runs.save(finished)

    second = runs.start("tate", "abc")

    assert second.id != first.id
    assert second.position == 0
    assert runs.latest() == [second, finished]
    assert runs.latest(limit=1) == [second]


def test_a_run_over_other_data_or_of_another_source_is_another_run(runs: SqlRunStore) -> None:
    nga, old = runs.start("nga", "abc"), runs.start("tate", "abc")

    new = runs.start("tate", "def")

    assert new.id != old.id
    assert runs.start("nga", "abc") == nga
    closed = runs.latest()[1]
    assert (closed.id, closed.state) == (old.id, WorkState.FAILED)
    assert closed.finished_at == new.started_at
    assert closed.error == "the data of the source changed before the run was finished"


def test_times_are_moments_in_utc(runs: SqlRunStore) -> None:
    run = runs.start("tate", "abc")
    runs.save(replace(run, finished_at=NOON_IN_BERLIN))

    read = runs.latest()[0]

    assert read.finished_at == datetime(2025, 7, 1, 10, 0, 0, 123456, UTC)
    assert read.finished_at.tzinfo is UTC
    assert read.started_at == run.started_at
    assert abs(datetime.now(UTC) - read.started_at) < timedelta(hours=1)


def test_a_time_without_a_zone_is_refused(runs: SqlRunStore) -> None:
    run = runs.start("tate", "abc")

    with pytest.raises(StatementError, match="has no time zone"):
        runs.save(replace(run, finished_at=datetime(2025, 7, 1)))


def test_what_was_never_started_cannot_be_saved(runs: SqlRunStore, jobs: SqlJobStore) -> None:
    with pytest.raises(NotFoundError):
        runs.save(IngestRun("?", "tate", "abc", WorkState.RUNNING, NOON_IN_BERLIN))
    with pytest.raises(NotFoundError):
        jobs.save(Job("?", "reindex", WorkState.RUNNING, {}, NOON_IN_BERLIN))
    with pytest.raises(NotFoundError):
        jobs.get("?\0")


def test_a_job_is_kept_through_its_states(jobs: SqlJobStore) -> None:
    job = jobs.create("reindex", {"spaces": None, "embed": "missing"})
    running = replace(
        job, state=WorkState.RUNNING, started_at=NOON_IN_BERLIN, stage="embed", done=3, total=9
    )
    jobs.save(running)

    assert job.state is WorkState.QUEUED
    assert jobs.get(job.id) == running
    assert jobs.unfinished() == [running]


@pytest.mark.parametrize("state", [WorkState.QUEUED, WorkState.RUNNING])
def test_one_job_at_a_time(jobs: SqlJobStore, state: WorkState) -> None:
    job = jobs.create("reindex", {})
    jobs.save(replace(job, state=state))

    with pytest.raises(JobRunningError) as caught:
        jobs.create("reindex", {})

    assert caught.value.job_id == job.id
    assert len(jobs.latest()) == 1


@pytest.mark.parametrize("end", [WorkState.SUCCEEDED, WorkState.FAILED])
def test_after_the_end_of_a_job_there_is_room_for_the_next(
    jobs: SqlJobStore, end: WorkState
) -> None:
    first = replace(jobs.create("reindex", {}), state=end, result={"artworks": 2}, error="why")
    jobs.save(first)

    second = jobs.create("reindex", {"embed": "all"})

    assert jobs.unfinished() == [second]
    assert jobs.latest() == [second, first]


def test_of_many_processes_one_creates_the_job(database_url: str) -> None:
    def create(_: int) -> str:
        engine = open_database(database_url)  # nothing is shared with the others but the database
        try:
            return SqlJobStore(engine).create("reindex", {}).id
        except JobRunningError as error:
            return error.job_id
        finally:
            engine.dispose()

    with ThreadPoolExecutor(6) as pool:
        ids = list(pool.map(create, range(12)))

    assert len(set(ids)) == 1


def test_of_many_processes_all_take_up_the_same_run(database_url: str) -> None:
    def start(_: int) -> str:
        engine = open_database(database_url)
        try:
            return SqlRunStore(engine).start("tate", "abc").id
        finally:
            engine.dispose()

    with ThreadPoolExecutor(6) as pool:
        ids = list(pool.map(start, range(12)))

    assert len(set(ids)) == 1


OLD = SnapshotEntry("20250101T000000Z-aaaaaaaa", NOON_IN_BERLIN, 2, 2**40, True, False, ("s",))
NEW = SnapshotEntry("20250102T000000Z-bbbbbbbb", NOON_IN_BERLIN, 3, 10, True, False, ("s", "t"))


def test_rows_about_snapshots_follow_what_is_on_disk(database: Engine) -> None:
    log = SqlSnapshotLog(database)
    log.record([OLD])
    demoted = replace(OLD, is_live=False, is_previous=True)

    log.record([NEW, demoted])
    assert log.entries() == [NEW, demoted]

    log.record([NEW])
    assert log.entries() == [NEW]

    log.record([])
    assert log.entries() == []


def test_a_queued_job_is_cancelled_at_once_and_makes_room(jobs: SqlJobStore) -> None:
    job = jobs.create("reindex", {})

    cancelled = jobs.request_cancel(job.id)

    assert (cancelled.state, cancelled.cancel_requested) == (WorkState.CANCELLED, True)
    assert cancelled.finished_at is not None
    with pytest.raises(JobEndedError):
        jobs.save(replace(job, state=WorkState.RUNNING))
    assert jobs.create("reindex", {}).state is WorkState.QUEUED


def test_a_running_job_is_asked_to_end_and_goes_on_saving(jobs: SqlJobStore) -> None:
    running = replace(jobs.create("reindex", {}), state=WorkState.RUNNING)
    jobs.save(running)

    asked = jobs.request_cancel(running.id)
    jobs.save(replace(running, done=4, rate_per_s=2.0, remaining_s=3.5))

    assert asked.state is WorkState.RUNNING
    kept = jobs.get(running.id)
    assert (kept.cancel_requested, kept.done, kept.rate_per_s, kept.remaining_s) == (
        True,
        4,
        2.0,
        3.5,
    )


def test_a_job_that_is_over_cannot_be_cancelled(jobs: SqlJobStore) -> None:
    job = jobs.create("reindex", {})
    jobs.save(replace(job, state=WorkState.SUCCEEDED))

    with pytest.raises(JobEndedError, match=job.id):
        jobs.request_cancel(job.id)
    with pytest.raises(NotFoundError):
        jobs.request_cancel("?\0")
    assert jobs.get(job.id).state is WorkState.SUCCEEDED
