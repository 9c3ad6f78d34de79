"""Any collection as a table: CSV, TSV, Parquet, JSON Lines or JSON, and a mapping."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from core.errors import SourceError
from core.ports import SourceItem
from core.records import Note
from ingest.artwork_builder import ArtworkBuilder
from ingest.files import fingerprint, read_inside
from ingest.mapping import JoinRule, TableMapping
from ingest.raw_row import raw_row
from ingest.rules import column_text
from ingest.tables.registry import open_table
from ingest.tables.rows import Row, Table, Unreadable
from ingest.values import RowError

READER = b"table-3"  # raise it with any change of what is read: unfinished runs then start afresh


class TableSource:
    """Artworks of a table, one for each row that has an id of its own."""

    def __init__(self, path: Path, mapping: TableMapping, root: Path | None = None) -> None:
        """Open a table, or the one that the mapping names in a folder.

        Args:
            path: the table, or its folder.
            mapping: which column says what.
            root: where pictures are looked up; the folder of the table unless it is given.
        """
        if path.is_dir() and mapping.file is not None:
            path = path / mapping.file
        self._path = path
        self._mapping = mapping
        self._root = path.parent if root is None else root
        self._table = open_table(path, mapping.delimiter)
        self._absent = self._check_columns()

    @property
    def name(self) -> str:
        """First half of its artwork ids."""
        return self._mapping.source

    def fingerprint(self) -> str:
        """Identify the table, the joined table and the mapping by content."""
        parts: list[tuple[str, Path | bytes]] = [("table", self._path)]
        if (join := self._join()) is not None:
            parts.append(("join", self._join_path(join)))
        digest = self._mapping.digest.encode()
        return fingerprint([*parts, ("mapping", digest), ("reader", READER)])

    def count(self) -> int | None:
        """Count its rows, where that is cheap."""
        return self._table.count()

    def read(self) -> Iterator[SourceItem]:
        """Read its rows in their order."""
        return self._items()

    def read_picture(self, path: str) -> bytes:
        """Read a picture by its path relative to the folder. Raises SourceError."""
        return read_inside(self._root, path)

    def _items(self) -> Iterator[SourceItem]:
        joined, faults = self._joined()
        builder = ArtworkBuilder(self._mapping, joined)
        wanted = frozenset(self._mapping.columns())
        number = 0
        for number, row in enumerate(self._table.rows(wanted), start=1):
            item = _item(row, number, builder)
            yield item if number > 1 else replace(item, notes=(*self._absent, *item.notes))
        if not number:
            raise SourceError(f"{self._path} has no rows")
        for note, raw in faults:
            number += 1
            yield SourceItem(None, number, note, raw=raw)

    def _join(self) -> JoinRule | None:
        return self._mapping.artists.join if self._mapping.artists else None

    def _join_path(self, join: JoinRule) -> Path:
        return self._path.parent / join.file

    def _joined(self) -> tuple[dict[str, Row], list[tuple[Note, str]]]:
        """Read what the joined table says of each artist, by id; and its rows that are damaged."""
        join = self._join()
        if join is None:
            return {}, []
        found: dict[str, Row] = {}
        faults: list[tuple[Note, str]] = []
        wanted = frozenset({join.key, *join.fields.values()})
        for number, row in enumerate(open_table(self._join_path(join)).rows(wanted), start=1):
            try:
                key, fields = _joined_row(row, join)
                found.setdefault(key, fields)
            except RowError as error:
                note = Note(error.rule, f"{join.file}: {error}", join.file, number)
                faults.append((note, _raw(row)))
        return found, faults

    def _check_columns(self) -> tuple[Note, ...]:
        """Refuse columns that are not there; give notes on those that no row has."""
        mapping, origin = self._mapping, self._mapping.origin
        hint = _delimiter_hint(self._path, self._table.columns(()))
        keys = mapping.id.columns
        named = {c: key for c, key in mapping.columns().items() if c not in mapping.optional}
        notes = _check(self._table, self._path, named=named, keys=keys, origin=origin, hint=hint)
        if (join := self._join()) is None:
            return notes
        path = self._join_path(join)
        named = {column: f"artists.join.{name}" for name, column in join.fields.items()}
        named |= {join.key: "artists.join.key"}
        return notes + _check(open_table(path), path, named=named, keys=(join.key,), origin=origin)


def _check(
    table: Table,
    path: Path,
    *,
    named: Mapping[str, str],
    keys: Sequence[str],
    origin: str,
    hint: str = "",
) -> tuple[Note, ...]:
    """Refuse columns that are not there; where each row has its own, only the keys must be."""
    there = table.columns(frozenset(named))
    if not table.columns_vary:
        check_columns(there, named, path, origin=origin, hint=hint)
        return ()
    if not there:  # no row can be read, which is said row by row
        return ()
    check_columns(there, {column: named[column] for column in keys}, path, origin=origin)
    absent = [column for column in named if column not in there]
    says = (f"{origin}: {named[c]} names {c!r}, which no row of {path.name} has" for c in absent)
    return tuple(Note("absent-column", text) for text in says)


def check_columns(
    there: Sequence[str], named: Mapping[str, str], path: Path, *, origin: str, hint: str = ""
) -> None:
    """Refuse a mapping that names a column which the table has not."""
    for column, key in named.items():
        if column not in there:
            raise SourceError(
                f"{origin}: {key} names the column {column!r}, which {path.name} has not; "
                f"its columns are {', '.join(there)}{hint}"
            )


def _delimiter_hint(path: Path, header: Sequence[str]) -> str:
    """Say how a header that was read as one cell seems to be cut."""
    if len(header) != 1 or path.suffix.lower() not in {".csv", ".tsv"}:
        return ""
    for delimiter, written in ((";", "';'"), ("\t", "tabs"), (",", "','")):
        if delimiter in header[0]:
            toml = f'"{delimiter}"'.replace("\t", "\\t")
            return (
                f"; its columns seem to be separated by {written}: "
                f"set delimiter = {toml} in the mapping"
            )
    return ""


def _item(row: Row | Unreadable, number: int, builder: ArtworkBuilder) -> SourceItem:
    if isinstance(row, Unreadable):
        return SourceItem(None, number, Note("malformed-row", row.reason), raw=row.raw)
    try:
        artwork, notes = builder.build(row)
    except RowError as error:
        return SourceItem(None, number, error.note(), raw=_raw(row))
    return SourceItem(artwork, number, notes=notes)


def _raw(row: Row | Unreadable) -> str:
    return (row.raw or "") if isinstance(row, Unreadable) else raw_row(row)


def _joined_row(row: Row | Unreadable, join: JoinRule) -> tuple[str, Row]:
    if isinstance(row, Unreadable):
        raise RowError(row.reason, "malformed-row")
    key = column_text(row, join.key)
    if key is None:
        raise RowError(f"no {join.key}", "no-id")
    return key, {name: row.get(column) for name, column in join.fields.items()}
