"""The National Gallery of Art's tables: their columns, and how they are loaded into a join."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.records import Note
from core.text import fold
from core.types import Artist
from ingest import values
from ingest.sources.nga_join import Join
from ingest.tables.csv_table import CsvTable
from ingest.tables.rows import Row, Unreadable

# Table → columns it must have; all but the first four tables are optional.
TABLES = {
    "objects": ("objectid", "title", "displaydate", "beginyear", "endyear", "medium"),
    "objects_constituents": ("objectid", "constituentid", "displayorder", "roletype"),
    "constituents": ("constituentid", "preferreddisplayname", "forwarddisplayname"),
    "published_images": ("depictstmsobjectid", "iiifurl", "viewtype", "sequence"),
    "constituents_altnames": ("constituentid", "forwarddisplayname"),
    "objects_terms": ("objectid", "termtype", "term"),
    "objects_dimensions": ("objectid", "element", "dimensiontype", "dimension", "unitname"),
    "objects_text_entries": ("objectid", "text", "texttype"),
    "objects_historical_data": ("objectid", "datatype", "forwardtext"),
    "objects_altnums": ("objectid", "altnumtype", "altnum"),
    "alternative_identifiers": ("uuid", "idschemelabel", "identifier"),
    "object_associations": ("childobjectid", "parentobjectid", "relationship"),
}
REQUIRED = ("objects", "objects_constituents", "constituents", "published_images")
# Columns that are used where a dump has them.
USED = {
    "objects_constituents": ("role", "prefix", "suffix"),
    "constituents": ("beginyear", "endyear", "nationality"),
    "published_images": (
        "uuid", "iiifthumburl", "width", "height", "maxpixels", "openaccess", "assistivetext",
    ),
    "constituents_altnames": ("displayname", "nametype"),
    "objects_text_entries": ("year",),
    "objects_historical_data": ("displayorder",),
}  # fmt: skip
# Tables whose rows belong to an object, with the column that names it.
LINKED = {
    "objects_constituents": "objectid",
    "published_images": "depictstmsobjectid",
    "objects_terms": "objectid",
    "objects_dimensions": "objectid",
    "objects_text_entries": "objectid",
    "objects_historical_data": "objectid",
    "objects_altnums": "objectid",
    "object_associations": "childobjectid",
    "alternative_identifiers": "uuid",
}
_NUMBERED = frozenset({"alternative_identifiers"})  # keyed by a uuid, which is no number
_NOT_NAMES = frozenset({"Spouse", "Member of"})  # alternative names that name somebody else
_REPLACED = "\ufffd"


@dataclass(slots=True)
class Constituents:
    """Everybody whom objects may be tied to."""

    artists: dict[str, Artist] = field(default_factory=dict)  # by constituent id
    by_name: dict[str, str | None] = field(default_factory=dict)  # folded; None: several have it
    notes: list[Note] = field(default_factory=list)  # what was corrected in the tables


def table_path(folder: Path, table: str) -> Path:
    """Name the file of a table."""
    return folder / f"{table}.csv"


def open_csv(folder: Path, table: str) -> CsvTable:
    """Open a table of a dump."""
    key = None if table in _NUMBERED else LINKED.get(table, TABLES[table][0])
    return CsvTable(table_path(folder, table), key=key, replaces_bytes=True)


def there(folder: Path) -> list[str]:
    """Name the tables that a dump has."""
    return [name for name in TABLES if table_path(folder, name).is_file()]


def load_constituents(folder: Path, join: Join) -> Constituents:
    """Load everybody, in memory: they are a fifth as many as the objects."""
    found = Constituents()
    names: dict[str, list[str]] = defaultdict(list)
    for number, row in _rows(folder, "constituents_altnames", join):
        id, name = row.get("constituentid"), row.get("forwarddisplayname") or row.get("displayname")
        if id and name and row.get("nametype") not in _NOT_NAMES:
            names[id].append(name)
            found.notes += stray_bytes(row, "constituents_altnames", number)
    for number, row in _rows(folder, "constituents", join):
        id, inverted = row.get("constituentid"), row.get("preferreddisplayname")
        name = row.get("forwarddisplayname") or inverted
        if id and name:
            found.artists[id] = _artist(id, name, inverted, row, names.get(id, []))
            found.notes += stray_bytes(row, "constituents", number)
    found.by_name = _by_name(found.artists)
    return found


def load_linked(folder: Path, join: Join) -> tuple[Note, ...]:
    """Load the objects' ids and every table that belongs to them; note what cannot be joined."""
    join.add_objects(_objects(folder))
    for table, key in LINKED.items():
        if not table_path(folder, table).is_file():
            continue
        columns = [name for name in _used(folder, table) if name != key]
        header = open_csv(folder, table).columns(())
        key_at, places = header.index(key), [header.index(name) for name in columns]
        rows = (
            (_text(cells[key_at]) or "", number, *[_text(cells[at]) for at in places])
            for number, cells in _records(folder, table, join)
        )
        join.add_table(table, columns, rows)
    join.tie_parts("object_associations")
    if "alternative_identifiers" not in join.tables():
        return ()
    join.key_by_uuid("alternative_identifiers")
    if "uuid" in open_csv(folder, "objects").columns(()):
        return ()
    return (Note("no-uuid", "alternative_identifiers.csv is not used: objects have no uuid"),)


