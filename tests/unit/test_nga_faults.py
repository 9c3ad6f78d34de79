from pathlib import Path

import pytest

from core.errors import SourceError
from core.records import Note
from core.types import Artist, Contribution
from ingest.sources.nga import NgaSource
from tests.nga_dump import dump, write

TITIAN = Artist("nga:7", "Titian", "Titian", (), None, 1488, 1576, "Venetian")


def test_rows_whose_object_is_missing_are_set_aside_one_by_one(tmp_path: Path) -> None:
    source = dump(
        tmp_path,
        images=[{}, {"depictstmsobjectid": "99"}, {"depictstmsobjectid": ""}],
        links=[{}, {"objectid": "98"}],
    )

    _, *orphans = source.read()

    assert [(item.row, item.reason) for item in orphans] == [
        (2, Note("orphan-row", "there is no object 98", "objects_constituents", 2)),
        (3, Note("orphan-image", "there is no object 99", "published_images", 2)),
        (4, Note("orphan-image", "there is no object (blank)", "published_images", 3)),
    ]
    assert '"iiifurl": "https://api.nga.gov/iiif/u1"' in (orphans[1].raw or "")


def test_a_link_to_a_missing_constituent_is_noted(tmp_path: Path) -> None:
    (item,) = dump(tmp_path, links=[{"constituentid": "99"}]).read()

    note = Note("unknown-constituent", "there is no constituent 99", "objects_constituents", 1)
    assert item.artwork is not None
    assert item.notes == (note,)
    assert item.artwork.contributions == (Contribution(TITIAN),)  # as the attribution says


def test_damaged_rows_of_any_table_are_set_aside_as_they_stood(tmp_path: Path) -> None:
    source = dump(tmp_path, objects=[{}, {"objectid": ""}])
    with (tmp_path / "objects.csv").open("ab") as file:
        file.write(b"4,1\r\n")
    with (tmp_path / "published_images.csv").open("a") as file:
        file.write('u9,"never closed\n')

    artwork, *aside = source.read()

    assert artwork.artwork is not None
    assert [item.reason for item in aside] == [
        Note("no-id", "no objectid"),
        Note("malformed-row", "2 cells where the header has 15"),
        Note("malformed-row", "malformed CSV: unexpected end of data", "published_images", 2),
    ]
    assert [item.raw for item in aside[1:]] == ["4,1", 'u9,"never closed']


def test_bytes_that_are_not_utf8_are_replaced_and_noted(tmp_path: Path) -> None:
    source = dump(tmp_path, objects=[{"title": "Ete"}], images=[{"assistivetext": "Mer"}])
    bad_bytes = (
        ("objects", b"Ete", b"\xe9t\xe9"),
        ("constituents", b"7,Ti", b"7,T\xed"),
        ("published_images", b"Mer", b"M\xe8re"),
    )
    for name, good, bad in bad_bytes:
        path = tmp_path / f"{name}.csv"
        path.write_bytes(path.read_bytes().replace(good, bad))

    (item,) = source.read()

    assert item.artwork is not None
    assert item.artwork.title == "\ufffdt\ufffd"
    assert item.artwork.images[0].alt_text == "M\ufffdre"
    reason = "bytes of {} are not UTF-8: replaced"
    assert item.notes == (
        Note("stray-bytes", reason.format("preferreddisplayname"), "constituents", 1),
        Note("stray-bytes", reason.format("title")),
        Note("stray-bytes", reason.format("assistivetext"), "published_images", 1),
    )


def test_years_of_a_life_do_not_stand_in_for_the_date_of_a_work(tmp_path: Path) -> None:
    life = {"displaydate": "", "beginyear": "1488", "endyear": "1576"}
    objects = [life, life | {"objectid": "2", "displaydate": "1488-1576"},
               life | {"objectid": "3", "endyear": "1575"}]  # fmt: skip
    links = [{"objectid": id} for id in "123"]

    items = list(dump(tmp_path, objects=objects, links=links, images=[]).read())

    assert [(i.artwork.begin, i.artwork.end) for i in items if i.artwork] == [
        (None, None), (1488, 1576), (1488, 1575)
    ]  # fmt: skip
    reason = "years 1488 to 1576 are those of Titian's life: left out"
    assert [item.notes for item in items] == [(Note("life-dates", reason),), (), ()]


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


def test_a_dump_without_objects_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"objects\.csv has no rows"):
        list(dump(tmp_path, objects=()).read())
