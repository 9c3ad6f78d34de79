"""The National Gallery of Art's open data: its CSV files, by header name, of 2025 and of 2026."""

import re
from collections.abc import Iterator
from pathlib import Path

from core.errors import SourceError
from core.ports import SourceItem
from core.text import fold
from core.types import DEFAULT_ROLE, Artist, Artwork, Contribution, Image, Rights, RightsStatus
from ingest import values
from ingest.duplicates import set_aside_duplicates
from ingest.files import fingerprint, read_inside
from ingest.rules import column_text, column_year, settle_years
from ingest.sources.nga_attribution import parse_attribution, role_in_attribution, role_of
from ingest.sources.nga_tables import (
    REQUIRED,
    TABLES,
    Linked,
    NgaTables,
    load_tables,
    table_path,
)
from ingest.sources.table import check_columns
from ingest.tables.csv_table import CsvTable
from ingest.tables.rows import Row, Unreadable
from ingest.values import RowError

NAME = "nga"
COLLECTION = "National Gallery of Art, Washington"
READER = b"nga-2"  # raise it with any change of what is read: unfinished runs then start afresh
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
# The dump is CC0; its pictures are so only where `openaccess` says it.
DATA_RIGHTS = Rights(RightsStatus.OPEN, CC0, "Data Dictionary", "Creative Commons Zero (CC0)")
_OPEN_ACCESS = {
    "1": Rights(RightsStatus.OPEN, CC0, "openaccess", "1"),
    "0": Rights(RightsStatus.RESTRICTED, None, "openaccess", "0"),
}
_SUBJECTS = frozenset({"Keyword", "Theme"})
_MOVEMENTS = frozenset({"School", "Style"})
# Italics: _title_ or <i>title</i>.
_ITALICS = re.compile(r"</?(?:i|em)>|(?<![^\W_])_(?=\S)|(?<=\S)_(?![^\W_])", re.IGNORECASE)


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
        for name, columns in TABLES.items():
            path = table_path(self._folder, name)
            if path.is_file():
                named = dict.fromkeys(columns, "the layout of the dump")
                check_columns(CsvTable(path).columns(()), named, path, origin=NAME)

    @property
    def name(self) -> str:
        """First half of its artwork ids."""
        return NAME

    def fingerprint(self) -> str:
        """Identify the tables that are read by content."""
        there = [name for name in TABLES if table_path(self._folder, name).is_file()]
        tables = [(name, table_path(self._folder, name)) for name in there]
        return fingerprint([("reader", READER), *tables])

    def count(self) -> int:
        """Count the objects."""
        return CsvTable(table_path(self._folder, "objects")).count()

    def read(self) -> Iterator[SourceItem]:
        """Read the objects, then what could not be read or tied to one."""
        return set_aside_duplicates(self._items())

    def read_picture(self, path: str) -> bytes:
        """Read a file of the dump. Raises SourceError."""
        return read_inside(self._folder, path)

    def _items(self) -> Iterator[SourceItem]:
        tables = load_tables(self._folder)
        number = 0
        objects = CsvTable(table_path(self._folder, "objects"))
        for number, row in enumerate(objects.rows(()), start=1):
            yield _item(row, number, tables)
        if not number:
            raise SourceError(f"{table_path(self._folder, 'objects')} has no rows")
        for reason in (*tables.faults, *tables.orphans()):
            number += 1
            yield SourceItem(None, number, reason)


def _item(row: Row | Unreadable, number: int, tables: NgaTables) -> SourceItem:
    if isinstance(row, Unreadable):
        return SourceItem(None, number, row.reason)
    try:
        artwork, notes = _artwork(row, tables)
    except RowError as error:
        return SourceItem(None, number, str(error))
    return SourceItem(artwork, number, notes=notes)


