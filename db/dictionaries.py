"""What artworks share: statements of rights, artists and terms, each kept once.

The caller holds the transaction and the lock of the catalogue, so that nothing of what is looked
up here changes or appears before it is used. Nothing is ever deleted: another artwork may come.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeAlias

from sqlalchemy import Connection, Table, delete, select

from core.text import fold
from core.types import Artist, Artwork, Rights
from db.content import content_hash
from db.membership import among
from db.sql import Row, insert_rows, update_rows
from db.tables import ARTIST_FIELDS, MOVEMENT, SUBJECT, artist_names, artists, rights, terms

Term: TypeAlias = tuple[str, str]  # kind and value


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of everything that a batch of artworks refers to."""

    rights: Mapping[Rights, int]
    artists: Mapping[str, int]  # by id
    terms: Mapping[Term, int]


def keep_dictionaries(connection: Connection, written: Iterable[Artwork]) -> Keys:
    """Keep what the artworks refer to, and tell its keys; the last word on an artist counts."""
    batch = list(written)
    images = (image for artwork in batch for image in artwork.images)
    stated = {a.data_rights for a in batch} | {image.rights for image in images}
    named = {term for artwork in batch for term in terms_of(artwork)}
    links = (link for artwork in batch for link in artwork.contributions)
    return Keys(
        rights=_keep(connection, rights, {one: _rights_row(one) for one in stated}),
        artists=_keep_artists(connection, {link.artist.id: link.artist for link in links}),
        terms=_keep(connection, terms, {one: _term_row(one) for one in named}),
    )


def terms_of(artwork: Artwork) -> Iterator[Term]:
    """Name an artwork's terms in the order in which they are kept."""
    for value in artwork.subjects:
        yield SUBJECT, value
    for value in artwork.movements:
        yield MOVEMENT, value


def folded(text: str | None) -> str | None:
    """Fold a text; what is nothing then is a missing value."""
    return (fold(text) or None) if text else None


def find_by_id(
    connection: Connection, table: Table, ids: Iterable[str]
) -> dict[str, tuple[int, str]]:
    """Find the keys and content hashes of those ids that are there."""
    columns = select(table.c.id, table.c.key, table.c.content_hash)
    rows = connection.execute(columns.where(among(table.c.id, list(ids))))
    return {id: (key, content) for id, key, content in rows}


def _keep(connection: Connection, table: Table, rows: Mapping[Any, Row]) -> dict[Any, int]:
    known = _find_by_digest(connection, table, rows.values())
    if missing := [row for row in rows.values() if row["digest"] not in known]:
        insert_rows(connection, table, missing)
        known |= _find_by_digest(connection, table, missing)
    return {value: known[row["digest"]] for value, row in rows.items()}


def _find_by_digest(connection: Connection, table: Table, rows: Iterable[Row]) -> dict[str, int]:
    wanted = among(table.c.digest, [row["digest"] for row in rows])
    found = connection.execute(select(table.c.digest, table.c.key).where(wanted))
    return {row.digest: row.key for row in found}


def _keep_artists(connection: Connection, used: Mapping[str, Artist]) -> dict[str, int]:
    stored = find_by_id(connection, artists, used)
    new = [artist for id, artist in used.items() if id not in stored]
    changed = [a for id, a in used.items() if id in stored and stored[id][1] != content_hash(a)]
    if new:
        insert_rows(connection, artists, map(_artist_row, new))
        stored |= find_by_id(connection, artists, [artist.id for artist in new])
    keys = {id: key for id, (key, _) in stored.items()}
    if changed:
        update_rows(connection, artists, ({"_key": keys[a.id]} | _artist_row(a) for a in changed))
        outdated = among(artist_names.c.artist_key, [keys[artist.id] for artist in changed])
        connection.execute(delete(artist_names).where(outdated))
    insert_rows(connection, artist_names, _name_rows(chain(new, changed), keys))
    return keys


def _rights_row(one: Rights) -> Row:
    return {
        "digest": content_hash(one),
        "status": one.status.value,
        "statement": one.statement,
        "source_field": one.source_field,
        "value": one.value,
    }


def _term_row(term: Term) -> Row:
    kind, value = term
    return {"digest": content_hash(term), "kind": kind, "value": value, "folded": folded(value)}


def _artist_row(artist: Artist) -> Row:
    row = {name: getattr(artist, name) for name in ARTIST_FIELDS}
    row["gender_folded"] = folded(artist.gender)
    row["content_hash"] = content_hash(artist)
    return row


def _name_rows(written: Iterable[Artist], keys: Mapping[str, int]) -> Iterator[Row]:
    for artist in written:
        for i, name in enumerate((artist.name, *artist.other_names)):
            key = keys[artist.id]
            yield {"artist_key": key, "position": i, "name": name, "folded": folded(name)}
