"""Snapshots on disk: built, published, rolled back, verified, pruned; damage is named."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.errors import (
    DamagedError,
    MissingExtraError,
    NoSnapshotError,
    NotFoundError,
    SnapshotGoneError,
)
from core.filters import Field, Leaf, Op
from core.ports import Snapshot, SnapshotSource, SnapshotStore
from core.progress import SilentProgress
from core.queries import Strategy
from core.types import Artwork
from index.cards import card_of
from index.disk import try_lock
from index.manifest import write_manifest
from index.snapshot_store import DiskSnapshotStore
from tests.indexes import random_source, rows_of, source_of, unit
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


def build(store: SnapshotStore, source: SnapshotSource | None = None) -> str:
    return store.build(source or random_source(50), SilentProgress())


def published(store: SnapshotStore, source: SnapshotSource | None = None) -> str:
    id = build(store, source)
    store.publish(id)
    return id


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "snapshots"


@pytest.fixture
def store(folder: Path) -> SnapshotStore:
    return DiskSnapshotStore(folder)


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
    assert manifest["schema"] == 1
    assert manifest["counts"] == {"artworks": 50, "vectors": 50}
    assert (space["index"], space["vectors"], space["calibration"]) == ("Flat", 50, None)
    assert {"numpy", "bm25s", "faiss-cpu"} <= set(manifest["versions"])
    assert manifest["files"]["rows/years.begin.npy"]["size"] == 128 + 50 * 4


def test_progress_names_every_stage_and_reaches_its_total(store: SnapshotStore) -> None:
    recorder = Recorder()

    store.build(random_source(50), recorder)

    names = ["rows", "lexical", "vectors test@1/catalogue", "check"]
    assert [name for name, _ in recorder.stages] == names
    totals = [total for _, total in recorder.stages if total is not None]
    assert [recorder.done[0], *recorder.done[2:]] == totals


def flip_a_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


@pytest.mark.parametrize(
    "name",
    ["rows/cards.jsonl", "rows/medium.json", "lexical/words.scores.npy", "manifest.json"],
)
@pytest.mark.parametrize("damage", [flip_a_byte, cut, Path.unlink])
def test_verify_names_the_damaged_file(
    store: SnapshotStore, folder: Path, name: str, damage: Callable[[Path], None]
) -> None:
    id = build(store)

    damage(folder / id / name)

    (fault,) = store.verify(id)
    assert name in fault


def test_verify_finds_nothing_wrong_with_a_whole_snapshot(store: SnapshotStore) -> None:
    assert store.verify(build(store)) == []


def test_verify_names_a_file_that_does_not_belong(store: SnapshotStore, folder: Path) -> None:
    id = build(store)

    (folder / id / "rows" / "notes.txt").write_text("mine")

    assert store.verify(id) == ["rows/notes.txt is not in the manifest"]


def forge(folder: Path, id: str, name: str, change: Callable[[bytes], bytes]) -> str:
    """Change a file and write a manifest that agrees with the change."""
    manifest = json.loads((folder / id / "manifest.json").read_text())
    path = folder / id / name
    path.write_bytes(change(path.read_bytes()))
    forged = write_manifest(folder / id, manifest["counts"]["artworks"], manifest["spaces"])
    (folder / id).rename(folder / forged)
    return forged


def test_verify_looks_artworks_up(store: SnapshotStore, folder: Path) -> None:
    id = forge(
        folder, build(store), "rows/ids.txt", lambda ids: ids.replace(b"t:00049", b"a:00049")
    )

    assert store.verify(id) == ["rows: artwork t:00049 is not found by its id"]


def test_verify_searches_every_space(store: SnapshotStore, folder: Path) -> None:
    id = build(store)
    (key,) = DiskSnapshotStore(folder).get(id).spaces

    id = forge(folder, id, f"spaces/{key}/vectors.npy", lambda data: data[:128] + bytes(50 * 8 * 4))

    assert store.verify(id) == [f"spaces/{key}: a vector does not find itself"]


def test_verify_counts_the_artworks(store: SnapshotStore, folder: Path) -> None:
    id = build(store)
    manifest = json.loads((folder / id / "manifest.json").read_text())
    forged = write_manifest(folder / id, 49, manifest["spaces"])
    (folder / id).rename(folder / forged)

    (fault,) = store.verify(forged)
    assert fault.endswith("50 artworks, not 49")


def test_a_file_cut_short_is_not_opened_and_not_published(
    store: SnapshotStore, folder: Path
) -> None:
    first, second = published(store), build(store, random_source(20, seed=1))
    cut(folder / second / "rows" / "cards.jsonl")

    with pytest.raises(DamagedError, match=r"rows/cards\.jsonl has"):
        store.publish(second)

    assert store.current().id == first


def test_a_snapshot_of_another_version_asks_for_a_rebuild(
    store: SnapshotStore, folder: Path
) -> None:
    id = build(store)
    manifest = folder / id / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"schema": 1', '"schema": 99'))

    with pytest.raises(DamagedError, match=r"schema 99, not 1.*vasari index build"):
        store.publish(id)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"live": "../x"}', "\x00"])
def test_a_damaged_pointer_is_named_and_mended_by_a_publish(
    store: SnapshotStore, folder: Path, text: str
) -> None:
    id = published(store)
    (folder / "CURRENT").write_text(text)

    with pytest.raises(DamagedError, match=r"CURRENT.*vasari index publish"):
        store.current()
    assert [entry.is_live for entry in store.entries()] == [False]

    store.publish(id)
    assert store.current().id == id


def test_a_pointer_to_a_snapshot_that_is_gone_is_damage(store: SnapshotStore, folder: Path) -> None:
    (folder / published(store)).rename(folder / "elsewhere")

    with pytest.raises(DamagedError, match=r"manifest\.json"):
        DiskSnapshotStore(folder).current()


def test_pruning_keeps_the_newest_the_live_and_the_previous(store: SnapshotStore) -> None:
    ids = [build(store, random_source(5, seed=seed)) for seed in range(5)]
    newest = max(ids)
    first, second, *_ = sorted(ids)
    store.publish(first)
    store.publish(second)

    removed = store.prune(1)

    assert {entry.id for entry in store.entries()} == {first, second, newest}
    assert sorted([*removed, first, second, newest]) == sorted(ids)
    with pytest.raises(SnapshotGoneError):
        store.get(removed[0])


def test_a_reader_in_flight_keeps_the_old_snapshot_even_when_it_is_deleted(
    store: SnapshotStore,
) -> None:
    old = published(store, random_source(30, seed=7))
    reading = store.current()
    for seed in (8, 9):
        published(store, random_source(10, seed=seed))

    assert store.prune(1) == [old]

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


def test_a_build_that_fails_leaves_nothing(store: SnapshotStore, folder: Path) -> None:
    source = random_source(5)
    wrong = SnapshotSource(6, source.artworks, ())

    with pytest.raises(DamagedError, match="5 artworks came, 6 were announced"):
        build(store, wrong)

    assert [path.name for path in folder.iterdir()] == [".lock"]


def test_artworks_out_of_order_are_refused(store: SnapshotStore) -> None:
    with pytest.raises(DamagedError, match="t:1 comes after t:2"):
        build(store, source_of([Artwork("t:2"), Artwork("t:1")]))


def test_leftovers_of_dead_builds_are_removed_but_not_a_live_one(
    store: SnapshotStore, folder: Path
) -> None:
    for name in (".building-dead", ".building-live", ".deleting-20260101T000000Z-00000000"):
        (folder / name).mkdir(parents=True)
    (folder / ".building-dead" / ".lock").touch()
    held = try_lock(folder / ".building-live" / ".lock")

    id = build(store)

    assert held is not None
    assert sorted(path.name for path in folder.iterdir()) == [".building-live", ".lock", id]


def test_rollback_needs_the_previous_one_to_be_there(store: SnapshotStore, folder: Path) -> None:
    first, _ = published(store), published(store, random_source(20, seed=1))
    (folder / first).rename(folder / "elsewhere")

    with pytest.raises(NotFoundError, match=first):
        store.rollback()


def test_a_damaged_snapshot_is_not_listed(store: SnapshotStore, folder: Path) -> None:
    whole, damaged = build(store), build(store, random_source(20, seed=1))
    (folder / damaged / "manifest.json").write_text("{")

    assert [entry.id for entry in store.entries()] == [whole]


def test_without_faiss_the_error_is_the_install_command(
    store: SnapshotStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "faiss", None)

    with pytest.raises(MissingExtraError, match=r"pip install -e '\.\[cpu\]'"):
        build(store)


def test_a_vector_of_length_2_stops_the_build(store: SnapshotStore) -> None:
    vectors = 2 * unit(np.ones((1, 4)))

    with pytest.raises(DamagedError, match="length 2"):
        build(store, source_of([Artwork("t:1")], rows_of(vectors, np.zeros(1, np.int32))))
