"""The checks of a snapshot before it goes live, over snapshots that are damaged on purpose."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from core.filters import Filter
from core.ports import Snapshot, VectorIndex
from core.queries import EXACT, Candidates, Plan
from core.types import Matrix, Numbers
from index.snapshots.snapshot_store import DiskSnapshotStore
from search.snapshot_checks import (
    SqlCounts,
    check_checksums,
    check_counts,
    check_recall,
    check_relevance,
    check_selectors,
)
from tests.indexes import published, random_source, rows_of, source_of


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    store = DiskSnapshotStore(tmp_path)
    published(store, random_source(400))
    return store.current()


def space_of(snapshot: Snapshot) -> VectorIndex:
    (space,) = snapshot.spaces.values()
    return space


@dataclass
class Faulty:
    """A space whose default search answers wrongly; exact search is right."""

    right: VectorIndex
    lost: int = 0  # of its ten hits
    keeps_filter: bool = True

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the right one has
        return getattr(self.right, name)

    def search(
        self, vector: Matrix, where: Filter | None, k: int, *, recall: float = 0.99
    ) -> tuple[Candidates, Plan]:
        found, plan = self.right.search(
            vector, where if self.keeps_filter else None, k, recall=recall
        )
        if recall >= EXACT:
            return found, plan
        return Candidates(found.numbers[self.lost :], found.scores[self.lost :]), plan


def test_a_whole_snapshot_passes_every_check(snapshot: Snapshot) -> None:
    space = space_of(snapshot)
    sql = SqlCounts(400, {space.space.key: 400})

    checks = [
        check_checksums([]),
        *check_counts(snapshot, sql),
        check_recall(snapshot, space),
        check_selectors(snapshot, space),
        check_relevance(lambda: 0.9, 0.8),
    ]

    assert [check.name for check in checks if not check.passed] == []
    assert len(checks) == 6
    assert checks[3].measured == 1.0


def test_counts_that_differ_from_sql_are_named(snapshot: Snapshot) -> None:
    sql = SqlCounts(401, {space_of(snapshot).space.key: 399, "another": 5, "empty": 0})

    checks = list(check_counts(snapshot, sql))

    assert not any(check.passed for check in checks)
    assert {(c.measured, c.least) for c in checks} == {(400, 401), (400, 399), (0, 5)}


@pytest.mark.parametrize(("lost", "passes"), [(0, True), (1, False), (5, False)])
def test_an_index_that_loses_a_tenth_of_its_hits_fails(
    snapshot: Snapshot, lost: int, passes: bool
) -> None:
    faulty = cast("VectorIndex", Faulty(space_of(snapshot), lost=lost))

    check = check_recall(snapshot, faulty)

    assert check.passed is passes
    assert check.measured == pytest.approx(1 - lost / 10)


def test_a_filter_that_is_ignored_is_noticed(snapshot: Snapshot) -> None:
    faulty = cast("VectorIndex", Faulty(space_of(snapshot), keeps_filter=False))

    check = check_selectors(snapshot, faulty)

    assert not check.passed
    assert "does not match" in check.detail


def test_a_filtered_search_that_comes_short_is_noticed(snapshot: Snapshot) -> None:
    faulty = cast("VectorIndex", Faulty(space_of(snapshot), lost=1))

    assert "9 hits, though" in check_selectors(snapshot, faulty).detail


def test_a_space_without_vectors_has_nothing_to_fail(tmp_path: Path) -> None:
    store = DiskSnapshotStore(tmp_path)
    nothing = rows_of(np.zeros((0, 4), np.float32), np.zeros(0, np.int32))
    published(store, source_of([], nothing))
    snapshot = store.current()

    for check in (check_recall, check_selectors):
        assert check(snapshot, space_of(snapshot)).passed


def test_a_space_of_a_few_artworks_among_many_is_sampled(tmp_path: Path) -> None:
    store = DiskSnapshotStore(tmp_path)
    source = random_source(9_000)
    few: Numbers = np.array([17, 5_000, 8_999], np.int32)
    vectors = np.eye(4, dtype=np.float32)[:3]
    published(store, replace(source, spaces=[rows_of(vectors, few)]))
    snapshot = store.current()

    check = check_recall(snapshot, space_of(snapshot))

    assert check.measured == 1.0


def test_what_answers_too_badly_says_how_badly() -> None:
    check = check_relevance(lambda: 0.5, 0.8)

    assert (check.passed, check.measured, check.least) == (False, 0.5, 0.8)
    assert check.detail == "nDCG@10 0.500 on the judged queries is below 0.8"
