from pathlib import Path

import pytest

from core.errors import SourceError
from core.types import Artist, Contribution
from ingest.sources.nga import NgaSource
from tests.nga_dump import OBJECT, dump, write

TITIAN = Artist("nga:7", "Titian", "Titian", (), None, 1488, 1576, "Venetian")


def test_rows_whose_object_is_missing_are_set_aside_one_by_one(tmp_path: Path) -> None:
    source = dump(
        tmp_path,
        images=[{}, {"depictstmsobjectid": "99"}, {"depictstmsobjectid": ""}],
        links=[{}, {"objectid": "98"}, {"objectid": "97", "roletype": "donor"}],
    )

    _, *orphans = source.read()

    assert [(item.row, item.reason) for item in orphans] == [
        (2, "objects_constituents.csv, row 2: there is no object 98"),
        (3, "published_images.csv, row 2: there is no object 99"),
        (4, "published_images.csv, row 3: there is no object (blank)"),
    ]


def test_a_link_to_a_missing_constituent_is_noted(tmp_path: Path) -> None:
    (item,) = dump(tmp_path, links=[{"constituentid": "99"}]).read()

    assert item.artwork is not None
    assert item.notes == ("objects_constituents.csv, row 1: no constituent 99",)
    assert item.artwork.contributions == (Contribution(TITIAN),)  # as the attribution says


def test_damaged_rows_of_any_table_are_set_aside(tmp_path: Path) -> None:
    source = dump(tmp_path, objects=[{}, {"objectid": ""}, {}])
    with (tmp_path / "objects.csv").open("ab") as file:
        file.write(b"4,1\r\n5,1,x,S\xe9a" + b"," * (len(OBJECT) - 4) + b"\r\n")
    with (tmp_path / "published_images.csv").open("a") as file:
        file.write('u9,"never closed\n')

    artwork, *aside = source.read()

    assert artwork.artwork is not None
    assert [item.reason for item in aside] == [
        "no objectid",
        "the id '1' stands in row 1 already",
        "2 cells where the header has 15",
        "column 'title' is not text in UTF-8",
        "published_images.csv, row 2: malformed CSV: unexpected end of data",
    ]


def test_a_table_that_is_missing_is_named(tmp_path: Path) -> None:
    dump(tmp_path)
    (tmp_path / "published_images.csv").unlink()

    with pytest.raises(
        SourceError, match=r"there is no published_images\.csv in .*: give a folder"
    ):
        NgaSource(tmp_path)


def test_a_column_that_is_missing_is_named(tmp_path: Path) -> None:
    dump(tmp_path)
    write(tmp_path, "objects", [], ["objectid", "title"])

    with pytest.raises(
        SourceError, match=r"'displaydate', which objects\.csv has not; its columns"
    ):
        NgaSource(tmp_path)


def test_a_byte_that_is_not_utf8_costs_its_own_row_of_a_side_table(tmp_path: Path) -> None:
    source = dump(tmp_path, constituents=[{}, {"constituentid": "8"}])
    path = tmp_path / "constituents.csv"
    path.write_bytes(path.read_bytes().replace(b"8,Titian", b"8,Titi\xe9n"))

    artwork, fault = source.read()

    assert artwork.artwork is not None
    assert fault.reason == "constituents.csv, row 2: a cell is not text in UTF-8"


def test_a_dump_without_objects_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"objects\.csv has no rows"):
        list(dump(tmp_path, objects=()).read())
