"""Imported spaces are seen whole or not at all, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine

from core.errors import NotFoundError
from core.imported import ImportedSpace, import_id, imported_content
from core.spaces import Space
from core.types import EncoderCard, Modality, SpaceField
from db.embeddings import SqlEmbeddingStore
from db.imported_spaces import SqlImportedSpaces
from tests.vectors import unit_vectors

CARD = EncoderCard("dinov2", "1", "fp32", "resize 224", 4, (Modality.IMAGE,), None)
SPACE = Space(SpaceField.PICTURE, CARD)
FIRST, SECOND = import_id("a" * 64, ""), import_id("b" * 64, "")
IMPORT = ImportedSpace(
    SPACE,
    "met",
    FIRST,
    vectors=2,
    imported_at=datetime(2026, 6, 1, 12, tzinfo=UTC),
    licence="CC0",
    source_uri="https://m.org",
    created=date(2026, 5, 27),
)
NAMES = [imported_content(FIRST, "t:1", 0), imported_content(FIRST, "t:1", 1)]


@pytest.fixture
def embeddings(database: Engine) -> SqlEmbeddingStore:
    store = SqlEmbeddingStore(database)
    store.write(SPACE, NAMES, unit_vectors(2))
    return store


@pytest.fixture
def imported(database: Engine, embeddings: SqlEmbeddingStore) -> SqlImportedSpaces:
    return SqlImportedSpaces(database)


def test_an_import_comes_out_as_it_went_in(imported: SqlImportedSpaces) -> None:
    assert imported.all() == []

    imported.keep(IMPORT)

    assert imported.all() == [IMPORT]


def test_imports_are_listed_by_name(
    imported: SqlImportedSpaces, embeddings: SqlEmbeddingStore
) -> None:
    other = Space(SpaceField.PICTURE, replace(CARD, name="clip"))
    embeddings.write(other, ["c"], unit_vectors(1))
    imported.keep(IMPORT)
    imported.keep(replace(IMPORT, space=other, name="louvre", licence=None, created=None))

    assert [one.name for one in imported.all()] == ["louvre", "met"]


def test_a_later_import_takes_the_vectors_of_the_one_before_and_no_others(
    imported: SqlImportedSpaces, embeddings: SqlEmbeddingStore
) -> None:
    imported.keep(IMPORT)
    later = imported_content(SECOND, "t:1", 0)
    embeddings.write(SPACE, [later, "c" * 64], unit_vectors(2))

    imported.keep(replace(IMPORT, import_id=SECOND, vectors=1))

    assert embeddings.missing(SPACE, [*NAMES, later, "c" * 64]) == set(NAMES)


def test_a_removed_import_takes_its_vectors_along(
    imported: SqlImportedSpaces, embeddings: SqlEmbeddingStore
) -> None:
    imported.keep(IMPORT)
    embeddings.write(SPACE, ["c" * 64], unit_vectors(1))

    imported.remove(SPACE.key)

    assert imported.all() == []
    assert embeddings.missing(SPACE, [*NAMES, "c" * 64]) == set(NAMES)
    with pytest.raises(NotFoundError, match="imported space"):
        imported.remove(SPACE.key)


def test_the_name_of_an_imported_vector_begins_with_its_import() -> None:
    assert NAMES[0].startswith(FIRST)
    assert len({*NAMES, imported_content(FIRST, "t:2", 0), imported_content(SECOND, "t:1", 0)}) == 4
    assert {len(name) for name in NAMES} == {64}
