"""Writes a batch of artworks: first what they share, then themselves, then what hangs on them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TypeAlias

from sqlalchemy import Connection, delete
from sqlalchemy.exc import DataError

from core.errors import InputError
from core.records import UpsertCounts
from core.types import Artwork
from db.dictionaries import (
    Keys,
    find_by_id,
    folded,
    keep_dictionaries,
    terms_of,
)
from db.held_pictures import Held, count_pictures, read_held, still_held
from db.ledger import raise_again
from db.membership import among
from db.sql import Row, insert_rows, update_rows
from db.tables import ARTWORK_FIELDS, IMAGE_FIELDS, artwork_terms, artworks, contributions, images

Batch: TypeAlias = Mapping[str, tuple[Artwork, str]]
"""Artworks and their content hashes, by id."""

_FOLDED_FIELDS = ("medium", "classification", "collection")


def write_batch(connection: Connection, batch: Batch) -> UpsertCounts:
    """Write the artworks that are new or changed; the caller holds the catalogue's lock."""
    returned = raise_again(connection, list(batch))
    stored = find_by_id(connection, artworks, batch)
    held = read_held(connection, {id: key for id, (key, _) in stored.items()})
    buried = frozenset(returned)
    is_old = {
        id: stored[id][1] != pair[1] or id in buried for id, pair in batch.items() if id in stored
    }
    new = {id: pair for id, pair in batch.items() if id not in stored}
    changed = {id: batch[id] for id, is_changed in is_old.items() if is_changed}
    if new or changed:
        _write(connection, new, changed, held)
    fresh, known = count_pictures([artwork for artwork, _ in batch.values()], held)
    return UpsertCounts(
        created=len(new),
        changed=len(changed),
        unchanged=len(batch) - len(new) - len(changed),
        returned=returned,
        pictures_new=fresh,
        pictures_known=known,
    )


@contextmanager
def refusing_too_large() -> Iterator[None]:
    """Say of a value that no database could keep that it is the artworks' fault."""
    try:
        yield
    except (DataError, OverflowError) as error:
        reason = error.orig if isinstance(error, DataError) else error
        raise InputError("artworks", f"a value is too large: {reason}") from error


def _write(connection: Connection, new: Batch, changed: Batch, held: Held) -> None:
    written = [artwork for artwork, _ in (*new.values(), *changed.values())]
    shared = keep_dictionaries(connection, written)
    now = datetime.now(UTC)
    created = (
        _row(*pair, shared) | {"created_at": now, "updated_at": now} for pair in new.values()
    )
    insert_rows(connection, artworks, created)
    keys = {
        id: key for id, (key, _) in find_by_id(connection, artworks, {**new, **changed}).items()
    }
    updated = (
        _row(*pair, shared) | {"_key": keys[id], "updated_at": now} for id, pair in changed.items()
    )
    update_rows(connection, artworks, updated)
    for children in (contributions, artwork_terms, images):
        outdated = among(children.c.artwork_key, [keys[id] for id in changed])
        connection.execute(delete(children).where(outdated))
    own = [(keys[artwork.id], artwork) for artwork in written]
    insert_rows(connection, contributions, _contribution_rows(own, shared))
    insert_rows(connection, artwork_terms, _term_rows(own, shared))
    insert_rows(connection, images, _image_rows(own, shared, held))


def _row(artwork: Artwork, content: str, shared: Keys) -> Row:
    row = {name: getattr(artwork, name) for name in ARTWORK_FIELDS}
    for name in _FOLDED_FIELDS:
        row[f"{name}_folded"] = folded(row[name])
    row["data_rights_key"] = shared.rights[artwork.data_rights]
    row["content_hash"] = content
    return row


def _contribution_rows(own: Sequence[tuple[int, Artwork]], shared: Keys) -> Iterator[Row]:
    for key, artwork in own:
        for i, link in enumerate(artwork.contributions):
            yield {
                "artwork_key": key,
                "position": i,
                "artist_key": shared.artists[link.artist.id],
                "role": link.role,
                "role_folded": folded(link.role),
            }


def _term_rows(own: Sequence[tuple[int, Artwork]], shared: Keys) -> Iterator[Row]:
    for key, artwork in own:
        for i, term in enumerate(terms_of(artwork)):
            yield {"artwork_key": key, "position": i, "term_key": shared.terms[term]}


def _image_rows(own: Sequence[tuple[int, Artwork]], shared: Keys, held: Held) -> Iterator[Row]:
    for key, artwork in own:
        before = held.get(artwork.id, ())
        for i, image in enumerate(still_held(image, before) for image in artwork.images):
            row = {name: getattr(image, name) for name in IMAGE_FIELDS}
            row["rights_key"] = shared.rights[image.rights]
            yield row | {"artwork_key": key, "position": i}
