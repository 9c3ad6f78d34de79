import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from core.progress import SilentProgress
from ingest.drafting.hints import HINTS, likeness
from ingest.drafting.inspect_file import inspect_file
from ingest.drafting.kinds import Kind, kinds_of
from ingest.drafting.licences import licence_of
from ingest.drafting.profile import ColumnProfile


def rows(folder: Path, table: Sequence[Mapping[str, object]]) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in table))
    return path


def columns(path: Path) -> dict[str, ColumnProfile]:
    found = inspect_file(path, most_rows=None, progress=SilentProgress())
    return {column.name: column for column in found.profile.columns}


def test_a_column_is_profiled(tmp_path: Path) -> None:
    path = rows(
        tmp_path, [{"k": "oil; wax"}, {"k": "oil"}, {"k": " "}, {"k": "oil; wax"}, {"k": None}]
    )

    k = columns(path)["k"]

    assert (k.rows, k.filled, k.distinct, k.has_repeats) == (5, 3, 2, True)
    assert (k.longest, k.separator, k.values) == (8, ";", ("oil; wax", "oil"))
    assert k.share_filled == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("1884", Kind.YEAR),
        (1884.0, Kind.YEAR),
        ("1884-05-01", Kind.DAY),
        ("c. 1884", Kind.DATE),
        ("late 19th century", Kind.DATE),
        ("19.25", Kind.NUMBER),
        ("https://m.example/iiif/2/abc/info.json", Kind.IIIF),
        ("https://m.example/iiif/abc/full/!200,200/0/default.jpg", Kind.PICTURE_ADDRESS),
        ("https://m.example/iiif/7/manifest", Kind.MANIFEST),
        ("scans/a1.TIF", Kind.PICTURE_FILE),
        ("http://rightsstatements.org/vocab/InC/1.0/", Kind.LICENCE),
        ('["a", "b"]', Kind.JSON_LIST),
        (["a"], Kind.LIST),
        ([{"name": "x"}], Kind.OBJECTS),
        (True, Kind.CLAIM),
    ],
)
def test_values_tell_what_they_are(value: object, kind: Kind) -> None:
    assert kind in kinds_of(value)


@pytest.mark.parametrize("value", ["", None, "2013.29.1A-B", "oil on canvas", 123456])
def test_what_is_no_date_and_no_address_is_none(value: object) -> None:
    assert not kinds_of(value) & {Kind.DATE, Kind.YEAR, Kind.DAY, Kind.ADDRESS}


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("ObjectBeginDate", "columns.begin"),
        ("object_title", "columns.title"),
        ("titleEN", "columns.title"),
        ("Titel", "columns.title"),
        ("artistDisplayName", "artists.name"),
        ("Inventarnummer", "columns.accession_number"),
    ],
)
def test_names_of_columns_are_known_however_they_are_written(column: str, field: str) -> None:
    assert likeness(column, HINTS[field]) >= 0.7


@pytest.mark.parametrize(
    "column", ["date_acquired", "acquisition_date", "lastmodification", "width"]
)
def test_names_that_are_about_something_else_are_not(column: str) -> None:
    assert likeness(column, HINTS["columns.date_text"]) == 0


def test_a_licence_that_forbids_trade_is_not_open() -> None:
    licence = licence_of("https://creativecommons.org/licenses/by-nc-sa/4.0/")

    assert licence is not None
    assert licence[1].value == "restricted"