def _objects(folder: Path) -> Iterator[tuple[str | int | None, ...]]:
    table = open_csv(folder, "objects")
    header = table.columns(())
    places = [
        header.index(name) if name in header else None
        for name in ("objectid", "uuid", "title", "accessionnum", "parentid", "isvirtual")
    ]
    for cells in table.records():
        if not isinstance(cells, Unreadable):
            found = [values.text(cells[at]) if at is not None else None for at in places]
            if found[0] is not None:
                yield (*found[:5], found[5] == "1")


def _artist(id: str, name: str, inverted: str | None, row: Row, names: list[str]) -> Artist:
    begin, end = values.life_years(row.get("beginyear"), row.get("endyear"))
    return Artist(
        id=f"nga:{id}",
        name=name,
        sort_name=inverted,
        other_names=values.unique([one for one in names if one not in (name, inverted)]),
        begin=begin,
        end=end,
        nationality=values.text(row.get("nationality")),
    )


def _by_name(artists: dict[str, Artist]) -> dict[str, str | None]:
    """Find constituents by name: a preferred name comes before alternative ones."""
    found: dict[str, str | None] = {}
    levels: Sequence[Callable[[Artist], tuple[str, ...]]] = (
        lambda artist: (artist.name,),
        lambda artist: artist.other_names,
    )
    for names_of in levels:
        level: dict[str, str | None] = {}
        for id, artist in artists.items():
            for name in {fold(name) for name in names_of(artist)}:
                level[name] = id if name not in level else None
        found = level | found
    return found


def _used(folder: Path, table: str) -> list[str]:
    header = open_csv(folder, table).columns(())
    return [name for name in (*TABLES[table], *USED.get(table, ())) if name in header]


def _rows(folder: Path, table: str, join: Join) -> Iterator[tuple[int, dict[str, str]]]:
    """Read the columns of a table that are used, blanks left out."""
    if not table_path(folder, table).is_file():  # an optional one
        return
    header = open_csv(folder, table).columns(())
    places = [(name, header.index(name)) for name in _used(folder, table)]
    for number, cells in _records(folder, table, join):
        yield number, {name: text for name, at in places if (text := _text(cells[at]))}


def _records(folder: Path, table: str, join: Join) -> Iterator[tuple[int, list[str]]]:
    """Number the rows of a table; damaged ones become faults."""
    for number, cells in enumerate(open_csv(folder, table).records(), start=1):
        if isinstance(cells, Unreadable):
            join.add_fault(table, number, cells.reason, cells.raw)
        else:
            yield number, cells


def stray_bytes(row: Row, table: str | None = None, number: int | None = None) -> list[Note]:
    """Say in which columns bytes were replaced that are not UTF-8, if any."""
    if _REPLACED not in "".join(map(str, row.values())):
        return []
    columns = ", ".join(name for name, text in row.items() if _REPLACED in str(text))
    return [Note("stray-bytes", f"bytes of {columns} are not UTF-8: replaced", table, number)]


def _text(cell: str) -> str | None:
    """Read a cell as `values.text` does, which takes longer; few have anything to mend."""
    return values.text(cell) if "\r" in cell or "\0" in cell else cell.strip() or None
