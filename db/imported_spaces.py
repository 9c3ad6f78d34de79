"""Imported spaces in SQL: what a search may use of other people's vectors, and whose they are."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, select

from core.errors import NotFoundError
from core.imported import ImportedSpace
from core.spaces import Space
from core.types import EncoderCard, Modality, SpaceField
from db.session import reading, writing
from db.sql import upsert_rows
from db.tables import embeddings, imported_spaces, spaces

_OWN = (
    "name",
    "import_id",
    "vectors",
    "imported_at",
    "licence",
    "source_uri",
)


class SqlImportedSpaces:
    """Keeps which spaces were imported: an import is seen whole, or not at all."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> list[ImportedSpace]:
        """List them in the order of their names."""
        own = (imported_spaces.c[name].label(f"own_{name}") for name in (*_OWN, "created"))
        joined = spaces.c.key == imported_spaces.c.space_key
        found = select(spaces, *own).join_from(imported_spaces, spaces, joined)
        with reading(self._engine) as connection:
            rows = connection.execute(found.order_by(imported_spaces.c.name, spaces.c.key)).all()
        return [_parse(row) for row in rows]

    def keep(self, imported: ImportedSpace) -> None:
        """Take a space whose embeddings are written, in the place of an earlier import of it."""
        key = imported.space.key
        row = {name: getattr(imported, name) for name in _OWN}
        row |= {
            "space_key": key,
            "created": imported.created.isoformat() if imported.created else None,
        }
        with writing(self._engine) as connection:
            before = _import_id(connection, key)
            upsert_rows(connection, imported_spaces, [row], by=("space_key",))
            if before and before != imported.import_id:
                _delete_vectors(connection, key, before)

    def remove(self, key: str) -> None:
        """Forget a space and its embeddings. Raises NotFoundError."""
        with writing(self._engine) as connection:
            before = _import_id(connection, key)
            if before is None:
                raise NotFoundError("imported space", key)
            connection.execute(delete(imported_spaces).where(imported_spaces.c.space_key == key))
            _delete_vectors(connection, key, before)


def _import_id(connection: Connection, key: str) -> str | None:
    known = select(imported_spaces.c.import_id).where(imported_spaces.c.space_key == key)
    return connection.scalar(known)


def _delete_vectors(connection: Connection, key: str, import_id: str) -> None:
    # Of one import alone: the encoder that is set now may have embeddings of its own in the space.
    of_import = embeddings.c.content_hash.startswith(import_id, autoescape=True)
    connection.execute(delete(embeddings).where(embeddings.c.space_key == key, of_import))


def _parse(row: Row[Any]) -> ImportedSpace:
    card = EncoderCard(
        name=row.encoder,
        revision=row.revision,
        dtype=row.dtype,
        preprocessing=row.preprocessing,
        dim=row.dim,
        modalities=tuple(map(Modality, row.modalities)),
        instruction=row.instruction,
    )
    own = {name: getattr(row, f"own_{name}") for name in _OWN}
    created = date.fromisoformat(row.own_created) if row.own_created else None
    return ImportedSpace(Space(SpaceField(row.field), card), **own, created=created)
