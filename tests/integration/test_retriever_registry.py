"""What a name means: in this process and in others, with the database and without it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import Engine

from core.errors import ConflictError, DamagedError, InputError, NotFoundError, StorageError
from core.retrievers import RetrieverVersion
from core.types import Json
from db.retrievers import SqlRetrieverStore
from db.session import migrate, open_database
from search.retrievers.absent import AbsentRetrieverStore
from search.retrievers.definition import Pipeline, parse_definition
from search.retrievers.registry import (
    LONGEST_DEFINITION,
    SEEN_AFTER_S,
    Retrievers,
)
from tests.conftest import PostgresServer


def finding(text: str) -> Json:
    return {"stages": [{"type": "feature_search", "parameters": {"text": text}}]}


def builtins() -> Mapping[str, Pipeline]:
    return {"search": parse_definition(finding("what ships"))}


class CountingStore(SqlRetrieverStore):
    """Counts how often a version is read."""

    reads = 0

    def get(self, name: str, version: int | None = None) -> RetrieverVersion:
        self.reads += 1
        return super().get(name, version)


class Clock:
    """A clock that stands still until it is moved."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(f"sqlite:///{tmp_path / 'v.db'}")
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(database: Engine) -> CountingStore:
    return CountingStore(database)


@pytest.fixture
def retrievers(store: CountingStore, clock: Clock) -> Retrievers:
    return Retrievers(store, builtins, clock=clock)


def away() -> Retrievers:
    return Retrievers(AbsentRetrieverStore("the database does not answer"), builtins)


def test_a_name_means_its_published_version(retrievers: Retrievers) -> None:
    retrievers.create("quiet", finding("a"))
    retrievers.create("quiet", finding("b"))

    assert retrievers.resolve("quiet").version.label == "quiet@1"
    assert retrievers.resolve("quiet@2").version.definition["stages"][0]["parameters"] == {
        "text": "b"
    }
    assert retrievers.publish("quiet").label == "quiet@2"
    assert retrievers.resolve("quiet").version.label == "quiet@2"
    assert retrievers.publish("quiet@1").label == "quiet@1"
    assert retrievers.resolve("quiet") == retrievers.resolve("quiet@1")


def test_another_process_sees_a_publish_within_half_a_second(
    database: Engine, retrievers: Retrievers, clock: Clock
) -> None:
    retrievers.create("quiet", finding("a"))
    assert retrievers.resolve("quiet").version.version == 1

    Retrievers(SqlRetrieverStore(database), builtins).create("quiet", finding("b"), publish=True)
    clock.now += SEEN_AFTER_S / 2
    before = retrievers.resolve("quiet").version.version
    clock.now += SEEN_AFTER_S / 2
    after = retrievers.resolve("quiet").version.version

    assert (before, after) == (1, 2)
    assert SEEN_AFTER_S < 1


def test_the_database_is_asked_once_in_half_a_second_and_compiled_once(
    retrievers: Retrievers, store: CountingStore, clock: Clock
) -> None:
    retrievers.create("quiet", finding("a"))

    pipelines = {id(retrievers.resolve("quiet").pipeline) for _ in range(10)}
    clock.now += SEEN_AFTER_S
    pipelines |= {id(retrievers.resolve("quiet").pipeline) for _ in range(10)}

    assert store.reads == 2
    assert len(pipelines) == 1


def test_a_retriever_that_was_deleted_here_is_gone_at_once(retrievers: Retrievers) -> None:
    retrievers.create("quiet", finding("a"))
    retrievers.resolve("quiet@1")

    assert retrievers.delete("quiet") == [1]

    with pytest.raises(NotFoundError):
        retrievers.resolve("quiet@1")


def test_what_was_read_before_a_publish_is_not_remembered_after_it(database: Engine) -> None:
    class SlowStore(SqlRetrieverStore):
        def get(self, name: str, version: int | None = None) -> RetrieverVersion:
            read = super().get(name, version)
            if read.version == 1:
                slow.publish("quiet@2")  # meanwhile, by another thread
            return read

    slow = Retrievers(SlowStore(database), builtins)
    slow.create("quiet", finding("a"))
    slow.create("quiet", finding("b"))

    assert slow.resolve("quiet").version.version == 1
    assert slow.resolve("quiet").version.version == 2


