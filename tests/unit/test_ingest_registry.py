from pathlib import Path

import pytest

from core.errors import SourceError
from core.types import RightsStatus
from ingest.registry import SOURCES, SourceOptions, open_source


def test_the_sources_are_those_of_the_command_line() -> None:
    assert list(SOURCES) == ["sample", "table", "folder", "nga"]


def test_a_source_that_is_not_known_names_those_that_are() -> None:
    with pytest.raises(SourceError, match="no source 'louvre'; there are sample, table, folder"):
        open_source("louvre", SourceOptions())


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        ("table", SourceOptions(), "give the path of a table"),
        (
            "table",
            SourceOptions(Path("x.csv")),
            "give --mapping .* one of art_images, sample, tate",
        ),
        ("table", SourceOptions(Path("nowhere"), "tate"), "nowhere is no table"),
        ("table", SourceOptions(Path("nowhere.csv"), "tate"), r"there is no table nowhere\.csv"),
        ("table", SourceOptions(Path("x.csv"), "louvre"), "there is no mapping 'louvre'"),
        ("folder", SourceOptions(), "give the path of a folder"),
        ("folder", SourceOptions(Path("nowhere")), "there is no folder nowhere"),
        ("nga", SourceOptions(), "give the path of the folder"),
        (
            "nga",
            SourceOptions(Path("nowhere")),
            "there is no objects.csv in nowhere: give a folder",
        ),
    ],
)
def test_a_wrong_path_is_answered_with_the_remedy(
    kind: str, options: SourceOptions, message: str
) -> None:
    with pytest.raises(SourceError, match=message):
        open_source(kind, options)


def test_a_table_in_a_folder_needs_a_mapping(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="a folder with --table needs --mapping"):
        open_source("folder", SourceOptions(tmp_path, table=Path("rows.csv")))


def test_a_name_and_a_mapping_are_one_name_too_many(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="the mapping names its source"):
        open_source("folder", SourceOptions(tmp_path, "art_images", name="own"))


def test_the_sample_is_whole() -> None:
    source = open_source("sample", SourceOptions())

    items = list(source.read())

    assert source.count() == len(items)
    assert len(items) >= 250
    assert not any(item.reason or item.notes for item in items)
    artworks = [item.artwork for item in items if item.artwork]
    assert {artwork.data_rights.status for artwork in artworks} == {RightsStatus.OPEN}
    images = [image for artwork in artworks for image in artwork.images]
    assert {image.rights.value for image in images} == {"drawn by the Vasari project"}
    assert all(source.read_picture(image.path) for image in images if image.path)


def test_a_mapping_without_a_file_needs_to_be_told_the_table(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text('source = "m"\n[columns]\nid = "id"\n')
    mapping = str(tmp_path / "m.toml")

    with pytest.raises(SourceError, match="which file is the table"):
        open_source("folder", SourceOptions(tmp_path, mapping))
    with pytest.raises(SourceError, match="is a folder: give the path of the table in it"):
        open_source("table", SourceOptions(tmp_path, mapping))


def test_a_folder_opens_with_its_table(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text('source = "m"\n[columns]\nid = "id"\n')
    (tmp_path / "rows.csv").write_text("id\n1\n")

    options = SourceOptions(tmp_path, str(tmp_path / "m.toml"), Path("rows.csv"))

    assert [i.artwork and i.artwork.id for i in open_source("folder", options).read()] == ["m:1"]
    assert open_source("folder", SourceOptions(tmp_path, name="own")).name == "own"