def _artwork(row: Row, tables: NgaTables) -> tuple[Artwork, tuple[str, ...]]:
    notes: list[str] = []
    id = column_text(row, "objectid")
    if id is None:
        raise RowError("no objectid")
    date_text = _plain(row, "displaydate")
    begin, end = column_year(row, "beginyear", notes), column_year(row, "endyear", notes)
    begin, end, note = settle_years(begin, end, date_text)
    if note is not None:
        notes.append(note)
    terms = tables.terms.pop(id, [])
    artwork = Artwork(
        id=f"{NAME}:{id}",
        title=_plain(row, "title"),
        contributions=_contributions(row, tables.links.pop(id, []), tables, notes),
        date_text=date_text,
        begin=begin,
        end=end,
        medium=_plain(row, "medium"),
        classification=column_text(row, "classification"),
        collection=COLLECTION,
        dimensions=column_text(row, "dimensions"),
        credit_line=_plain(row, "creditline"),
        accession_number=column_text(row, "accessionnum"),
        group_title=_plain(row, "series") or _plain(row, "portfolio") or _plain(row, "volume"),
        place=next(iter(_terms(terms, frozenset({"Place Executed"}))), None),
        subjects=_terms(terms, _SUBJECTS),
        movements=_terms(terms, _MOVEMENTS),
        images=tuple(map(_image, sorted(tables.images.pop(id, []), key=_image_order))),
        data_rights=DATA_RIGHTS,
    )
    return artwork, tuple(notes)


def _contributions(
    row: Row, links: list[Linked], tables: NgaTables, notes: list[str]
) -> tuple[Contribution, ...]:
    attribution = _plain(row, "attribution") or ""
    found: dict[tuple[str, str], Contribution] = {}
    for link in sorted(links, key=lambda one: (_number(one.values.get("displayorder")), one.row)):
        artist = tables.artists.get(str(link.values.get("constituentid")))
        if artist is None:
            missing = link.values.get("constituentid")
            notes.append(f"objects_constituents.csv, row {link.row}: no constituent {missing}")
            continue
        role = _role(link, attribution, artist)
        found.setdefault((artist.id, role), Contribution(artist, role))
    if found or not attribution:
        return tuple(found.values())
    said = parse_attribution(attribution, lambda name: tables.by_name.get(fold(name)) is not None)
    return tuple(Contribution(_artist_named(name, tables), role) for role, name in said)


def _role(link: Linked, attribution: str, artist: Artist) -> str:
    parts = {name: column_text(link.values, name) for name in ("role", "prefix", "suffix")}
    role = role_of(**parts)
    return role if role != DEFAULT_ROLE else role_in_attribution(attribution, artist.name)


def _artist_named(name: str, tables: NgaTables) -> Artist:
    known = tables.by_name.get(fold(name))
    return (
        tables.artists[known] if known else Artist(f"{NAME}:{fold(name).replace(' ', '-')}", name)
    )


def _image_order(linked: Linked) -> tuple[bool, float, int]:
    is_alternate = str(linked.values.get("viewtype", "")).lower() != "primary"
    return is_alternate, _number(linked.values.get("sequence")), linked.row


def _image(linked: Linked) -> Image:
    row = linked.values
    return Image(
        thumbnail_url=_address(row, "iiifthumburl"),
        iiif_url=_address(row, "iiifurl"),
        width=_pixels(row, "width"),
        height=_pixels(row, "height"),
        alt_text=column_text(row, "assistivetext"),
        rights=_OPEN_ACCESS.get(column_text(row, "openaccess") or "", Rights()),
    )


def _terms(linked: list[Linked], kinds: frozenset[str]) -> tuple[str, ...]:
    found = [_plain(one.values, "term") for one in linked if one.values.get("termtype") in kinds]
    return values.unique([term for term in found if term])


def _plain(row: Row, column: str) -> str | None:
    """Read a text without its marks of italics."""
    text = column_text(row, column)
    return values.text(_ITALICS.sub("", text)) if text else None


def _address(row: Row, column: str) -> str | None:
    address = column_text(row, column)
    return address if address and values.is_web_address(address) else None


def _pixels(row: Row, column: str) -> int | None:
    number = _number(row.get(column))
    return int(number) if 0 < number < float("inf") else None


def _number(value: object) -> float:
    """Read a number to sort by; what is none comes last."""
    try:
        return float(str(value))
    except ValueError:
        return float("inf")
