"""The National Gallery of Art's tables beside `objects`, held in memory by object."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from core.text import fold
from core.types import Artist
from ingest import values
from ingest.tables.csv_table import CsvTable
from ingest.tables.rows import Row, Unreadable

# Table → columns it must have; the last two tables are optional.
TABLES = {
    "objects": ("objectid", "title", "displaydate", "beginyear", "endyear", "medium"),
    "objects_constituents": ("objectid", "constituentid", "displayorder", "roletype"),
    "constituents": ("constituentid", "preferreddisplayname", "forwarddisplayname"),
    "published_images": ("depictstmsobjectid", "iiifurl", "viewtype", "sequence"),
    "constituents_altnames": ("constituentid", "forwarddisplayname"),
    "objects_terms": ("objectid", "termtype", "term"),
}
REQUIRED = ("objects", "objects_constituents", "constituents", "published_images")
# Columns that are used where a dump has them.
USED = {
    "objects_constituents": ("role", "prefix", "suffix"),
    "constituents": ("beginyear", "endyear", "nationality"),
    "published_images": ("iiifthumburl", "width", "height", "openaccess", "assistivetext"),
    "constituents_altnames": ("displayname", "nametype"),
}
_NOT_NAMES = frozenset({"Spouse", "Member of"})  # alternative names that name somebody else


@dataclass(frozen=True, slots=True)
class Linked:
    """A row of another table that belongs to an object."""

    row: int  # 1-based, in its own table
    values: Row


@dataclass(slots=True)
class NgaTables:
    """What stands about objects in the other tables; objects take theirs out as they are read."""

    artists: dict[str, Artist] = field(default_factory=dict)  # by constituent id
    by_name: dict[str, str | None] = field(default_factory=dict)  # folded; None: several have it
    links: dict[str, list[Linked]] = field(default_factory=dict)  # by object id
    images: dict[str, list[Linked]] = field(default_factory=dict)
    terms: dict[str, list[Linked]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def orphans(self) -> Iterator[str]:
        """Name the rows whose object was not there."""
        for table, rows in (
            ("objects_constituents", self.links),
            ("published_images", self.images),
            ("objects_terms", self.terms),
        ):
            for object_id, linked in rows.items():
                for one in linked:
                    yield f"{table}.csv, row {one.row}: there is no object {object_id or '(blank)'}"


def load_tables(folder: Path) -> NgaTables:
    """Load what stands about objects in the tables of a dump."""
    faults: list[str] = []
    artists = _load_artists(folder, faults)
    return NgaTables(
        artists=artists,
        by_name=_by_name(artists),
        links=_load_linked(folder, "objects_constituents", "objectid", faults),
        images=_load_linked(folder, "published_images", "depictstmsobjectid", faults),
        terms=_load_linked(folder, "objects_terms", "objectid", faults),
        faults=faults,
    )


def table_path(folder: Path, table: str) -> Path:
    """Name the file of a table."""
    return folder / f"{table}.csv"


def _load_artists(folder: Path, faults: list[str]) -> dict[str, Artist]:
    names: dict[str, list[str]] = defaultdict(list)
    for _, row in _rows(folder, "constituents_altnames", faults):
        id, name = row.get("constituentid"), row.get("forwarddisplayname") or row.get("displayname")
        if id and name and row.get("nametype") not in _NOT_NAMES:
            names[id].append(name)
    artists = {}
    for _, row in _rows(folder, "constituents", faults):
        id, inverted = row.get("constituentid"), row.get("preferreddisplayname")
        name = row.get("forwarddisplayname") or inverted
        if id and name:
            artists[id] = _artist(id, name, inverted, row, names.get(id, []))
    return artists


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
    for names_of in (lambda artist: (artist.name,), lambda artist: artist.other_names):
        level: dict[str, str | None] = {}
        for id, artist in artists.items():
            for name in {fold(name) for name in names_of(artist)}:
                level[name] = id if name not in level else None
        found = level | found
    return found


def _load_linked(folder: Path, table: str, key: str, faults: list[str]) -> dict[str, list[Linked]]:
    linked: dict[str, list[Linked]] = defaultdict(list)
    for number, row in _rows(folder, table, faults):
        # Donors and owners are most of the constituents, and of no use in a search.
        if row.get("roletype", "artist") == "artist":
            linked[row.get(key) or ""].append(Linked(number, row))
    return dict(linked)


def _rows(folder: Path, table: str, faults: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Read the columns of a table that are used, blanks left out; damaged rows become faults."""
    path = table_path(folder, table)
    if not path.is_file():  # an optional one
        return
    used = (*TABLES[table], *USED.get(table, ()))
    for number, row in enumerate(CsvTable(path).rows(used), start=1):
        if isinstance(row, Unreadable):
            faults.append(f"{table}.csv, row {number}: {row.reason}")
            continue
        try:
            yield number, {c: text for c in used if (text := values.text(row.get(c))) is not None}
        except ValueError as error:
            faults.append(f"{table}.csv, row {number}: a cell {error}")
