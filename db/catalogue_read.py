"""Reads artworks in batches: one query for each table, whatever the size of the batch."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, Table, select

from core.filters import Filter
from core.types import Artist, Artwork, Contribution, Image, Rights, RightsStatus
from db.filters import compile_filter
from db.ledger import is_alive
from db.membership import among
from db.tables import (
    ARTIST_FIELDS,
    ARTWORK_FIELDS,
    IMAGE_FIELDS,
    MOVEMENT,
    SUBJECT,
    artist_names,
    artists,
    artwork_terms,
    artworks,
    contributions,
    images,
    rights,
    terms,
)

Rows: TypeAlias = Sequence[Row[Any]]
Keys: TypeAlias = Collection[int]


_PLAIN = select(
    artworks.c.key,
    artworks.c.data_rights_key,
    artworks.c.updated_at,
    *(artworks.c[name] for name in ARTWORK_FIELDS),
)


def read_page(
    connection: Connection, where: Filter | None, *, after: str | None, limit: int
) -> list[Artwork]:
    """Read matching artworks in the order of their ids, after one of them."""
    found = _PLAIN.where(compile_filter(where), is_alive()).order_by(artworks.c.id).limit(limit)
    if after is not None:
        found = found.where(artworks.c.id > after)
    return _artworks(connection, connection.execute(found).all())


def read_one(connection: Connection, id: str) -> Artwork | None:
    """Read an artwork, if it is there."""
    found = connection.execute(_PLAIN.where(among(artworks.c.id, [id]))).all()
    return next(iter(_artworks(connection, found)), None)


def _artworks(connection: Connection, rows: Rows) -> list[Artwork]:
    keys = [row.key for row in rows]
    image_rows = _children(connection, images, keys)
    stated = _rights(
        connection, {r.data_rights_key for r in rows} | {r.rights_key for r in image_rows}
    )
    links = _contributions(connection, keys)
    named = _terms(connection, keys)
    pictures = _images(image_rows, stated, {row.key: row.updated_at for row in rows})
    return [
        Artwork(
            **dict(zip(ARTWORK_FIELDS, row[3:], strict=True)),
            contributions=tuple(links[row.key]),
            subjects=tuple(named[row.key, SUBJECT]),
            movements=tuple(named[row.key, MOVEMENT]),
            images=tuple(pictures[row.key]),
            data_rights=replace(stated[row.data_rights_key], read_at=row.updated_at),
        )
        for row in rows
    ]


def _children(connection: Connection, table: Table, keys: Keys) -> Rows:
    own = select(table).where(among(table.c.artwork_key, keys))
    return connection.execute(own.order_by(table.c.artwork_key, table.c.position)).all()


def _rights(connection: Connection, keys: Keys) -> dict[int, Rights]:
    used = connection.execute(select(rights).where(among(rights.c.key, keys)))
    return {
        row.key: Rights(RightsStatus(row.status), row.statement, row.source_field, row.value)
        for row in used
    }


def _contributions(connection: Connection, keys: Keys) -> dict[int, list[Contribution]]:
    rows = _children(connection, contributions, keys)
    named = _artists(connection, {row.artist_key for row in rows})
    links = defaultdict(list)
    for row in rows:
        links[row.artwork_key].append(Contribution(named[row.artist_key], row.role))
    return links


def _artists(connection: Connection, keys: Keys) -> dict[int, Artist]:
    table = artist_names
    more = select(table.c.artist_key, table.c.name).where(
        among(table.c.artist_key, keys), table.c.position > 0
    )
    other_names = defaultdict(list)
    for key, name in connection.execute(more.order_by(table.c.artist_key, table.c.position)):
        other_names[key].append(name)
    columns = (artists.c[name] for name in ARTIST_FIELDS)
    rows = connection.execute(select(artists.c.key, *columns).where(among(artists.c.key, keys)))
    return {
        row.key: Artist(
            **dict(zip(ARTIST_FIELDS, row[1:], strict=True)),
            other_names=tuple(other_names[row.key]),
        )
        for row in rows
    }


def _terms(connection: Connection, keys: Keys) -> dict[tuple[int, str], list[str]]:
    link = artwork_terms
    own = (
        select(link.c.artwork_key, terms.c.kind, terms.c.value)
        .join_from(link, terms, link.c.term_key == terms.c.key)
        .where(among(link.c.artwork_key, keys))
        .order_by(link.c.artwork_key, link.c.position)
    )
    values = defaultdict(list)
    for key, kind, value in connection.execute(own).all():
        values[key, kind].append(value)
    return values


def _images(
    rows: Rows, stated: Mapping[int, Rights], read_at: Mapping[int, datetime]
) -> dict[int, list[Image]]:
    pictures = defaultdict(list)
    for row in rows:
        plain = {name: getattr(row, name) for name in IMAGE_FIELDS}
        said = replace(stated[row.rights_key], read_at=read_at[row.artwork_key])
        pictures[row.artwork_key].append(Image(**plain, rights=said))
    return pictures
