from pathlib import Path

import pytest

from core.errors import SourceError
from core.ports import Source
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
            "give --mapping .* one of art_images, carnegie, .* sample, tate",
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


PICTURED = 'source = "m"\n[columns]\nid = "id"\n[image]\npath = "file"\n'


def beside(root: Path, toml: str = PICTURED) -> str:
    """Write a mapping and a table into a folder."""
    (root / "m.toml").write_text(toml)
    (root / "rows.csv").write_text("id,file\n1,a.jpg\n")
    return str(root / "m.toml")


def ids(source: Source) -> list[str]:
    return [item.artwork.id for item in source.read() if item.artwork]


def test_a_folder_opens_with_its_table(tmp_path: Path) -> None:
    options = SourceOptions(tmp_path, beside(tmp_path), Path("rows.csv"))

    assert ids(open_source("folder", options)) == ["m:1"]
    assert open_source("folder", SourceOptions(tmp_path, name="own")).name == "own"


@pytest.mark.parametrize("image", ["", '[image]\nurl = "file"\n'])
def test_a_folder_is_not_read_without_the_column_of_its_pictures(
    tmp_path: Path, image: str
) -> None:
    mapping = beside(tmp_path, PICTURED.partition("[image]")[0] + image)

    with pytest.raises(SourceError) as caught:
        open_source("folder", SourceOptions(tmp_path, mapping, Path("rows.csv")))

    assert str(caught.value) == (
        "m.toml does not say which picture is whose: the mapping needs "
        '`[image] path = "<column with the file name>"`'
    )


def test_a_table_is_found_from_where_the_command_is_given_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = beside(tmp_path)
    (tmp_path / "pictures").mkdir()
    monkeypatch.chdir(tmp_path)

    from_here = open_source("folder", SourceOptions(Path("pictures"), mapping, Path("rows.csv")))

    assert ids(from_here) == ["m:1"]


def test_the_table_in_the_folder_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = beside(tmp_path)
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures/rows.csv").write_text("id,file\ninside,\n")
    monkeypatch.chdir(tmp_path)

    both = open_source("folder", SourceOptions(Path("pictures"), mapping, Path("rows.csv")))

    assert ids(both) == ["m:inside"]


def test_a_file_is_no_folder_but_a_table(tmp_path: Path) -> None:
    beside(tmp_path)

    with pytest.raises(SourceError, match=r"rows\.csv is a file: use `vasari ingest table`"):
        open_source("folder", SourceOptions(tmp_path / "rows.csv"))
