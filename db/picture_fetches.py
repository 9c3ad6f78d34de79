"""The ledger of pictures in SQL: one line for each address, whatever artworks show it."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    and_,
    case,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from core.errors import NotFoundError
from core.fetching import (
    DueRule,
    FetchScope,
    FetchState,
    HostDue,
    PictureFetch,
    Planned,
    host_of,
)
from db.fetch_tables import picture_fetches
from db.picture_images import ADDRESS, IMAGES, fill_images, images_in_scope, withheld_in_scope
from db.session import reading, writing
from db.tables import images

_PAGE = 5000  # images of one transaction
_TABLE = picture_fetches.c
_COLUMNS = tuple(_TABLE[field.name] for field in fields(PictureFetch))
_KEPT = (FetchState.STORED.value, FetchState.UNCHANGED.value)
_IN_VAIN = (FetchState.DEAD.value, FetchState.REFUSED.value)


class SqlPictureLedger:
    """Keeps what became of each picture that the catalogue names by an address."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def plan(self, scope: FetchScope) -> Planned:
        """Note which pictures are wanted now; what is known of them stays."""
        with writing(self._engine) as connection:
            connection.execute(update(picture_fetches).values(is_wanted=False))
        for page in self._pages(scope):
            rows = {_digest(row.address): _new_line(row, scope.longest) for row in page}
            with writing(self._engine) as connection:
                _want(connection, [row | {"digest": digest} for digest, row in rows.items()])
        with reading(self._engine) as connection:
            wanted = select(func.count()).select_from(picture_fetches).where(_TABLE.is_wanted)
            withheld = withheld_in_scope(connection, scope)
            return Planned(connection.execute(wanted).scalar_one(), withheld)

    def hosts(self, rule: DueRule) -> list[HostDue]:
        """List the hosts of wanted pictures that are due, the one with most first."""
        count = func.count().label("due")
        waits = _TABLE.state == FetchState.WAITING.value
        rests = func.max(case((waits, _TABLE.next_try_at))).label("rests_until")
        due = select(_TABLE.host, count, rests).where(_is_due(rule)).group_by(_TABLE.host)
        with reading(self._engine) as connection:
            rows = connection.execute(due.order_by(count.desc(), _TABLE.host)).all()
        return [HostDue(row.host, row.due, row.rests_until) for row in rows]

    def due(self, host: str, rule: DueRule, *, after: int, limit: int) -> list[PictureFetch]:
        """Read wanted pictures of a host that are due, after one of them, by their keys."""
        return self._read(and_(_is_due(rule), _TABLE.host == host), after, limit)

    def save(self, picture: PictureFetch) -> None:
        """Keep what became of a picture. Raises NotFoundError."""
        values = asdict(picture) | {"state": picture.state.value}
        with writing(self._engine) as connection:
            line = update(picture_fetches).where(_TABLE.key == picture.key)
            if connection.execute(line.values(values)).rowcount == 0:
                raise NotFoundError("picture", picture.address)

    def fill(self, addresses: Sequence[str] | None = None) -> int:
        """Give copies to the catalogue's images of these addresses, or of all; count images."""
        if addresses is not None and not addresses:
            return 0
        with writing(self._engine) as connection:
            return fill_images(connection, addresses)

    def counts(self) -> dict[FetchState, int]:
        """Count the pictures in each state."""
        counted = select(_TABLE.state, func.count().label("kept")).group_by(_TABLE.state)
        with reading(self._engine) as connection:
            return {FetchState(row.state): row.kept for row in connection.execute(counted)}

    def listed(self, state: FetchState, *, after: int = 0, limit: int = 100) -> list[PictureFetch]:
        """Read pictures in a state after one of them, by their keys."""
        return self._read(_TABLE.state == state.value, after, limit)

    def _read(self, where: ColumnElement[bool], after: int, limit: int) -> list[PictureFetch]:
        lines = select(*_COLUMNS).where(where, _TABLE.key > after).order_by(_TABLE.key)
        with reading(self._engine) as connection:
            return [_picture(row) for row in connection.execute(lines.limit(limit))]

    def _pages(self, scope: FetchScope) -> Iterator[Sequence[Row[Any]]]:
        after = (-1, -1)
        page = (
            select(
                images.c.artwork_key,
                images.c.position,
                ADDRESS.label("address"),
                images.c.iiif_url,
                *(images.c[name] for name in ("width", "height", "max_pixels")),
            )
            .select_from(IMAGES)
            .order_by(images.c.artwork_key, images.c.position)
        )
        while True:
            with reading(self._engine) as connection:
                found = page.where(images_in_scope(scope, after)).limit(_PAGE)
                rows = connection.execute(found).all()
            if not rows:
                return
            yield rows
            after = (rows[-1].artwork_key, rows[-1].position)


def _digest(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()


def _new_line(row: Row[Any], longest: int) -> dict[str, Any]:
    """Write the line of a picture that nothing is known of; it is never asked for enlarged."""
    own = max(row.width, row.height) if row.width and row.height else None
    sides = [longest, *(side for side in (row.max_pixels, own) if side)]
    return {
        "address": row.address,
        "is_iiif": row.iiif_url is not None,
        "host": host_of(row.address),
        "longest": min(sides),
        "is_wanted": True,
        "state": FetchState.WAITING.value,
        "tries": 0,
    }


def _want(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Add lines; of those that are there, a copy that is too small now is fetched again."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(picture_fetches)
    new = statement.excluded
    # Not `in_`, whose values cannot be sent for many rows at once.
    is_kept = or_(*(_TABLE.state == state for state in _KEPT))
    is_small = and_(is_kept, new.is_iiif, _TABLE.longest < new.longest)
    changes = {
        "is_wanted": True,
        "is_iiif": new.is_iiif,
        "longest": new.longest,
        "state": case((is_small, FetchState.WAITING.value), else_=_TABLE.state),
    }
    kept = statement.on_conflict_do_update(index_elements=["digest"], set_=changes)
    connection.execute(kept, list(rows))


def _is_due(rule: DueRule) -> ColumnElement[bool]:
    due = [_TABLE.state == FetchState.WAITING.value]
    if rule.dead_too:
        due.append(_TABLE.state.in_(_IN_VAIN))
    else:
        due.append(and_(_TABLE.state.in_(_IN_VAIN), _TABLE.next_try_at <= rule.now))
    if rule.stale_before is not None:
        due.append(and_(_TABLE.state.in_(_KEPT), _TABLE.fetched_at < rule.stale_before))
    return and_(_TABLE.is_wanted, or_(*due))


def _picture(row: Row[Any]) -> PictureFetch:
    return PictureFetch(**(row._asdict() | {"state": FetchState(row.state)}))
