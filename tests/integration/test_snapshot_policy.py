"""Which old snapshots are kept, what is remembered of them, and who has one open."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from core.ports import SnapshotStore
from core.snapshots import Check, Checked
from index.snapshots.history import HISTORY
from index.snapshots.snapshot_store import DiskSnapshotStore
from tests.indexes import build, published, random_source
from tests.processes import PROCESSES

NOON = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


def publish_some(store: SnapshotStore, count: int) -> list[str]:
    return [published(store, random_source(5, seed=seed)) for seed in range(count)]


def open_and_wait(folder: str, id: str, pipe: Connection) -> None:
    snapshot = DiskSnapshotStore(Path(folder)).get(id)
    pipe.send(snapshot.id)
    pipe.recv()


@contextmanager
def opened_elsewhere(folder: Path, id: str) -> Iterator[None]:
    """Let another process have a snapshot open, and kill it in the end."""
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=open_and_wait, args=(str(folder), id, theirs))
    process.start()
    try:
        assert ours.recv() == id
        yield
    finally:
        process.kill()
        process.join()
        ours.close()
        theirs.close()


def test_what_was_live_within_the_time_is_not_pruned(store: SnapshotStore) -> None:
    first, second, *_ = publish_some(store, 4)

    assert store.prune(1, pin_minutes=60) == []
    assert sorted(store.prune(1)) == sorted([first, second])


def test_what_was_live_before_the_time_is_pruned(store: SnapshotStore, folder: Path) -> None:
    first, *_ = publish_some(store, 3)
    history = json.loads((folder / HISTORY).read_text())
    history["periods"][0] |= {"begin": NOON.isoformat(), "end": NOON.isoformat()}
    (folder / HISTORY).write_text(json.dumps(history))

    assert store.prune(1, pin_minutes=60) == [first]


def test_a_snapshot_that_another_process_has_open_is_kept_until_that_one_is_killed(
    store: SnapshotStore, folder: Path
) -> None:
    first, *_ = publish_some(store, 3)

    with opened_elsewhere(folder, first):
        assert store.prune(1) == []
        assert next(f for f in store.facts() if f.entry.id == first).is_in_use

    assert store.prune(1) == [first]


def test_a_snapshot_that_a_search_is_at_is_kept_until_it_ends(store: SnapshotStore) -> None:
    first = published(store, random_source(5, seed=9))
    reading = store.current()
    publish_some(store, 2)

    assert store.prune(1) == []
    assert len(reading) == 5
    del reading

    assert store.prune(1) == [first]


def test_the_history_says_what_was_live_from_when_to_when(store: SnapshotStore) -> None:
    first, second = publish_some(store, 2)
    store.rollback()

    facts = {one.entry.id: one for one in store.facts(pin_minutes=60)}

    again, before = facts[first].live
    (only,) = facts[second].live
    assert before.end == only.begin
    assert only.end == again.begin
    assert again.end is None
    assert before.end is not None
    assert facts[first].pinned_until == before.end + timedelta(minutes=60)


def test_a_publish_that_a_kill_kept_from_the_history_is_noted_by_the_next_who_looks(
    store: SnapshotStore, folder: Path
) -> None:
    first, second = published(store), build(store, random_source(5, seed=1))
    (folder / "CURRENT").write_text(json.dumps({"live": second, "previous": first}))

    live = {one.entry.id: one.live for one in store.facts()}

    assert live[first][0].end == live[second][0].begin
    assert live[second][0].end is None


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"periods": [{"snapshot": 1}], "checked": {}}', '{"periods": [], "checked": []}'],
)
def test_a_damaged_history_begins_anew(store: SnapshotStore, folder: Path, text: str) -> None:
    (id,) = publish_some(store, 1)
    (folder / HISTORY).write_text(text)

    (facts,) = store.facts()

    assert [period.snapshot for period in facts.live] == [id]


def test_checks_are_remembered_as_long_as_their_snapshot_is_kept(
    store: SnapshotStore, folder: Path
) -> None:
    checked = Checked(NOON, (Check("relevance", True, "nDCG@10 0.9", 0.9, 0.5),))
    first, second, third = publish_some(store, 3)
    store.keep_checks(first, checked)
    assert store.facts()[-1].checked == checked

    store.prune(1)
    store.keep_checks(second, checked)

    assert set(json.loads((folder / HISTORY).read_text())["checked"]) == {second}
    assert third in {one.entry.id for one in store.facts()}


def test_only_what_was_never_live_can_be_discarded(store: SnapshotStore) -> None:
    live, new = published(store), build(store, random_source(5, seed=1))

    store.discard(live)
    store.discard(new)

    assert [entry.id for entry in store.entries()] == [live]


def test_facts_name_encoders_and_counts(store: SnapshotStore) -> None:
    published(store, random_source(50))

    (facts,) = store.facts()
    (space,) = facts.spaces

    assert (space.name, space.vectors, space.artworks) == ("test@1/catalogue", 50, 50)
    assert (space.encoder["name"], space.encoder["dim"]) == ("test", 8)
    assert facts.is_in_use is False


def test_a_closed_store_leaves_no_descriptor_open(folder: Path) -> None:
    store = DiskSnapshotStore(folder)
    published(store)
    before = len([*Path("/proc/self/fd").iterdir()])

    for _ in range(3):
        assert len(DiskSnapshotStore(folder).current()) == 50

    assert len([*Path("/proc/self/fd").iterdir()]) == before
