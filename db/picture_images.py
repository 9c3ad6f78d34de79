"""Images of the catalogue whose pictures lie elsewhere: which are wanted, and which have a copy."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    true,
    tuple_,
    update,
)

from core.fetching import FetchScope
from core.rights import RightsPolicy
from core.types import RightsStatus
from db.fetch_tables import picture_fetches
from db.ledger import is_alive
from db.membership import among
from db.session import WriteLock, hold
from db.tables import artworks, images, rights

ADDRESS = func.coalesce(images.c.iiif_url, images.c.url)
IMAGES = images.join(artworks, artworks.c.key == images.c.artwork_key).join(
    rights, rights.c.key == images.c.rights_key
)
_FETCHED = picture_fetches.c


def images_in_scope(scope: FetchScope, after: tuple[int, int]) -> ColumnElement[bool]:
    """Write which images of `IMAGES` are wanted, after one of them by artwork and position."""
    place = tuple_(images.c.artwork_key, images.c.position)
    return and_(place > tuple_(*after), _is_named(scope), _has_rights(scope.rights))


def withheld_in_scope(connection: Connection, scope: FetchScope) -> int:
    """Count the images that want of evidence about their rights leaves out."""
    if scope.rights is RightsPolicy.PERMISSIVE:
        return 0
    named = select(func.count()).select_from(IMAGES).where(_is_named(scope))
    return connection.execute(named.where(~_has_rights(scope.rights))).scalar_one()


def fill_images(connection: Connection, addresses: Sequence[str] | None) -> int:
    """Give copies to images that have none, or the one that was before."""
    hold(connection, WriteLock.CATALOGUE)
    lacking = or_(images.c.content_hash.is_(None), images.c.content_hash == _FETCHED.replaced_hash)
    found = (
        select(images.c.artwork_key, images.c.position, _FETCHED.content_hash)
        .join_from(images, picture_fetches, _FETCHED.address == ADDRESS)
        .where(_FETCHED.content_hash.is_not(None), lacking)
    )
    if addresses is not None:
        found = found.where(among(ADDRESS, addresses), among(_FETCHED.address, addresses))
    rows = connection.execute(found).all()
    if rows:
        _write(connection, [(row[0], row[1], row[2]) for row in rows])
    return len(rows)


def _write(connection: Connection, rows: Sequence[tuple[int, int, str]]) -> None:
    is_it = (images.c.artwork_key == bindparam("_key")) & (images.c.position == bindparam("_place"))
    copies = update(images).where(is_it).values(content_hash=bindparam("_copy"))
    connection.execute(copies, [{"_key": r[0], "_place": r[1], "_copy": r[2]} for r in rows])
    keys = sorted({row[0] for row in rows})
    touched = update(artworks).where(among(artworks.c.key, keys))
    connection.execute(touched.values(updated_at=datetime.now(UTC)))


def _is_named(scope: FetchScope) -> ColumnElement[bool]:
    """Write which images have an address, and no copy but one that was fetched."""
    fetched = exists().where(_FETCHED.address == ADDRESS, _FETCHED.content_hash.is_not(None))
    named = [ADDRESS.is_not(None), or_(images.c.content_hash.is_(None), fetched), is_alive()]
    if scope.source is not None:  # ";" comes after ":"
        named += [artworks.c.id > f"{scope.source}:", artworks.c.id < f"{scope.source};"]
    if not scope.all_images:
        named.append(images.c.position == 0)
    return and_(*named)


def _has_rights(policy: RightsPolicy) -> ColumnElement[bool]:
    """Write `core.rights.may_take` in SQL."""
    if policy is RightsPolicy.PERMISSIVE:
        return true()
    said = or_(func.coalesce(rights.c.value, "") != "", func.coalesce(rights.c.statement, "") != "")
    is_read = func.coalesce(rights.c.source_field, "") != ""
    return and_(rights.c.status == RightsStatus.OPEN.value, is_read, said)
