"""The catalogue in SQL: the single source of truth about artworks."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Engine, func, select

from core.errors import ArtworkGoneError, InputError, NotFoundError
from core.filters import Filter
from core.records import UpsertCounts
from core.types import Artwork
from db.catalogue_read import read_one, read_page
from db.catalogue_write import refusing_too_large, write_batch
from db.content import artwork_hash
from db.filters import compile_filter
from db.ledger import gone_at, is_alive
from db.membership import is_storable
from db.session import WriteLock, hold, reading, writing
from db.tables import artworks
from db.work_tables import tombstones

_SCAN_BATCH = 1000


class SqlArtworkStore:
    """Keeps artworks, their artists, terms, images and rights."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def upsert(self, artworks: Sequence[Artwork]) -> UpsertCounts:
        """Write what is new or changed, in one transaction; of equal ids the last one counts.

        Raises:
            InputError: a value that no database could keep; nothing was written.
        """
        batch = {artwork.id: (artwork, artwork_hash(artwork)) for artwork in artworks}
        with refusing_too_large(), writing(self._engine) as connection:
            hold(connection, WriteLock.CATALOGUE)
            return write_batch(connection, batch)

    def get(self, id: str) -> Artwork:
        """Read one artwork. Raises NotFoundError, ArtworkGoneError."""
        with reading(self._engine) as connection:
            artwork = read_one(connection, id)
            since = gone_at(connection, id)
        if since is not None:
            raise ArtworkGoneError(id, since)
        if artwork is None:
            raise NotFoundError("artwork", id)
        return artwork

    def page(self, where: Filter | None, *, after: str | None, limit: int) -> list[Artwork]:
        """Read matching artworks in the order of their ids, after one of them."""
        if after is not None and not is_storable(after):
            raise InputError("after", f"{after!r} is not an artwork id")
        with reading(self._engine) as connection:
            return read_page(connection, where, after=after, limit=limit)

    def count(self, where: Filter | None = None) -> int:
        """Count matching artworks."""
        matching = (
            select(func.count()).select_from(artworks).where(compile_filter(where), is_alive())
        )
        with reading(self._engine) as connection:
            return connection.execute(matching).scalar_one()

    def ids(self, where: Filter | None = None) -> list[str]:
        """List the ids of matching artworks, ascending."""
        matching = select(artworks.c.id).where(compile_filter(where), is_alive())
        with reading(self._engine) as connection:
            return list(connection.scalars(matching.order_by(artworks.c.id)))

    def scan(self) -> Iterator[Artwork]:
        """Read every artwork in the order of their ids, a batch at a time.

        Each batch is read in a transaction of its own, so that slow reading holds up no one.
        """
        after: str | None = None
        while batch := self.page(None, after=after, limit=_SCAN_BATCH):
            yield from batch
            after = batch[-1].id

    def ids_of(self, source: str) -> list[str]:
        """List the ids of a source's artworks, ascending."""
        first, after = f"{source}:", f"{source};"  # ";" comes right after ":"
        own = select(artworks.c.id).where(artworks.c.id >= first, artworks.c.id < after)
        with reading(self._engine) as connection:
            return list(connection.scalars(own.where(is_alive()).order_by(artworks.c.id)))

    def gone(self) -> list[str]:
        """List the ids of artworks that are gone, ascending; all else leaves them out."""
        buried = select(artworks.c.id).join(tombstones, tombstones.c.artwork_key == artworks.c.key)
        with reading(self._engine) as connection:
            return list(connection.scalars(buried.order_by(artworks.c.id)))

    def changed_at(self) -> datetime | None:
        """Tell when an artwork last came, changed or went."""
        with reading(self._engine) as connection:
            written = connection.scalar(select(func.max(artworks.c.updated_at)))
            buried = connection.scalar(select(func.max(tombstones.c.gone_at)))
        return max((time for time in (written, buried) if time is not None), default=None)

    def changed_since(self, moment: datetime) -> list[str]:
        """List the ids of artworks that came or changed at or after a moment, ascending."""
        changed = select(artworks.c.id).where(artworks.c.updated_at >= moment, is_alive())
        with reading(self._engine) as connection:
            return list(connection.scalars(changed.order_by(artworks.c.id)))
