"""Artworks withdrawn from search: at once, in every process, on every snapshot, until restored."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import DamagedError, NoSnapshotError, NotFoundError
from core.filters import Field, Filter, Leaf, Not, Op
from core.ports import SnapshotStore
from core.queries import Query, SearchPage
from core.settings import load_settings
from index.snapshots.snapshot_store import DiskSnapshotStore
from search.build_encoders import build_encoders
from search.engine import SearchEngine
from tests.indexes import published, random_source
from tests.processes import PROCESSES

OIL = Leaf(Field.MEDIUM, Op.WORDS, ("oil",))  # numbers 0, 3, 6 … of the 50
WANTED: dict[Filter | None, Callable[[int], bool]] = {
    None: lambda _: True,
    OIL: lambda number: number % 3 == 0,
    Not(OIL): lambda number: number % 3 > 0,
}
LEXICAL_ALONE = {"catalogue": 0.0, "text_picture": 0.0}
IDS = [f"t:{i:05}" for i in range(50)]


@pytest.fixture
def elsewhere(folder: Path) -> SnapshotStore:
    """Open the same folder as another process would."""
    return DiskSnapshotStore(folder)


def shown(store: SnapshotStore, where: Filter | None = None) -> list[str]:
    snapshot = store.current()
    return snapshot.artwork_ids(snapshot.columns.select(where).numbers)


def engine_over(store: SnapshotStore) -> SearchEngine:
    return SearchEngine(store, build_encoders(load_settings({})))


def pages(engine: SearchEngine, query: Query) -> Iterator[SearchPage]:
    page = engine.search(query)
    yield page
    while page.cursor:
        page = engine.search(replace(query, cursor=page.cursor))
        yield page


def test_withdrawn_artworks_are_gone_at_once_and_back_when_restored(store: SnapshotStore) -> None:
    published(store)

    store.withdraw(["t:00003", "t:00000", "t:00003"])
    assert store.withdrawn() == ["t:00000", "t:00003"]
    assert shown(store, OIL) == IDS[6::3]
    assert store.current().number_of("t:00003") is None

    store.restore(["t:00003"])
    assert store.withdrawn() == ["t:00000"]
    assert shown(store, OIL) == IDS[3::3]
    assert store.current().number_of("t:00003") == 3


def test_another_store_over_the_folder_sees_each_change(
    store: SnapshotStore, elsewhere: SnapshotStore
) -> None:
    published(store)
    assert shown(elsewhere) == IDS

    for withdrawn in range(1, 4):
        store.withdraw([IDS[withdrawn]])
        assert shown(elsewhere) == [IDS[0], *IDS[withdrawn + 1 :]]

    elsewhere.restore(IDS)
    assert shown(store) == IDS


def withdraw_elsewhere(folder: str) -> None:
    DiskSnapshotStore(Path(folder)).withdraw([IDS[7]])


def test_a_withdrawal_by_another_process_is_seen(store: SnapshotStore, folder: Path) -> None:
    published(store)
    assert len(shown(store)) == 50

    process = PROCESSES.Process(target=withdraw_elsewhere, args=(str(folder),))
    process.start()
    process.join()

    assert process.exitcode == 0
    assert shown(store) == [*IDS[:7], *IDS[8:]]


def test_it_holds_for_later_builds_and_for_the_snapshot_of_a_cursor(store: SnapshotStore) -> None:
    old = published(store)
    store.withdraw([IDS[1]])

    published(store, random_source(50, seed=1))

    assert IDS[1] not in shown(store)
    assert store.get(old).number_of(IDS[1]) is None
    store.restore([IDS[1]])
    assert store.get(old).number_of(IDS[1]) == 1


def test_the_live_one_heeds_it_even_after_cursors_opened_many_others(store: SnapshotStore) -> None:
    ids = [published(store, random_source(50, seed=seed)) for seed in range(6)]
    live = store.current()
    for id in ids[:5]:
        store.get(id)

    store.withdraw([IDS[1]])
    store.get(ids[0])

    assert live.id == store.current().id
    assert IDS[1] not in shown(store)


def test_ids_that_no_snapshot_has_are_kept_for_later_builds(store: SnapshotStore) -> None:
    published(store, random_source(10))

    store.withdraw([IDS[20], "nothing:1", "odd:\ud800"])
    assert len(shown(store)) == 10

    published(store)
    assert shown(store) == [*IDS[:20], *IDS[21:]]


def test_something_can_be_withdrawn_before_anything_is_published(
    store: SnapshotStore, elsewhere: SnapshotStore
) -> None:
    assert store.withdrawn() == []
    store.restore(IDS)
    store.withdraw([IDS[0]])
    with pytest.raises(NoSnapshotError):
        store.current()

    published(store)

    assert shown(store) == shown(elsewhere) == IDS[1:]


def test_a_page_that_follows_a_cursor_leaves_them_out(store: SnapshotStore) -> None:
    published(store)
    engine = engine_over(store)
    first = engine.search(Query(limit=10))

    store.withdraw([IDS[30], IDS[31]])
    found = list(pages(engine, Query(limit=10, cursor=first.cursor)))

    assert [hit.artwork["id"] for page in found for hit in page.hits] == [*IDS[10:30], *IDS[32:]]
    assert {page.total for page in found} == {48}


def test_a_withdrawn_artwork_cannot_be_referred_to(store: SnapshotStore) -> None:
    published(store)
    store.withdraw([IDS[3]])

    with pytest.raises(NotFoundError, match="t:00003"):
        engine_over(store).search(Query(like=(IDS[3],)))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sets(st.sampled_from(IDS)),
    st.sampled_from([*WANTED]),
    st.sampled_from([None, "storm"]),
    st.integers(1, 60),
)
def test_no_answer_is_short_and_none_shows_what_is_withdrawn(
    store: SnapshotStore, withdrawn: set[str], where: Filter | None, text: str | None, k: int
) -> None:
    if not store.entries():
        published(store)
    store.restore(IDS)
    store.withdraw(withdrawn)
    query = Query(text=text, where=where, limit=k, weights=LEXICAL_ALONE, facets=("medium",))

    page = engine_over(store).search(query)

    left = [id for n, id in enumerate(IDS) if id not in withdrawn and WANTED[where](n)]
    assert {hit.artwork["id"] for hit in page.hits} <= set(left)
    assert len(page.hits) == min(k, len(left))
    assert page.total == sum(value.count for value in page.facets["medium"]) == len(left)


@pytest.mark.parametrize("where", WANTED, ids=str)
@pytest.mark.parametrize("k", [1, 20, 60])
def test_a_vector_answer_is_not_short_and_leaves_out_the_very_artwork_that_is_nearest(
    store: SnapshotStore, where: Filter | None, k: int
) -> None:
    published(store)
    (space,) = store.current().spaces.values()
    nearest = space.vectors_of(3)
    store.withdraw(IDS[:4])

    found, plan = space.search(nearest, where, k)

    left = {n for n in range(4, 50) if WANTED[where](n)}
    assert set(found.numbers.tolist()) <= left
    assert len(found.numbers) == min(k, len(left))
    assert plan.rows_matching == len(left)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '"t:1"', "\x00", "[", '["t:1"'])
def test_a_damaged_list_is_named_and_nothing_withdrawn_is_shown(
    store: SnapshotStore, folder: Path, text: str
) -> None:
    published(store)
    store.withdraw([IDS[0]])
    (folder / "withdrawn.json").write_text(text)

    for use in (store.current, store.withdrawn, lambda: store.withdraw([IDS[1]])):
        with pytest.raises(DamagedError, match=r"withdrawn\.json"):
            use()

    (folder / "withdrawn.json").write_text(json.dumps([IDS[2]]))
    assert shown(store) == [*IDS[:2], *IDS[3:]]


def test_deleting_the_list_shows_all(store: SnapshotStore, folder: Path) -> None:
    published(store)
    store.withdraw(IDS[:9])
    assert len(shown(store)) == 41

    (folder / "withdrawn.json").unlink()

    assert shown(store) == IDS
