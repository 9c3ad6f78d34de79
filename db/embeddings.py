"""Embeddings in SQL: one row for each content of a space."""

from collections.abc import Iterator, Sequence

import numpy as np
from sqlalchemy import Connection, Engine, and_, func, select

from core.errors import DamagedError, NotFoundError
from core.spaces import Space
from core.types import Matrix
from db.filters import Condition
from db.membership import among
from db.session import reading, writing
from db.sql import upsert_rows
from db.tables import embeddings, spaces

_BATCH = 2000  # contents of one statement: 6 MB of vectors where dim is 768
_STORED = np.dtype("<f4")


class SqlEmbeddingStore:
    """Keeps embeddings by space and content: equal content is embedded once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def missing(self, space: Space, content_hashes: Sequence[str]) -> set[str]:
        """Tell which contents have no embedding in a space."""
        wanted = set(content_hashes)
        with reading(self._engine) as connection:
            for batch in _batches(list(wanted)):
                kept = select(embeddings.c.content_hash).where(_of(space, batch))
                wanted.difference_update(connection.scalars(kept))
        return wanted

    def write(self, space: Space, content_hashes: Sequence[str], vectors: Matrix) -> None:
        """Keep embeddings, in one transaction; a new one of the same content takes the place.

        Raises:
            ValueError: these are not finite vectors of the space's dim, one for each content.
        """
        with writing(self._engine) as connection:
            write_embeddings(connection, space, content_hashes, vectors)

    def read(self, space: Space, content_hashes: Sequence[str]) -> Matrix:
        """Read embeddings in the order asked. Raises NotFoundError for a missing one."""
        vectors = np.empty((len(content_hashes), space.encoder.dim), np.float32)
        start = 0
        with reading(self._engine) as connection:
            for batch in _batches(content_hashes):
                vectors[start : start + len(batch)] = _read(connection, space, batch)
                start += len(batch)
        return vectors

    def counts(self) -> dict[str, int]:
        """Count the embeddings of each space, by space key."""
        key = embeddings.c.space_key
        with reading(self._engine) as connection:
            rows = connection.execute(select(key, func.count().label("kept")).group_by(key))
            return {row.space_key: row.kept for row in rows}


def write_embeddings(
    connection: Connection, space: Space, content_hashes: Sequence[str], vectors: Matrix
) -> None:
    """Keep embeddings, as `SqlEmbeddingStore.write` does, in a transaction of the caller's."""
    expected = (len(content_hashes), space.encoder.dim)
    if vectors.shape != expected or not np.isfinite(vectors).all():
        raise ValueError(
            f"{space.name} takes finite vectors of shape {expected}, not {vectors.shape}"
        )
    rows = {
        content: {
            "space_key": space.key,
            "content_hash": content,
            "dim": space.encoder.dim,
            "vector": vector.tobytes(),
        }
        for content, vector in zip(content_hashes, vectors.astype(_STORED), strict=True)
    }
    _keep_space(connection, space)
    # In one order always, so that two writers of PostgreSQL do not deadlock.
    ordered = [rows[content] for content in sorted(rows)]
    upsert_rows(connection, embeddings, ordered, by=("space_key", "content_hash"))


def _batches(contents: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(contents), _BATCH):
        yield contents[start : start + _BATCH]


def _of(space: Space, contents: Sequence[str]) -> Condition:
    return and_(embeddings.c.space_key == space.key, among(embeddings.c.content_hash, contents))


def _read(connection: Connection, space: Space, contents: Sequence[str]) -> Matrix:
    columns = select(embeddings.c.content_hash, embeddings.c.vector)
    rows = connection.execute(columns.where(_of(space, contents)))
    kept = {row.content_hash: row.vector for row in rows}
    for content in contents:
        if content not in kept:
            raise NotFoundError("embedding", content)
        if len(kept[content]) != space.encoder.dim * _STORED.itemsize:
            raise DamagedError(f"the embedding of {content} in {space.name} has a wrong length")
    joined = b"".join(kept[content] for content in contents)
    return np.frombuffer(joined, _STORED).reshape(-1, space.encoder.dim)


def _keep_space(connection: Connection, space: Space) -> None:
    if connection.scalar(select(spaces.c.key).where(spaces.c.key == space.key)) is not None:
        return
    card = space.encoder
    row = {
        "key": space.key,
        "name": space.name,
        "field": space.field.value,
        "encoder": card.name,
        "revision": card.revision,
        "dtype": card.dtype,
        "preprocessing": card.preprocessing,
        "dim": card.dim,
        "instruction": card.instruction,
        "modalities": [modality.value for modality in card.modalities],
    }
    upsert_rows(connection, spaces, [row], by=("key",))
