"""Builds that follow each other: a trained index is used again until its rows have drifted."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.ports import SnapshotSource
from core.progress import SilentProgress
from core.types import Artwork, SpaceField
from index.snapshots.snapshot_store import DiskSnapshotStore
from index.vectors.spec import parse_spec
from tests.indexes import rows_of, source_of, unit

DIM = 16


def source(size: int, *, clusters: int = 20, seed: int = 0) -> SnapshotSource:
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(99).standard_normal((20, DIM))[:clusters]
    near = centres[rng.integers(0, clusters, size)] + 0.4 * rng.standard_normal((size, DIM))
    artworks = [Artwork(f"t:{i:06}") for i in range(size)]
    return source_of(artworks, rows_of(unit(near), np.arange(size, dtype=np.int32)))


def built(store: DiskSnapshotStore, folder: Path, source: SnapshotSource) -> dict[str, Any]:
    id = store.build(source, SilentProgress())
    store.publish(id)
    manifest = json.loads((folder / id / "manifest.json").read_text())
    card: dict[str, Any]
    (card,) = manifest["spaces"].values()
    return card


@pytest.fixture
def store(tmp_path: Path) -> DiskSnapshotStore:
    return DiskSnapshotStore(tmp_path, {SpaceField.CATALOGUE: parse_spec("IVF16,PQ8x4fs")})


def test_the_next_build_fills_the_index_that_was_trained_before(
    store: DiskSnapshotStore, tmp_path: Path
) -> None:
    first = built(store, tmp_path, source(2_000))
    second = built(store, tmp_path, source(2_400, seed=1))

    assert "train" in first["seconds"]
    assert "train" not in second["seconds"]
    assert second["drift"]["vectors_trained"] == 2_000
    assert second["drift"]["retrain"] is None


def test_past_the_limit_the_build_after_trains_anew(
    store: DiskSnapshotStore, tmp_path: Path
) -> None:
    built(store, tmp_path, source(2_000))
    grown = built(store, tmp_path, source(4_100))
    after = built(store, tmp_path, source(4_200))

    assert grown["drift"]["retrain"] == "4100 vectors, trained on 2000"
    assert "train" in after["seconds"]
    assert after["drift"]["vectors_trained"] == 4_200


def test_rows_that_crowd_into_few_cells_are_noticed(
    store: DiskSnapshotStore, tmp_path: Path
) -> None:
    built(store, tmp_path, source(2_000))

    crowded = built(store, tmp_path, source(2_000, clusters=2, seed=3))

    assert crowded["drift"]["imbalance"] > 1.5 * crowded["drift"]["imbalance_trained"]
    assert "imbalance" in crowded["drift"]["retrain"]


def test_another_spec_is_trained_anew(store: DiskSnapshotStore, tmp_path: Path) -> None:
    built(store, tmp_path, source(2_000))
    other = DiskSnapshotStore(tmp_path, {SpaceField.CATALOGUE: parse_spec("IVF8,Flat")})

    card = built(other, tmp_path, source(2_000))

    assert card["index"] == "IVF8,Flat"
    assert card["drift"]["vectors_trained"] == 2_000
    assert "train" in card["seconds"]


def test_a_refilled_index_answers_as_a_new_one_does(
    store: DiskSnapshotStore, tmp_path: Path
) -> None:
    built(store, tmp_path, source(2_000))
    again = source(2_000, seed=7)
    built(store, tmp_path, again)
    (index,) = store.current().spaces.values()
    (rows,) = again.spaces
    query = next(iter(rows.batches()))[:1]

    found, _ = index.search(query, None, 10, recall=0.9)
    exact, _ = index.search(query, None, 10, recall=1)

    assert found.numbers[0] == exact.numbers[0] == 0
    assert len(found.numbers) == 10
