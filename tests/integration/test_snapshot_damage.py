"""Damage to snapshots is named, and leaves the live one serving."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.errors import (
    DamagedError,
    MissingExtraError,
    NotFoundError,
)
from core.locks import try_lock
from core.ports import SnapshotSource, SnapshotStore
from core.types import Artwork
from index.snapshots.manifest import write_manifest
from index.snapshots.snapshot_store import DiskSnapshotStore
from tests.indexes import build, published, random_source, rows_of, source_of, unit


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
    manifest.write_text(manifest.read_text().replace('"schema": 3', '"schema": 99'))

    with pytest.raises(DamagedError, match=r"schema 99, not 3.*vasari index build"):
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
