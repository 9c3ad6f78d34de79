"""Versions of retrievers come and go whole, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from core.errors import ConflictError, NotFoundError
from core.ports import RetrieverStore
from core.types import Json
from db.retrievers import RetrieverLimits, SqlRetrieverStore
from db.session import open_database

FIRST: Json = {"stages": [{"type": "feature_search", "parameters": {"text": "{{ INPUT.é }}"}}]}
SECOND: Json = {"stages": [{"type": "feature_search"}, {"type": "limit"}]}


@pytest.fixture
def store(database: Engine) -> RetrieverStore:
    return SqlRetrieverStore(database)


def filled(store: RetrieverStore) -> RetrieverStore:
    store.create("quiet", FIRST, "h1", publish=False)
    store.create("quiet", SECOND, "h2", publish=False)
    return store


def published(store: RetrieverStore) -> list[str]:
    return [version.label for version in store.all()]


def test_a_new_name_is_version_1_and_published(store: RetrieverStore) -> None:
    kept = store.create("quiet", FIRST, "h1", publish=False)

    assert kept.is_new
    assert (kept.version.label, kept.version.hash) == ("quiet@1", "h1")
    assert kept.version.is_published
    assert kept.version.definition == FIRST
    assert kept.version.created_at is not None
    assert abs(datetime.now(UTC) - kept.version.created_at) < timedelta(hours=1)
    assert store.get("quiet") == store.get("quiet", 1) == kept.version


def test_a_known_name_gets_its_next_version_which_waits_to_be_published(
    store: RetrieverStore,
) -> None:
    filled(store)

    assert store.get("quiet").label == "quiet@1"
    assert not store.get("quiet", 2).is_published
    assert [version.version for version in store.versions("quiet")] == [2, 1]


def test_a_version_may_be_published_as_it_is_made(store: RetrieverStore) -> None:
    store.create("quiet", FIRST, "h1", publish=False)

    kept = store.create("quiet", SECOND, "h2", publish=True)

    assert kept.version.is_published
    assert store.get("quiet") == kept.version
    assert not store.get("quiet", 1).is_published


def test_equal_content_of_a_name_is_the_version_that_is_there(store: RetrieverStore) -> None:
    first = filled(store).get("quiet", 1)

    again = store.create("quiet", FIRST, "h1", publish=False)
    elsewhere = store.create("loud", FIRST, "h1", publish=False)

    assert (again.version, again.is_new) == (first, False)
    assert elsewhere.is_new
    assert store.create("quiet", SECOND, "h2", publish=True).version.is_published


def test_published_versions_are_listed_by_name(store: RetrieverStore) -> None:
    filled(store)
    for name in ("b", "a-1", "a1"):
        store.create(name, FIRST, "h1", publish=False)

    store.publish("quiet", 2)

    assert published(store) == ["a-1@1", "a1@1", "b@1", "quiet@2"]
    assert store.names() == ["a-1", "a1", "b", "quiet"]


def test_publishing_changes_what_the_bare_name_means_and_nothing_else(
    store: RetrieverStore,
) -> None:
    before = filled(store).versions("quiet")

    now = store.publish("quiet", 2)
    back = store.publish("quiet", 1)

    assert (now.label, now.is_published) == ("quiet@2", True)
    assert back == before[1]
    assert store.versions("quiet") == before


def test_what_is_not_there_is_told_by_its_label(store: RetrieverStore) -> None:
    filled(store)

    for name, version, label in (("loud", None, "'loud'"), ("quiet", 9, "'quiet@9'")):
        with pytest.raises(NotFoundError, match=label):
            store.get(name, version)
        with pytest.raises(NotFoundError, match=label):
            store.delete(name, version)
    with pytest.raises(NotFoundError, match="'quiet@9'"):
        store.publish("quiet", 9)
    with pytest.raises(NotFoundError, match="'loud'"):
        store.versions("loud")
    with pytest.raises(NotFoundError):
        store.get("quiet\0")


def test_a_version_that_is_not_published_can_be_deleted(store: RetrieverStore) -> None:
    gone = filled(store).delete("quiet", 2)

    assert gone == [2]
    assert [version.version for version in store.versions("quiet")] == [1]
    assert store.create("quiet", SECOND, "h2", publish=False).version.version == 3


def test_the_published_version_is_not_deleted_beside_others(store: RetrieverStore) -> None:
    filled(store)

    with pytest.raises(ConflictError, match="publish another version first"):
        store.delete("quiet", 1)

    assert len(store.versions("quiet")) == 2


@pytest.mark.parametrize("version", [None, 1])
def test_a_retriever_that_is_made_again_counts_on(
    store: RetrieverStore, version: int | None
) -> None:
    store.create("quiet", FIRST, "h1", publish=False)

    assert store.delete("quiet", version) == [1]
    assert (store.all(), store.names()) == ([], [])
    again = store.create("quiet", FIRST, "h1", publish=False)

    assert (again.version.label, again.is_new) == ("quiet@2", True)
    assert again.version.is_published
    with pytest.raises(NotFoundError):
        store.get("quiet", 1)


def test_a_whole_retriever_goes_with_all_its_versions(store: RetrieverStore) -> None:
    assert filled(store).delete("quiet") == [1, 2]

    with pytest.raises(NotFoundError):
        store.versions("quiet")


def test_there_are_only_so_many_versions_and_retrievers(database: Engine) -> None:
    store = SqlRetrieverStore(database, RetrieverLimits(retrievers=1, versions=2))
    filled(store)

    with pytest.raises(ConflictError, match="quiet has 2 versions, as many as may be"):
        store.create("quiet", {}, "h3", publish=False)
    with pytest.raises(ConflictError, match="there are 1 retrievers, as many as may be"):
        store.create("loud", {}, "h1", publish=False)

    assert not store.create("quiet", FIRST, "h1", publish=False).is_new
    store.delete("quiet")
    assert store.create("loud", {}, "h1", publish=False).is_new


def test_many_processes_that_add_to_one_name_get_versions_of_their_own(database_url: str) -> None:
    def create(number: int) -> int:
        engine = open_database(database_url)  # nothing is shared with the others but the database
        try:
            store = SqlRetrieverStore(engine)
            return store.create("quiet", {}, f"h{number}", publish=False).version.version
        finally:
            engine.dispose()

    with ThreadPoolExecutor(6) as pool:
        versions = list(pool.map(create, range(12)))

    assert sorted(versions) == list(range(1, 13))


def test_of_many_processes_with_equal_content_one_makes_the_version(database_url: str) -> None:
    def create(_: int) -> tuple[int, bool]:
        engine = open_database(database_url)
        try:
            kept = SqlRetrieverStore(engine).create("quiet", FIRST, "h1", publish=True)
            return kept.version.version, kept.is_new
        finally:
            engine.dispose()

    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(create, range(12)))

    assert sorted(made) == [(1, False)] * 11 + [(1, True)]
