"""Snapshots whose vectors lie in Qdrant: built, published, searched, withdrawn from, pruned."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from qdrant_client import QdrantClient

from cli.index_show import show_manifest
from core.errors import ConfigurationError, DamagedError, NoSnapshotError
from core.filters import Field, Filter, Leaf, Not, Op
from core.ports import SnapshotSource, SnapshotStore
from core.queries import EXACT, Strategy
from core.types import Artwork, Json
from index.qdrant.collections import QdrantCollections
from index.qdrant.publish import alias_name
from index.snapshots.snapshot_store import DiskSnapshotStore
from index.snapshots.uploads import UPLOADS, read_uploads
from tests.indexes import build, published, random_source, source_of, unit
from tests.qdrant_engines import LOCAL_WARNINGS, messy_artworks, open_engine, random_rows

pytestmark = [pytest.mark.filterwarnings(warning) for warning in LOCAL_WARNINGS]

OIL = Leaf(Field.MEDIUM, Op.WORDS, ("oil",))
WHERES: list[Filter | None] = [
    None,
    OIL,
    Not(OIL),
    Leaf(Field.ARTIST, Op.WORDS, ("turner",), role="any"),
    Leaf(Field.SUBJECT, Op.WORDS, ("sea dog", "boat")),
    Leaf(Field.YEAR, Op.OVERLAPS, begin=1500, end=1700),
]


@pytest.fixture
def client() -> Iterator[QdrantClient]:
    with open_engine("local") as client:
        yield client


@pytest.fixture
def served(folder: Path, client: QdrantClient) -> SnapshotStore:
    """The folder of `store`, with Qdrant."""
    return DiskSnapshotStore(folder, qdrant=QdrantCollections(lambda: client))


def messy_source() -> SnapshotSource:
    return source_of(messy_artworks(200, seed=3), random_rows(200, dim=8, seed=4))


def collections(client: QdrantClient) -> set[str]:
    return {found.name for found in client.get_collections().collections}


def card(store: SnapshotStore, id: str) -> Json:
    (found,) = store.get(id).manifest["spaces"].values()
    assert isinstance(found, dict)
    return found


def named(store: SnapshotStore, *ids: str) -> set[str]:
    return {card(store, id)["collection"] for id in ids}


def live_alias(client: QdrantClient) -> dict[str, str]:
    return {a.alias_name: a.collection_name for a in client.get_aliases().aliases}


def test_it_answers_as_a_snapshot_on_disk_does(served: SnapshotStore, tmp_path: Path) -> None:
    here = DiskSnapshotStore(tmp_path / "here")
    for store in (here, served):
        published(store, messy_source())
    query = unit(np.random.default_rng(9).standard_normal((1, 8)))

    for where in WHERES:
        (ours,), (theirs,) = (list(s.current().spaces.values()) for s in (here, served))
        expected, counted = ours.search(query, where, 20, recall=EXACT)
        found, plan = theirs.search(query, where, 20, recall=EXACT)

        assert found.numbers.tolist() == expected.numbers.tolist(), where
        assert found.scores == pytest.approx(expected.scores, abs=1e-6)
        assert (plan.strategy, plan.rows_matching) == (Strategy.QDRANT, counted.rows_matching)


def test_its_folder_has_rows_and_no_vectors(served: SnapshotStore, folder: Path) -> None:
    id = build(served)

    assert not list((folder / id / "spaces").iterdir())
    assert (folder / id / "rows" / "ids.txt").is_file()
    found = card(served, id)
    assert found["index"] == "qdrant"
    assert found["collection"].startswith(f"{alias_name('')}")
    assert {"int8", "costs", "calibration", "drift", "seconds", "memory_bytes"} <= set(found)


def test_its_collection_is_shown(served: SnapshotStore, capsys: pytest.CaptureFixture[str]) -> None:
    id = published(served)

    show_manifest(id, served.current().manifest)

    shown = capsys.readouterr().out
    assert "test@1/catalogue: qdrant, 50 vectors" in shown
    assert card(served, id)["collection"] in shown
    assert "every search is exact" in shown


def test_equal_content_is_uploaded_once(served: SnapshotStore, client: QdrantClient) -> None:
    first, second = build(served), build(served)
    other = build(served, random_source(50, seed=1))

    assert first != second
    assert named(served, first) == named(served, second) != named(served, other)
    assert collections(client) == named(served, first, other)


def test_a_change_of_what_filters_see_is_another_content(served: SnapshotStore) -> None:
    source = random_source(50)
    works = [*source.artworks()]
    retitled = [Artwork(works[0].id, title="Another", medium=works[0].medium), *works[1:]]
    remade = [Artwork(works[0].id, title=works[0].title, medium="Bronze"), *works[1:]]

    first, same, other = (
        build(served, source_of(some, *source.spaces)) for some in (works, retitled, remade)
    )

    assert named(served, first) == named(served, same) != named(served, other)


def test_publish_and_rollback_move_the_alias(served: SnapshotStore, client: QdrantClient) -> None:
    first, second = published(served), published(served, random_source(20, seed=1))
    key = random_source(1).spaces[0].space.key
    assert live_alias(client) == {alias_name(key): card(served, second)["collection"]}

    served.rollback()

    assert served.current().id == first
    assert live_alias(client) == {alias_name(key): card(served, first)["collection"]}


def test_pruning_drops_what_no_kept_snapshot_names(
    served: SnapshotStore, client: QdrantClient, folder: Path
) -> None:
    old, again = build(served), build(served)
    gone = build(served, random_source(20, seed=1))
    live = published(served, random_source(30, seed=2))
    kept = named(served, old, live)
    published(served)  # the content of the oldest two

    pruned = served.prune(1)

    assert sorted(pruned) == sorted([old, again, gone])
    assert collections(client) == kept == read_uploads(folder)
    assert served.verify(served.current().id) == []


def test_what_a_build_that_failed_left_is_dropped(
    served: SnapshotStore, client: QdrantClient
) -> None:
    live = published(served)
    client.create_collection("vasari-of-others", vectors_config={})
    source = random_source(40, seed=1)
    bad = random_rows(60, dim=16, seed=1)  # of more artworks than there are
    with pytest.raises(DamagedError):  # Qdrant has the first space by then
        build(served, replace(source, spaces=(*source.spaces, bad)))
    assert len(collections(client)) == 3

    served.prune(3)

    assert collections(client) == {*named(served, live), "vasari-of-others"}


def test_a_withdrawn_artwork_is_found_in_qdrant_no_more_until_it_is_restored(
    served: SnapshotStore,
) -> None:
    published(served)
    (space,) = served.current().spaces.values()
    query = space.vectors_of(7)

    served.withdraw(["t:00007"])
    hidden, plan = space.search(query, None, 50)
    served.restore(["t:00007"])
    shown, _ = space.search(query, None, 50)

    assert (len(hidden.numbers), plan.rows_matching, shown.numbers[0]) == (49, 49, 7)
    assert 7 not in hidden.numbers


def test_both_kinds_are_kept_side_by_side(store: SnapshotStore, served: SnapshotStore) -> None:
    here, there = published(store), published(served, random_source(20, seed=1))

    assert [len(served.get(id)) for id in (here, there)] == [50, 20]
    assert store.verify(here) == served.verify(here) == served.verify(there) == []
    assert {entry.id for entry in store.entries()} == {here, there}
    assert store.rollback() == here  # the way back needs no Qdrant
    assert store.current().id == here


def test_without_the_setting_it_is_named(store: SnapshotStore, served: SnapshotStore) -> None:
    id = published(served)

    for use in (store.current, lambda: store.get(id), lambda: store.verify(id)):
        with pytest.raises(ConfigurationError, match="VASARI_QDRANT_URL"):
            use()
    with pytest.raises(ConfigurationError, match="VASARI_QDRANT_URL"):
        store.publish(id)


def test_a_collection_that_is_gone_is_a_fault_and_is_not_published(
    served: SnapshotStore, client: QdrantClient
) -> None:
    id = build(served)
    client.delete_collection(card(served, id)["collection"])

    [fault] = served.verify(id)
    with pytest.raises(DamagedError, match="missing"):
        served.publish(id)

    assert "missing" in fault
    with pytest.raises(NoSnapshotError):
        served.current()


def test_vectors_that_are_not_those_of_the_snapshot_are_a_fault(
    served: SnapshotStore, client: QdrantClient
) -> None:
    id = published(served)
    name = card(served, id)["collection"]
    client.delete(name, points_selector=[0, 1])

    assert served.verify(id) == [f"Qdrant collection {name} has 48 vectors, not 50"]


def test_a_damaged_list_of_uploads_stops_the_build_and_is_named(
    served: SnapshotStore, folder: Path
) -> None:
    published(served)
    (folder / UPLOADS).write_text("{}")

    with pytest.raises(DamagedError, match=UPLOADS):
        build(served, random_source(20, seed=1))
    assert served.prune(1) == []
