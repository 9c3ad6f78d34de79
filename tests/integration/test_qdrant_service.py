"""Qdrant's own engine behind a server: killed uploads, a server that is away, a service over it."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import pytest

from core.errors import NoSnapshotError, StorageError
from core.filters import Field, Leaf, Not, Op
from core.ports import SnapshotStore
from core.queries import EXACT, Query, SearchPage, Strategy
from index.qdrant.collections import QdrantCollections
from index.qdrant.connection import open_client
from index.snapshots.snapshot_store import DiskSnapshotStore
from index.snapshots.uploads import read_uploads
from tests.api_service import LILIES, ODD_ID, Service, filled_services, serving, wait_until
from tests.indexes import build, published, random_source
from tests.processes import PROCESSES
from tests.qdrant_server import EdgeQdrant, edge_qdrant
from tests.qdrant_server import serving as serving_qdrant

BATCHES = 6  # of 256 vectors
LARGE = random_source(1_500)


def store_at(folder: Path, url: str) -> DiskSnapshotStore:
    return DiskSnapshotStore(folder, qdrant=QdrantCollections(lambda: open_client(url)))


@pytest.fixture
def qdrant() -> Iterator[EdgeQdrant]:
    with edge_qdrant() as qdrant:
        yield qdrant


class Switch:
    """Turns the server of a Qdrant off and on; its address stays, and so do its collections."""

    def __init__(self, qdrant: EdgeQdrant) -> None:
        self._qdrant = qdrant
        self._on = ExitStack()
        self.url = ""

    def __enter__(self) -> Self:
        self.turn_on()
        return self

    def __exit__(self, *_: object) -> None:
        self.turn_off()

    def turn_on(self) -> None:
        port = int(self.url.rpartition(":")[2] or 0)
        self.url = self._on.enter_context(serving_qdrant(self._qdrant, port=port))

    def turn_off(self) -> None:
        self._on.close()


def batches_sent(qdrant: EdgeQdrant) -> int:
    return sum(r.startswith("PUT") and r.endswith("/points") for r in list(qdrant.requests))


def build_elsewhere(folder: str, url: str) -> None:
    build(store_at(Path(folder), url), LARGE)


def test_a_build_killed_while_it_uploads_is_taken_up(folder: Path, qdrant: EdgeQdrant) -> None:
    with serving_qdrant(qdrant) as url:
        process = PROCESSES.Process(target=build_elsewhere, args=(str(folder), url))
        process.start()
        wait_until(lambda: batches_sent(qdrant) >= 2 or not process.is_alive())
        process.kill()
        process.join()
        came, store = batches_sent(qdrant), store_at(folder, url)
        id = published(store, LARGE)

        assert came >= 2
        assert batches_sent(qdrant) - came <= BATCHES - 1  # one at least had been applied
        assert set(qdrant.collections) == read_uploads(folder)
        assert len(qdrant.collections) == 1
        assert store.verify(id) == []


def test_a_server_that_is_away_stops_what_needs_it_and_nothing_else(
    folder: Path, qdrant: EdgeQdrant, caplog: pytest.LogCaptureFixture
) -> None:
    with Switch(qdrant) as switch:
        store = store_at(folder, switch.url)
        old, live = published(store), published(store, random_source(20, seed=1))
        new = build(store, random_source(30, seed=2))

    for use in (
        store.rollback,
        lambda: store.publish(new),
        lambda: build(store),
        lambda: ask(store),
    ):
        with pytest.raises(StorageError, match=r"does not answer.*VASARI_QDRANT_URL"):
            use()
    assert store.current().id == live
    assert {entry.id for entry in store.entries()} == {old, live, new}

    with caplog.at_level(logging.WARNING):
        assert store.prune(0) == [new]  # its collection cannot be dropped yet
    assert "still there" in caplog.text
    assert len(qdrant.collections) == 3

    with switch:
        assert store.prune(0) == []
        assert len(qdrant.collections) == 2
        assert (store.rollback(), ask(store)) == (old, 50)


def ask(store: SnapshotStore) -> int:
    """Search the live snapshot; give the number of artworks that match."""
    (space,) = store.current().spaces.values()
    vector = next(iter(LARGE.spaces[0].batches()))[:1]
    return space.search(vector, None, 3)[1].rows_matching


def test_nothing_is_built_without_a_server(folder: Path) -> None:
    store = store_at(folder, "http://127.0.0.1:9")  # where nothing may listen

    with pytest.raises(StorageError, match="does not answer"):
        published(store)

    with pytest.raises(NoSnapshotError):
        store.current()
    assert store.entries() == []


TURNER = Leaf(Field.ARTIST, Op.WORDS, ("turner",), role="any")
QUERIES = [
    Query(text=text, like=like, where=where, limit=30, recall=EXACT, facets=("classification",))
    for text, like in (("a pond with flowers", ()), ("boats", (LILIES,)), (None, (ODD_ID,)))
    for where in (
        None,
        TURNER,
        Not(TURNER),
        Leaf(Field.YEAR, Op.OVERLAPS, begin=1905, end=1930),
        Leaf(Field.IMAGE_RIGHTS, Op.IN, ("open",)),
    )
]


@pytest.fixture(scope="module")
def over_qdrant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Switch]]:
    """A service with VASARI_QDRANT_URL set, and the switch of that Qdrant."""
    home = tmp_path_factory.mktemp("over-qdrant")
    with (
        edge_qdrant() as qdrant,
        Switch(qdrant) as switch,
        serving(filled_services(home, qdrant_url=switch.url)) as service,
    ):
        yield service, switch


@pytest.mark.parametrize("query", QUERIES)
def test_a_service_over_qdrant_finds_what_one_without_finds(
    over_qdrant: tuple[Service, Switch], service: Service, query: Query
) -> None:
    theirs = over_qdrant[0].services.engine.search(query)
    ours = service.services.engine.search(query)

    assert story(theirs) == story(ours)
    assert {plan.strategy for plan in theirs.plan} - {Strategy.LEXICAL} == {Strategy.QDRANT}


def story(page: SearchPage) -> object:
    """All that does not depend on where the vectors lie."""
    hits = [
        (hit.artwork["id"], hit.score, [(leg.name, leg.rank) for leg in hit.legs])
        for hit in page.hits
    ]
    matching = [(plan.leg, plan.rows_matching) for plan in page.plan]
    return hits, page.total, page.window, page.facets, matching


def test_a_service_whose_qdrant_is_away_says_so_until_it_is_back(
    over_qdrant: tuple[Service, Switch],
) -> None:
    service, switch = over_qdrant

    switch.turn_off()
    refused, ready, browsed = (
        service.client.get(path) for path in ("/v1/search?q=boats", "/readyz", "/v1/search")
    )
    switch.turn_on()
    answered, ready_again = (service.client.get(p) for p in ("/v1/search?q=boats", "/readyz"))

    assert (refused.status_code, refused.json()["type"]) == (503, "urn:vasari:storage")
    assert "VASARI_QDRANT_URL" in refused.json()["detail"]
    assert refused.headers["Retry-After"] == "10"
    assert (ready.status_code, browsed.status_code) == (503, 200)
    assert (answered.status_code, ready_again.status_code) == (200, 200)
