"""The National Gallery of Art's open data: its CSV files, by header name, of 2025 and of 2026.

The objects are read twice: first who they are and what is part of what, then one by one, each with
the rows of the other tables, which a temporary file joins (`nga_join`).
"""

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from core.errors import SourceError
from core.ports import SourceItem
from core.records import Note
from ingest.files import fingerprint, read_inside
from ingest.raw_row import raw_row
from ingest.sources.nga_artwork import NAME, Reading, read_artwork
from ingest.sources.nga_join import Belongings, Join
from ingest.sources.nga_tables import (
    LINKED,
    REQUIRED,
    TABLES,
    Constituents,
    load_constituents,
    load_linked,
    open_csv,
    table_path,
    there,
)
from ingest.sources.table import check_columns
from ingest.tables.rows import Row, Unreadable
from ingest.values import RowError

READER = b"nga-3"  # raise it with any change of what is read: unfinished runs then start afresh
_TOGETHER = 500  # objects whose belongings are read at once
_ORPHANS = {"published_images": "orphan-image", "object_associations": "orphan-association"}


class NgaSource:
    """Artworks of `objects`, in its order; rows of other tables that fit none are set aside."""

    def __init__(self, folder: Path) -> None:
        """Open a folder with the CSV files, or a clone of the repository with its folder `data`."""
        self._folder = (
            folder / "data" if table_path(folder / "data", "objects").exists() else folder
        )
        for name in REQUIRED:
            if not table_path(self._folder, name).is_file():
                raise SourceError(
                    f"there is no {name}.csv in {folder}: give a folder with "
                    f"{', '.join(f'{one}.csv' for one in REQUIRED)}"
                )
        for name in there(self._folder):
            named = dict.fromkeys(TABLES[name], "the layout of the dump")
            columns = open_csv(self._folder, name).columns(())
            check_columns(columns, named, table_path(self._folder, name), origin=NAME)

    @property
    def name(self) -> str:
        """First half of its artwork ids."""
        return NAME

    def fingerprint(self) -> str:
        """Identify the tables that are read by content."""
        tables = [(name, table_path(self._folder, name)) for name in there(self._folder)]
        return fingerprint([("reader", READER), *tables])

    def count(self) -> int:
        """Count the objects."""
        return open_csv(self._folder, "objects").count()

    def read(self) -> Iterator[SourceItem]:
        """Read the objects, then what could not be read or tied to one. Raises SourceError."""
        try:
            yield from self._items()
        except sqlite3.Error as error:  # nearly always a disk that is full
            raise SourceError(
                f"the tables cannot be joined in a temporary file: {error}; "
                "the variable TMPDIR says in which folder it lies"
            ) from error

    def _items(self) -> Iterator[SourceItem]:
        with Join() as join:
            people = load_constituents(self._folder, join)
            notes = (*load_linked(self._folder, join), *people.notes)
            number = 0
            for item in self._objects(join, people):
                number = item.row
                yield _with_notes(item, notes)
                notes = notes if item.artwork is None else ()
            if not number:
                raise SourceError(f"{table_path(self._folder, 'objects')} has no rows")
            rest = chain(_faults(join), _orphans(join))
            for row, (note, raw) in enumerate(rest, start=number + 1):
                yield SourceItem(None, row, note, raw=raw)

    def read_picture(self, path: str) -> bytes:
        """Read a file of the dump. Raises SourceError."""
        return read_inside(self._folder, path)

    def _objects(self, join: Join, people: Constituents) -> Iterator[SourceItem]:
        table = open_csv(self._folder, "objects")
        rows = enumerate(table.rows(()), start=1)
        while batch := list(islice(rows, _TOGETHER)):
            own = join.belongings(_ids(row for _, row in batch))
            reading = Reading(people, own, join.has_object)
            yield from (_item(row, number, reading) for number, row in batch)


def _ids(rows: Iterator[Row | Unreadable]) -> Sequence[str]:
    return [str(row["objectid"]).strip() for row in rows if not isinstance(row, Unreadable)]


def _item(row: Row | Unreadable, number: int, reading: Reading) -> SourceItem:
    if isinstance(row, Unreadable):
        return SourceItem(None, number, Note("malformed-row", row.reason), raw=row.raw)
    try:
        if reason := _virtual_whole(row, reading.own):
            return SourceItem(None, number, Note("virtual-whole", reason), raw=raw_row(row))
        artwork, notes = read_artwork(row, reading)
    except RowError as error:
        return SourceItem(None, number, error.note(), raw=raw_row(row))
    return SourceItem(artwork, number, notes=notes)


def _virtual_whole(row: Row, own: Belongings) -> str | None:
    """Say why a cover record is no artwork: its parts are, and a search finds each work once."""
    id = str(row["objectid"]).strip()
    parts = own.parts.get(id)
    if parts is None:
        return None
    images = len(own.of("published_images", id))
    also = f"; pictures of it that are left out: {images}" if images else ""
    return f"a virtual whole of {parts} parts, which have its title and number{also}"


def _with_notes(item: SourceItem, notes: tuple[Note, ...]) -> SourceItem:
    """Let the first artwork carry what is to be said of the tables."""
    if not notes or item.artwork is None:
        return item
    return SourceItem(item.artwork, item.row, notes=(*notes, *item.notes))


def _faults(join: Join) -> Iterator[tuple[Note, str | None]]:
    for table, row, reason, raw in join.faults():
        yield Note("malformed-row", reason, table, row), raw


def _orphans(join: Join) -> Iterator[tuple[Note, str]]:
    for table in (name for name in LINKED if name in join.tables()):
        for key, one in join.orphans(table):
            reason = f"there is no object {key or '(blank)'}"
            rule = _ORPHANS.get(table, "orphan-row")
            yield Note(rule, reason, table, one.row), raw_row({LINKED[table]: key, **one.values})
