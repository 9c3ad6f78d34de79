"""Leases in SQLite and PostgreSQL: who has what, by the database's clock."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import Engine, select, update

from core.errors import LeaseLostError, StorageError
from core.leases import HeldWork, LeaseRules, LeaseState
from core.spaces import Space
from core.types import Matrix, SpaceField
from db.embeddings import SqlEmbeddingStore
from db.lease_tables import leases
from db.leases import SqlEmbeddingLeases
from db.session import writing
from tests.embedding import CARD

SPACE = Space(SpaceField.CATALOGUE, CARD)
OTHER = Space(SpaceField.PICTURE, CARD)


@pytest.fixture
def work(database: Engine) -> SqlEmbeddingLeases:
    return SqlEmbeddingLeases(database, LeaseRules(lasts_s=60, attempts=2))


def planned(work: SqlEmbeddingLeases, *names: str, mark: str = "monday") -> None:
    plan = work.take_plan(SPACE, mark, "ann", begin=True)
    assert plan is not None
    work.add(plan, SPACE, [(name, [(f"{name}{i}", f"text {i}") for i in (1, 2)]) for name in names])
    work.close_plan(plan)


def vectors(count: int) -> Matrix:
    return np.eye(4, dtype=np.float32)[:count]


def time_passes(database: Engine) -> None:
    """Have every lease run out."""
    with writing(database) as connection:
        past = datetime.now(UTC) - timedelta(days=1)
        connection.execute(update(leases).values(expires_at=past))


def taken(work: SqlEmbeddingLeases, holder: str) -> HeldWork:
    held = work.take(SPACE, holder)
    assert held is not None
    return held


def test_each_item_is_given_to_one_worker(work: SqlEmbeddingLeases) -> None:
    planned(work, "a", "b")

    first, second, third = (work.take(SPACE, holder) for holder in ("ann", "bob", "cem"))

    assert first
    assert second
    assert first.contents == (("a1", "text 1"), ("a2", "text 2"))
    assert (second.contents[0], third) == (("b1", "text 1"), None)
    assert work.take(OTHER, "cem") is None


def test_many_threads_take_each_item_once(work: SqlEmbeddingLeases) -> None:
    planned(work, *(f"{i:02}" for i in range(20)))

    def take_all(holder: str) -> list[int]:
        return list(keys(work, holder))

    with ThreadPoolExecutor(4) as pool:
        found = [key for part in pool.map(take_all, "abcd") for key in part]

    assert len(found) == len(set(found)) == 20


def keys(work: SqlEmbeddingLeases, holder: str) -> Iterator[int]:
    while held := work.take(SPACE, holder):
        yield held.key


def test_finishing_keeps_the_embeddings_and_the_item_is_done(
    work: SqlEmbeddingLeases, database: Engine
) -> None:
    planned(work, "a", "b")

    work.finish(taken(work, "ann"), SPACE, ["a1", "a2"], vectors(2))

    assert SqlEmbeddingStore(database).missing(SPACE, ["a1", "a2", "b1"]) == {"b1"}
    counts = work.counts(SPACE)
    assert counts.items == {LeaseState.DONE: 1, LeaseState.WAITING: 1}
    assert counts.contents == {LeaseState.DONE: 2, LeaseState.WAITING: 2}
    assert counts.contents_per_s == 2  # of the first second
    assert work.planned(SPACE) == {"b1", "b2"}


def test_who_was_away_too_long_writes_nothing(work: SqlEmbeddingLeases, database: Engine) -> None:
    planned(work, "a")
    away = taken(work, "ann")
    time_passes(database)
    other = taken(work, "bob")

    with pytest.raises(LeaseLostError):
        work.finish(away, SPACE, ["a1", "a2"], vectors(2))
    with pytest.raises(LeaseLostError):
        work.renew(away)

    assert SqlEmbeddingStore(database).missing(SPACE, ["a1", "a2"]) == {"a1", "a2"}
    work.finish(other, SPACE, ["a1", "a2"], vectors(2))
    assert not work.is_open(SPACE)


def test_embeddings_that_cannot_be_kept_leave_the_item_undone(work: SqlEmbeddingLeases) -> None:
    planned(work, "a")
    held = taken(work, "ann")

    with pytest.raises(ValueError, match="takes finite vectors"):
        work.finish(held, SPACE, ["a1", "a2"], vectors(1))

    assert work.counts(SPACE).items == {LeaseState.HELD: 1}


def test_a_renewed_lease_is_nobody_elses(work: SqlEmbeddingLeases, database: Engine) -> None:
    planned(work, "a")
    held = taken(work, "ann")
    time_passes(database)

    work.renew(held)

    assert work.take(SPACE, "bob") is None


def test_an_item_that_fails_twice_is_set_aside_until_it_is_retried(
    work: SqlEmbeddingLeases,
) -> None:
    planned(work, "a", "b")
    for _ in range(2):
        work.fail(taken(work, "ann"), "RuntimeError: odd")
        work.give_back(taken(work, "bob"))
    assert work.counts(SPACE).items == {LeaseState.WAITING: 2}

    for _ in range(2):
        work.fail(taken(work, "ann"), "RuntimeError: odd")

    assert work.take(SPACE, "ann") is None
    assert work.counts(SPACE).errors == ("RuntimeError: odd",) * 2
    assert work.planned(SPACE) == {"a1", "a2", "b1", "b2"}
    assert work.retry(SPACE) == 2
    assert work.take(SPACE, "ann")


def test_one_worker_plans_and_again_only_when_there_is_reason(work: SqlEmbeddingLeases) -> None:
    plan = work.take_plan(SPACE, "monday", "ann", begin=True)
    assert plan
    assert work.take_plan(SPACE, "monday", "bob", begin=True) is None
    work.add(plan, SPACE, [("a", [("a1", "text")])])
    work.close_plan(plan)

    assert work.take_plan(SPACE, "monday", "bob", begin=True) is None
    assert work.take_plan(SPACE, "tuesday", "bob", begin=False) is None
    assert work.take_plan(SPACE, "tuesday", "bob", begin=True)


def test_a_planner_that_was_away_too_long_adds_nothing(
    work: SqlEmbeddingLeases, database: Engine
) -> None:
    away = work.take_plan(SPACE, "monday", "ann", begin=True)
    assert away
    time_passes(database)
    other = work.take_plan(SPACE, "monday", "bob", begin=False)

    with pytest.raises(LeaseLostError):
        work.add(away, SPACE, [("a", [("a1", "text")])])

    assert other
    work.add(other, SPACE, [("a", [("a1", "text")])])
    assert work.planned(SPACE) == {"a1"}


def test_a_new_plan_after_all_was_done_forgets_what_was_done(work: SqlEmbeddingLeases) -> None:
    planned(work, "a")
    work.finish(taken(work, "ann"), SPACE, ["a1", "a2"], vectors(2))

    planned(work, "a", "b")

    assert work.counts(SPACE).items == {LeaseState.WAITING: 2}


def test_a_worker_that_falls_silent_with_a_row_locked_is_cut_off(
    database: Engine,
) -> None:
    if database.dialect.name == "sqlite":
        pytest.skip("one machine, one writer: whoever is stopped there stops all")
    work = SqlEmbeddingLeases(database, LeaseRules(lasts_s=0.2))
    planned(work, "a")
    held = taken(work, "ann")

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(wait_for_item, work)
        with pytest.raises(StorageError):
            fall_silent(work, held, other)

    work.finish(other.result(), SPACE, ["a1", "a2"], vectors(2))


def wait_for_item(work: SqlEmbeddingLeases) -> HeldWork:
    while True:
        if held := work.take(SPACE, "bob"):
            return held
        time.sleep(0.02)


def fall_silent(work: SqlEmbeddingLeases, held: HeldWork, other: Future[HeldWork]) -> None:
    """Lock the row of an item, and say nothing until another worker has it."""
    with work._changing(held) as (connection, _):
        other.result()
        connection.execute(select(leases))
