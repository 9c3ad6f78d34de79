"""The National Gallery of Art's linked tables, joined by object in a temporary file.

The catalogue's database is not asked: this file lasts as long as one reading of a dump, and is gone
with the process, however that ends. In memory are the rows of a few hundred objects at a time.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_CACHE_KB = 32_000


@dataclass(frozen=True, slots=True)
class Linked:
    """A row of another table that belongs to an object; blank cells are left out."""

    row: int  # 1-based, in its own table
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Whole:
    """What an object is part of."""

    id: str
    title: str | None
    number: str | None
    is_separable: bool
    is_set_aside: bool  # a virtual whole that stands for nothing beside its parts


@dataclass(slots=True)
class Belongings:
    """What stands about a few hundred objects in the other tables."""

    tables: dict[str, dict[str, list[Linked]]] = field(default_factory=dict)  # by table and object
    wholes: dict[str, Whole] = field(default_factory=dict)  # by the part's object id
    parts: dict[str, int] = field(default_factory=dict)  # how many a virtual whole has

    def of(self, table: str, object_id: str) -> list[Linked]:
        """List the rows of a table that belong to an object."""
        return self.tables.get(table, {}).get(object_id, [])


class Join:
    """A temporary SQLite file, deleted by the system when it is closed."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)  # "": on disk, with no name
        self._columns: dict[str, tuple[str, ...]] = {}
        for pragma in (f"cache_size=-{_CACHE_KB}", "journal_mode=OFF", "synchronous=OFF"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute(
            "CREATE TABLE objects (id TEXT PRIMARY KEY, uuid TEXT, title TEXT, number TEXT,"
            " parent TEXT, is_virtual INTEGER) WITHOUT ROWID"
        )
        self._db.execute(
            "CREATE TABLE parts (part TEXT PRIMARY KEY, whole TEXT, is_separable INTEGER)"
            " WITHOUT ROWID"
        )
        self._db.execute("CREATE TABLE faults (name TEXT, row INTEGER, reason TEXT, raw TEXT)")

    def __enter__(self) -> "Join":
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file, and so delete it."""
        self._db.close()

    def add_objects(self, objects: Iterable[tuple[str | int | None, ...]]) -> None:
        """Take id, uuid, title, accession number, parent and whether it is virtual."""
        self._insert("INSERT OR IGNORE INTO objects VALUES (?, ?, ?, ?, ?, ?)", objects)

    def add_table(
        self, table: str, columns: Sequence[str], rows: Iterable[tuple[str | int | None, ...]]
    ) -> None:
        """Take rows of a table: the key that joins, the row's number, and the columns."""
        self._columns[table] = tuple(columns)
        named = "".join(f", c{i} TEXT" for i in range(len(columns)))
        self._db.execute(f"CREATE TABLE {table} (key TEXT, row INTEGER{named})")
        marks = ", ?" * len(columns)
        self._insert(f"INSERT INTO {table} VALUES (?, ?{marks})", rows)  # noqa: S608 - our names
        self._db.execute(f"CREATE INDEX {table}_key ON {table} (key)")

    def add_fault(self, table: str, row: int, reason: str, raw: str | None) -> None:
        """Take a row that could not be read."""
        self._db.execute("INSERT INTO faults VALUES (?, ?, ?, ?)", (table, row, reason, raw))

    def faults(self) -> Iterator[tuple[str, int, str, str | None]]:
        """List the rows that could not be read: table, row, reason and what stood there."""
        yield from self._db.execute("SELECT name, row, reason, raw FROM faults ORDER BY rowid")

    def key_by_uuid(self, table: str) -> None:
        """Let the rows of a table, which name uuids, belong to the objects that have these."""
        self._db.execute("CREATE INDEX objects_uuid ON objects (uuid)")
        self._db.execute(f"UPDATE {table} SET key = (SELECT id FROM objects WHERE uuid = key)")  # noqa: S608 - our names

    def tie_parts(self, table: str) -> None:
        """Find what is part of what: by the table of associations, then by the objects' parents."""
        if table in self._columns:
            names = self._columns[table]
            parent, said = (f"c{names.index(n)}" for n in ("parentobjectid", "relationship"))
            self._db.execute(
                f"INSERT OR IGNORE INTO parts SELECT key, {parent}, {said} = 'separable'"  # noqa: S608 - our names
                f" FROM {table} WHERE key <> {parent} AND key IN (SELECT id FROM objects)"
                f" AND {parent} IN (SELECT id FROM objects) ORDER BY {said} = 'separable', row"
            )
        self._db.execute(
            "INSERT OR IGNORE INTO parts SELECT id, parent, 0 FROM objects"
            " WHERE parent <> id AND parent IN (SELECT id FROM objects)"
        )
        self._db.execute("CREATE INDEX parts_whole ON parts (whole)")

    def belongings(self, ids: Sequence[str]) -> Belongings:
        """Read what belongs to some objects, in the order of the rows."""
        asked = json.dumps(ids)
        found = Belongings(wholes=self._wholes(asked), parts=self._virtual_wholes(asked))
        for table, columns in self._columns.items():
            own: dict[str, list[Linked]] = defaultdict(list)
            for id, row, *cells in self._db.execute(
                f"SELECT * FROM {table} WHERE key IN (SELECT value FROM json_each(?))"  # noqa: S608 - our names
                " ORDER BY row",
                (asked,),
            ):
                named = {c: cell for c, cell in zip(columns, cells, strict=True) if cell}
                own[id].append(Linked(row, named))
            found.tables[table] = own
        return found

    def orphans(self, table: str) -> Iterator[tuple[str, Linked]]:
        """List the rows of a table whose object is not there, each with the key that joins."""
        columns = self._columns[table]
        for key, row, *cells in self._db.execute(
            f"SELECT * FROM {table} WHERE key NOT IN (SELECT id FROM objects) ORDER BY row"  # noqa: S608 - our names
        ):
            yield (
                key,
                Linked(row, {c: cell for c, cell in zip(columns, cells, strict=True) if cell}),
            )

    def has_object(self, id: str) -> bool:
        """Tell whether there is an object."""
        return bool(self._db.execute("SELECT 1 FROM objects WHERE id = ?", (id,)).fetchone())

    def tables(self) -> tuple[str, ...]:
        """Name the tables that were taken."""
        return tuple(self._columns)

    def _wholes(self, asked: str) -> dict[str, Whole]:
        rows = self._db.execute(
            "SELECT part, id, title, number, is_separable, is_virtual AND EXISTS (SELECT 1"
            " FROM parts p JOIN objects o ON o.id = p.part WHERE p.whole = objects.id"
            " AND NOT o.is_virtual)"
            " FROM parts JOIN objects ON objects.id = whole"
            " WHERE part IN (SELECT value FROM json_each(?))",
            (asked,),
        )
        return {
            part: Whole(id, title, number, bool(separable), bool(aside))
            for part, id, title, number, separable, aside in rows
        }

    def _virtual_wholes(self, asked: str) -> dict[str, int]:
        """Count the parts of virtual wholes, where these are objects by themselves."""
        return dict(
            self._db.execute(
                "SELECT whole, COUNT(*) FROM parts JOIN objects w ON w.id = whole"
                " JOIN objects p ON p.id = part WHERE w.is_virtual AND NOT p.is_virtual"
                " AND whole IN (SELECT value FROM json_each(?)) GROUP BY whole",
                (asked,),
            )
        )

    def _insert(self, statement: str, rows: Iterable[tuple[str | int | None, ...]]) -> None:
        self._db.execute("BEGIN")
        self._db.executemany(statement, rows)
        self._db.execute("COMMIT")
