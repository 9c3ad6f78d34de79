import os
from pathlib import Path

import pytest

from core.errors import SourceError
from core.ports import SourceItem
from core.types import Artwork, Image
from ingest.mapping_file import parse_mapping
from ingest.sources.folder import FolderSource, source_name, title_of
from ingest.sources.table import TableSource
from tests.tables import reasons

MAPPING = b'source = "m"\n[columns]\nid = "id"\ntitle = "title"\n[image]\npath = "file"\n'


def filled(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(name.encode())
    return root


def paths(source: FolderSource) -> list[str]:
    return [i.artwork.id.partition(":")[2] for i in source.read() if i.artwork is not None]


def test_each_picture_is_an_artwork_named_by_its_file(tmp_path: Path) -> None:
    source = FolderSource(filled(tmp_path, "a/night_watch.JPG"), name="own")

    assert list(source.read()) == [
        SourceItem(
            Artwork(
                "own:a/night_watch.JPG", "night watch", images=(Image(path="a/night_watch.JPG"),)
            ),
            1,
            needs_picture=True,
        )
    ]
    assert source.read_picture("a/night_watch.JPG") == b"a/night_watch.JPG"


def test_folders_are_walked_in_the_order_of_names(tmp_path: Path) -> None:
    filled(tmp_path, "b.png", "a/2.webp", "a/1.tif", "a/b/0.gif", "c.bmp", "a.jpeg")

    source = FolderSource(tmp_path)

    assert paths(source) == ["a.jpeg", "b.png", "c.bmp", "a/1.tif", "a/2.webp", "a/b/0.gif"]
    assert source.count() == 6


def test_hidden_files_and_other_files_are_not_pictures(tmp_path: Path) -> None:
    filled(tmp_path, ".a.jpg", ".git/b.jpg", "notes.txt", "jpg", "a.jpg")

    assert paths(FolderSource(tmp_path)) == ["a.jpg"]


@pytest.mark.parametrize("names", [[], ["notes.txt", ".a.jpg"]])
def test_a_folder_without_pictures_is_refused(tmp_path: Path, names: list[str]) -> None:
    with pytest.raises(SourceError, match=r"holds no pictures: no name in it ends in \.bmp, \.gif"):
        list(FolderSource(filled(tmp_path, *names)).read())


def test_links_are_never_followed_out_of_the_folder(tmp_path: Path) -> None:
    inside, outside = filled(tmp_path / "in", "a.jpg"), filled(tmp_path / "out", "b.jpg")
    (inside / "file.jpg").symlink_to(outside / "b.jpg")
    (inside / "folder").symlink_to(outside)
    (inside / "loop").symlink_to(inside)
    source = FolderSource(inside)

    items = list(source.read())

    assert reasons(items) == [None, ("leads-out", "file.jpg leads out of the folder")]
    for path in ("file.jpg", "folder/b.jpg", "../out/b.jpg"):
        with pytest.raises(SourceError, match="leads out of the folder"):
            source.read_picture(path)


def test_a_name_that_is_not_utf8_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.jpg")).write_bytes(b"x")

    (item,) = FolderSource(tmp_path).read()

    assert reasons([item]) == [("name-not-utf8", "b'caf\\xe9.jpg': the name is not UTF-8")]


@pytest.mark.parametrize(
    ("stem", "title"),
    [
        ("the_night_watch", "the night watch"),
        ("Vigée-Le-Brun", "Vigée Le Brun"),
        ("Toulouse-Lautrec at_work", "Toulouse-Lautrec at work"),
        ("IMG__001", "IMG 001"),
        ("__", None),
    ],
)
def test_a_title_is_made_of_the_name(stem: str, title: str | None) -> None:
    assert title_of(stem) == title


def test_the_folder_names_the_source() -> None:
    assert source_name("My Pictures (2024)") == "my-pictures-2024"
    assert source_name("絵") == "folder"
    assert len(source_name("x" * 99)) == 32


@pytest.mark.parametrize("name", ["A", "a:b", "", "a b"])
def test_a_name_that_would_break_ids_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match="must be a short name"):
        FolderSource(tmp_path, name=name)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"there is no folder .*nowhere"):
        FolderSource(tmp_path / "nowhere")


def with_table(root: Path, rows: str) -> FolderSource:
    (root / "rows.csv").write_text(f"id,title,file\n{rows}")
    table = TableSource(root / "rows.csv", parse_mapping(MAPPING, "m.toml"), root)
    return FolderSource(root, table=table)


def test_a_table_says_what_pictures_show_and_the_others_follow(tmp_path: Path) -> None:
    filled(tmp_path, "a.jpg", "b.jpg", "sub/c.jpg")

    source = with_table(tmp_path, "1,Sea,./b.jpg\n2,Sky,\n")

    assert [(i.row, i.artwork and i.artwork.id) for i in source.read()] == [
        (1, "m:1"), (2, "m:2"), (3, "m:a.jpg"), (4, "m:sub/c.jpg"),
    ]  # fmt: skip
    assert source.name == "m"
    assert source.read_picture("./b.jpg") == b"b.jpg"


def test_the_fingerprint_follows_names_contents_and_table(tmp_path: Path) -> None:
    filled(tmp_path, "a.jpg", "b.jpg")
    prints = [with_table(tmp_path, "1,Sea,b.jpg\n").fingerprint()]
    assert with_table(tmp_path, "1,Sea,b.jpg\n").fingerprint() == prints[0]

    (tmp_path / "a.jpg").write_bytes(b"other bytes")
    prints.append(with_table(tmp_path, "1,Sea,b.jpg\n").fingerprint())
    (tmp_path / "a.jpg").rename(tmp_path / "c.jpg")
    prints.append(with_table(tmp_path, "1,Sea,b.jpg\n").fingerprint())
    prints.append(with_table(tmp_path, "1,Sky,b.jpg\n").fingerprint())

    assert len(set(prints)) == 4


def test_a_broken_link_does_not_stop_the_reading(tmp_path: Path) -> None:
    (filled(tmp_path, "a.jpg") / "b.jpg").symlink_to(tmp_path / "gone.jpg")
    source = FolderSource(tmp_path)

    assert len(source.fingerprint()) == 64
    assert paths(source) == ["a.jpg", "b.jpg"]
    with pytest.raises(SourceError, match=r"b\.jpg cannot be read"):
        source.read_picture("b.jpg")
