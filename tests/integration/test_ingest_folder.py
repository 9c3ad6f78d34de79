"""Folders of pictures, some of which are none."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from core.errors import SourceError
from core.records import WorkState
from ingest.mapping_file import parse_mapping
from ingest.report import report_text, took_nothing
from ingest.sources.folder import FolderSource
from ingest.sources.table import TableSource
from tests.ingesting import Home
from tests.pictures import encoded, left_red, png_of_claimed_size

MAPPING = b'source = "f"\n[columns]\nid = "id"\n[image]\npath = "file"\n'
BROKEN = {
    "bomb.png": png_of_claimed_size(40_000, 40_000),
    "cut.jpg": encoded(left_red(), "JPEG")[:200],
    "empty.jpg": b"",
    "one.jpg": b"x",
    "text.jpg": b"this is a text",
}


@pytest.fixture
def home(tmp_path: Path, database: Engine) -> Home:
    return Home(database, tmp_path / "blobs")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder with all that is broken."""
    root = tmp_path / "pictures"
    root.mkdir()
    for name, data in BROKEN.items():
        (root / name).write_bytes(data)
    (root / "gone.jpg").symlink_to(root / "nowhere.jpg")
    return root


def test_a_file_that_is_no_picture_is_no_artwork(folder: Path, home: Home) -> None:
    (folder / "whole.png").write_bytes(encoded(left_red()))

    run = home.ingest(FolderSource(folder, name="f"))

    assert (run.position, run.created, run.quarantined) == (7, 1, 6)
    assert (run.pictures_stored, run.pictures_failed) == (1, 6)
    assert [artwork.id for artwork in home.artworks()] == ["f:whole.png"]
    names = sorted([*BROKEN, "gone.jpg"])
    assert [fault.split(": ")[:2] for fault in run.faults] == [
        [f"row {row}", f"picture {name}"] for row, name in enumerate(names, start=1)
    ]


def test_a_picture_mended_later_becomes_an_artwork_then(folder: Path, home: Home) -> None:
    home.ingest(FolderSource(folder, name="f"))
    (folder / "cut.jpg").write_bytes(encoded(left_red(), "JPEG"))

    run = home.ingest(FolderSource(folder, name="f"))

    assert (run.created, run.quarantined) == (1, 5)


def test_an_artwork_outlives_the_damage_of_its_file(folder: Path, home: Home) -> None:
    (folder / "whole.png").write_bytes(encoded(left_red()))
    home.ingest(FolderSource(folder, name="f"))
    before = home.artworks()
    (folder / "whole.png").write_bytes(b"damaged")

    run = home.ingest(FolderSource(folder, name="f"))

    assert (run.quarantined, home.artworks()) == (7, before)


def test_an_artwork_of_a_table_stays_without_its_picture(folder: Path, home: Home) -> None:
    (folder / "rows.csv").write_text("id,file\n1,empty.jpg\n")
    table = TableSource(folder / "rows.csv", parse_mapping(MAPPING, "m.toml"), folder)

    run = home.ingest(FolderSource(folder, table=table))

    assert (run.position, run.created, run.quarantined) == (6, 1, 5)
    assert [(artwork.id, artwork.images) for artwork in home.artworks()] == [("f:1", ())]


def test_a_folder_of_broken_pictures_does_not_look_like_a_success(folder: Path, home: Home) -> None:
    run = home.ingest(FolderSource(folder, name="f"))

    assert (run.state, took_nothing(run)) == (WorkState.SUCCEEDED, True)
    assert report_text(run).startswith("f: nothing was taken: every row was set aside")


def test_an_empty_folder_is_a_failed_run(tmp_path: Path, home: Home) -> None:
    with pytest.raises(SourceError, match="holds no pictures"):
        home.ingest(FolderSource(tmp_path, name="f"))

    (run,) = home.runs.latest()
    assert (run.state, run.position) == (WorkState.FAILED, 0)
