"""Embeddings are kept by space and content, bit for bit, on SQLite and on PostgreSQL."""

import struct
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import Engine, select, update

from core.errors import DamagedError, NotFoundError
from core.spaces import Space
from core.types import EncoderCard, Matrix, Modality, SpaceField
from db import tables
from db.embeddings import SqlEmbeddingStore
from db.session import reading, writing

CARD = EncoderCard("toy", "1", "float32", "00ff", 2, (Modality.TEXT, Modality.IMAGE), "Find art")
SPACE = Space(SpaceField.CATALOGUE, CARD)
PICTURES = Space(SpaceField.PICTURE, CARD)


@pytest.fixture
def store(database: Engine) -> SqlEmbeddingStore:
    return SqlEmbeddingStore(database)


def matrix(*rows: tuple[float, float]) -> Matrix:
    return np.array(rows, np.float32).reshape(-1, 2)


def test_embeddings_come_out_as_they_went_in_and_in_the_order_asked(
    store: SqlEmbeddingStore,
) -> None:
    store.write(SPACE, ["a", "b"], matrix((0.6, -0.8), (1e-40, 1.0)))

    vectors = store.read(SPACE, ["b", "a", "b"])

    assert vectors.dtype == np.float32
    assert vectors.tobytes() == matrix((1e-40, 1.0), (0.6, -0.8), (1e-40, 1.0)).tobytes()


def test_a_vector_is_stored_as_little_endian_fp32(
    store: SqlEmbeddingStore, database: Engine
) -> None:
    store.write(SPACE, ["a"], np.asfortranarray(matrix((0.5, -2.0))).astype(">f4"))

    with reading(database) as connection:
        row = connection.execute(select(tables.embeddings)).one()

    assert (row.vector, row.dim, row.space_key) == (struct.pack("<2f", 0.5, -2.0), 2, SPACE.key)


def test_spaces_do_not_meet(store: SqlEmbeddingStore) -> None:
    store.write(SPACE, ["a", "b"], matrix((1, 0), (0, 1)))
    store.write(PICTURES, ["a"], matrix((0, 1)))

    assert store.missing(SPACE, ["a", "b", "c", "c"]) == {"c"}
    assert store.missing(PICTURES, ["a", "b", "c"]) == {"b", "c"}
    assert store.counts() == {SPACE.key: 2, PICTURES.key: 1}
    assert store.read(PICTURES, ["a"]).tolist() == [[0, 1]]


def test_a_space_is_recorded_with_all_that_makes_it(
    store: SqlEmbeddingStore, database: Engine
) -> None:
    store.write(SPACE, ["a"], matrix((1, 0)))
    store.write(SPACE, ["b"], matrix((1, 0)))

    with reading(database) as connection:
        row = connection.execute(select(tables.spaces)).one()

    assert row._asdict() == {
        "key": SPACE.key,
        "name": "toy@1/catalogue",
        "field": "catalogue",
        "encoder": "toy",
        "revision": "1",
        "dtype": "float32",
        "preprocessing": "00ff",
        "dim": 2,
        "instruction": "Find art",
        "modalities": ["text", "image"],
    }


def test_writing_again_replaces_the_vector(store: SqlEmbeddingStore) -> None:
    store.write(SPACE, ["a", "b"], matrix((1, 0), (0, 1)))
    store.write(SPACE, ["b", "c", "c"], matrix((1, 0), (1, 0), (0, 1)))

    assert store.counts() == {SPACE.key: 3}
    assert store.read(SPACE, ["a", "b", "c"]).tolist() == [[1, 0], [1, 0], [0, 1]]


def test_more_contents_than_a_statement_has_parameters(store: SqlEmbeddingStore) -> None:
    contents = [f"{i:064}" for i in range(70_000)]
    kept = contents[::14]
    store.write(SPACE, kept, np.arange(2 * len(kept), dtype=np.float32).reshape(-1, 2))

    assert store.missing(SPACE, contents) == set(contents) - set(kept)
    assert store.read(SPACE, kept[::-1])[0].tolist() == [9998, 9999]


def test_nothing_asked_is_nothing_found(store: SqlEmbeddingStore) -> None:
    store.write(SPACE, [], matrix())

    assert store.missing(SPACE, []) == set()
    assert store.read(SPACE, []).shape == (0, 2)
    assert store.counts() == {}


@pytest.mark.parametrize(
    ("contents", "vectors"),
    [
        (["a"], np.zeros((1, 3), np.float32)),
        (["a", "b"], np.zeros((1, 2), np.float32)),
        (["a"], np.zeros(2, np.float32)),
        (["a"], np.full((1, 2), np.nan, np.float32)),
    ],
)
def test_vectors_that_are_not_of_the_space_are_refused(
    store: SqlEmbeddingStore, contents: list[str], vectors: Matrix
) -> None:
    with pytest.raises(ValueError, match="toy@1/catalogue takes finite vectors of shape"):
        store.write(SPACE, contents, vectors)

    assert store.counts() == {}


@pytest.mark.parametrize("content", ["b", "a\0", "\ud800"])
def test_a_missing_embedding_is_not_found(store: SqlEmbeddingStore, content: str) -> None:
    store.write(SPACE, ["a"], matrix((1, 0)))

    assert store.missing(SPACE, ["a", content]) == {content}
    with pytest.raises(NotFoundError):
        store.read(SPACE, ["a", content])


def test_a_vector_of_a_wrong_length_is_damage(store: SqlEmbeddingStore, database: Engine) -> None:
    store.write(SPACE, ["a"], matrix((1, 0)))
    with writing(database) as connection:
        connection.execute(update(tables.embeddings).values(vector=b"1234567"))

    with pytest.raises(DamagedError, match="wrong length"):
        store.read(SPACE, ["a"])


def test_another_revision_is_another_space(store: SqlEmbeddingStore) -> None:
    store.write(SPACE, ["a"], matrix((1, 0)))

    assert store.missing(Space(SPACE.field, replace(CARD, revision="2")), ["a"]) == {"a"}