def test_without_the_database_what_ships_still_works() -> None:
    retrievers = away()

    assert retrievers.resolve("search").version.is_builtin
    assert retrievers.resolve("search@1") == retrievers.resolve("search")
    assert retrievers.get("search").label == "search@1"
    assert [version.label for version in retrievers.versions("search")] == ["search@1"]
    with pytest.raises(StorageError, match=r"quiet cannot be read now.*need no database: search"):
        retrievers.resolve("quiet")
    for read in (retrievers.all, lambda: retrievers.create("quiet", finding("a"))):
        with pytest.raises(StorageError, match="does not answer"):
            read()


def test_a_database_that_goes_away_takes_what_it_keeps_along(
    postgres: PostgresServer, clock: Clock
) -> None:
    name = postgres.create()
    engine = open_database(postgres.url(name))
    migrate(engine)
    retrievers = Retrievers(SqlRetrieverStore(engine), builtins, clock=clock)
    retrievers.create("quiet", finding("a"))
    retrievers.resolve("quiet")

    postgres.drop(name)
    clock.now += SEEN_AFTER_S

    assert retrievers.resolve("search").version.is_builtin
    with pytest.raises(StorageError, match="quiet cannot be read now: the catalogue database"):
        retrievers.resolve("quiet")
    engine.dispose()


def test_what_ships_may_be_cloned_and_not_changed(retrievers: Retrievers) -> None:
    kept = retrievers.clone("search", "mine", {"description": "Ours"})

    assert kept.version.label == "mine@1"
    assert kept.version.definition["description"] == "Ours"
    assert not kept.version.is_builtin
    for change in (
        lambda: retrievers.create("search", finding("a")),
        lambda: retrievers.publish("search@1"),
        lambda: retrievers.delete("search"),
    ):
        with pytest.raises(ConflictError, match="search ships with Vasari and cannot be changed"):
            change()
    assert [one.label for one in retrievers.all()] == ["search@1", "mine@1"]


def test_a_clone_keeps_all_that_is_not_replaced(retrievers: Retrievers) -> None:
    first = retrievers.create("quiet", {**finding("a"), "description": "A"}).version

    same = retrievers.clone("quiet", "loud", {})
    changed = retrievers.clone("quiet@1", "quiet", {"stages": finding("b")["stages"]})

    assert same.version.hash == first.hash
    assert (changed.version.label, changed.version.is_published) == ("quiet@2", False)
    assert changed.version.definition["description"] == "A"
    with pytest.raises(InputError, match="allowed are"):
        retrievers.clone("quiet", "loud", {"stage": []})


@pytest.mark.parametrize(
    ("asked", "meant"),
    [("serach", "search"), ("quite", "quiet"), ("quiet@7", "quiet@1"), ("search@2", "search@1")],
)
def test_what_is_not_there_is_answered_with_what_may_be_meant(
    retrievers: Retrievers, asked: str, meant: str
) -> None:
    retrievers.create("quiet", finding("a"))

    for read in (retrievers.resolve, retrievers.get):
        with pytest.raises(NotFoundError, match=f"did you mean '{meant}'"):
            read(asked)


def test_a_definition_has_its_bounds(retrievers: Retrievers) -> None:
    with pytest.raises(InputError, match="at most 100,000 are taken"):
        retrievers.create("quiet", finding("a" * LONGEST_DEFINITION))
    with pytest.raises(InputError, match="not finite"):
        retrievers.create("quiet", {**finding("a"), "description": float("nan")})
    with pytest.raises(InputError, match="stages"):
        retrievers.create("quiet", {})


def test_what_this_version_cannot_read_is_damage_not_input(
    retrievers: Retrievers, store: CountingStore
) -> None:
    store.create("later", {"stages": [{"type": "telepathy"}]}, "h", publish=True)

    with pytest.raises(DamagedError, match="later@1 was made by another version of Vasari"):
        retrievers.resolve("later")

    assert retrievers.get("later").definition == {"stages": [{"type": "telepathy"}]}


def test_a_name_of_before_gives_way_to_one_that_ships(
    retrievers: Retrievers, store: CountingStore
) -> None:
    store.create("search", finding("old"), "h", publish=True)

    assert [one.is_builtin for one in retrievers.all()] == [True]
    assert retrievers.get("search").is_builtin
