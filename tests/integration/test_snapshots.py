"""Snapshots on disk: built, published, rolled back, listed, pruned."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from core.errors import (
    NoSnapshotError,
    NotFoundError,
    SnapshotGoneError,
)
from core.filters import Field, Leaf, Op
from core.ports import Snapshot, SnapshotStore
from core.queries import Strategy
from core.types import Artwork
from index.rows.cards import card_of
from index.snapshots.snapshot_store import DiskSnapshotStore
from tests.indexes import build, published, random_source, rows_of, source_of
from tests.processes import PROCESSES


class Recorder:
    """Keeps the stages that it is told of."""

    def __init__(self) -> None:
        self.stages: list[tuple[str, int | None]] = []
        self.done: list[int] = []

    def begin(self, stage: str, total: int | None, unit: str) -> None:  # noqa: ARG002 - a protocol's
        self.stages.append((stage, total))
        self.done.append(0)

    def advance(self, count: int = 1) -> None:
        self.done[-1] += count


def titles(snapshot: Snapshot, text: str = "storm") -> set[str]:
    found, _ = snapshot.lexical.search(text, None, 100)
    return {str(card["title"]) for card in snapshot.cards(found.numbers)}


def test_nothing_is_live_before_the_first_publish(store: SnapshotStore) -> None:
    with pytest.raises(NoSnapshotError):
        store.current()
    with pytest.raises(NoSnapshotError):
        store.rollback()

    build(store)

    with pytest.raises(NoSnapshotError):
        store.current()


def test_a_published_snapshot_answers(store: SnapshotStore) -> None:
    id = published(store)

    snapshot = store.current()

    oil = Leaf(Field.MEDIUM, Op.WORDS, ("oil",))
    (space,) = snapshot.spaces.values()
    found, plan = space.search(space.vectors_of(3), oil, 5)
    assert (snapshot.id, len(snapshot)) == (id, 50)
    assert snapshot.columns.select(oil).count == 17
    assert found.numbers[0] == 3
    assert (plan.strategy, plan.rows_matching) == (Strategy.GATHER, 17)
    assert snapshot.number_of("t:00007") == 7
    assert snapshot.number_of("t:7") is None
    assert snapshot.artwork_ids(np.array([9, 2], np.int32)) == ["t:00009", "t:00002"]


def test_cards_are_those_of_the_artworks(store: SnapshotStore) -> None:
    works = [Artwork("t:1", title="Le Bœuf\nécorché"), Artwork("t:é", begin=-563)]
    published(store, source_of(works))

    cards = store.current().cards(np.array([1, 0], np.int32))

    assert cards == [card_of(works[1]), card_of(works[0])]


def test_an_empty_collection_can_be_published(store: SnapshotStore) -> None:
    empty = source_of([], rows_of(np.zeros((0, 4), np.float32), np.zeros(0, np.int32)))
    id = published(store, empty)

    snapshot = store.current()

    assert len(snapshot) == 0
    assert titles(snapshot) == set()
    assert store.verify(id) == []


def test_publishing_replaces_the_live_one_and_rollback_brings_it_back(
    store: SnapshotStore,
) -> None:
    first, second = published(store), published(store, random_source(20, seed=1))
    assert store.current().id == second

    assert store.rollback() == first
    assert store.current().id == first

    assert store.rollback() == second
    assert store.current().id == second


def test_there_is_no_rollback_before_a_second_publish(store: SnapshotStore) -> None:
    published(store)

    with pytest.raises(NotFoundError):
        store.rollback()


def test_publishing_again_keeps_the_previous_one(store: SnapshotStore) -> None:
    first, second = published(store), published(store, random_source(20, seed=1))

    store.publish(second)

    assert store.rollback() == first


@pytest.mark.parametrize("id", ["20260101T000000Z-00000000", "../elsewhere", ""])
def test_an_unknown_snapshot_cannot_be_used(store: SnapshotStore, id: str) -> None:
    published(store)

    for use in (store.publish, store.verify):
        with pytest.raises(NotFoundError):
            use(id)
    with pytest.raises(SnapshotGoneError):
        store.get(id)


def test_entries_tell_what_is_kept(store: SnapshotStore) -> None:
    first, second = published(store), published(store, random_source(20, seed=1))

    newest, oldest = sorted(store.entries(), key=lambda entry: entry.artworks)

    assert (newest.id, newest.artworks, newest.is_live, newest.is_previous) == (
        second,
        20,
        True,
        False,
    )
    assert (oldest.id, oldest.artworks, oldest.is_live, oldest.is_previous) == (
        first,
        50,
        False,
        True,
    )
    assert newest.spaces == ("test@1/catalogue",)
    assert newest.size_bytes > 20 * 8 * 4


def test_the_manifest_tells_how_it_was_made(store: SnapshotStore, folder: Path) -> None:
    id = build(store)

    manifest = json.loads((folder / id / "manifest.json").read_text())

    (space,) = manifest["spaces"].values()
    assert manifest["schema"] == 3
    assert manifest["counts"] == {"artworks": 50, "vectors": 50}
    assert (space["index"], space["vectors"], space["calibration"]) == ("Flat", 50, None)
    assert {"numpy", "PyStemmer", "faiss-cpu"} <= set(manifest["versions"])
    assert manifest["files"]["rows/years.begin.npy"]["size"] == 128 + 50 * 4


def test_progress_names_every_stage_and_reaches_its_total(store: SnapshotStore) -> None:
    recorder = Recorder()

    store.build(random_source(50), recorder)

    names = ["rows", "lexical", "vectors test@1/catalogue", "check"]
    assert [name for name, _ in recorder.stages] == names
    totals = [total for _, total in recorder.stages if total is not None]
    assert [recorder.done[0], *recorder.done[2:]] == totals


def test_pruning_keeps_the_newest_the_live_and_the_previous(store: SnapshotStore) -> None:
    ids = [build(store, random_source(5, seed=seed)) for seed in range(5)]
    first, second, *_, newest = ids
    store.publish(first)
    store.publish(second)

    removed = store.prune(1)

    assert {entry.id for entry in store.entries()} == {first, second, newest}
    assert sorted([*removed, first, second, newest]) == sorted(ids)
    with pytest.raises(SnapshotGoneError):
        store.get(removed[0])


def test_a_reader_in_flight_keeps_the_old_snapshot_even_when_it_is_deleted(
    store: SnapshotStore, folder: Path
) -> None:
    old = published(store, random_source(30, seed=7))
    reading = store.current()
    for seed in (8, 9):
        published(store, random_source(10, seed=seed))

    shutil.rmtree(folder / old)

    assert len(titles(reading)) == 30
    assert store.current().id != old


def test_an_older_snapshot_stays_open_for_its_cursors(store: SnapshotStore) -> None:
    old = published(store)
    reading = store.current()

    published(store, random_source(10, seed=1))

    assert store.get(old) is reading


def publish_elsewhere(folder: str) -> None:
    published(DiskSnapshotStore(Path(folder)), random_source(20, seed=1))


def test_a_publish_by_another_process_is_seen(store: SnapshotStore, folder: Path) -> None:
    first = published(store)
    assert store.current().id == first

    process = PROCESSES.Process(target=publish_elsewhere, args=(str(folder),))
    process.start()
    process.join()

    assert process.exitcode == 0
    assert len(store.current()) == 20
