from pathlib import Path

import pytest

from core.errors import SourceError
from core.ports import SourceItem
from core.records import Note
from core.types import Artwork
from ingest.mapping_file import parse_mapping
from ingest.raw_row import raw_row
from ingest.sources.table import TableSource
from tests.tables import HEAD, opened, read, read_one, reasons, said


def csv_table(folder: Path, text: str, toml: str) -> TableSource:
    (folder / "rows.csv").write_text(text)
    return TableSource(folder / "rows.csv", parse_mapping(toml.encode(), "m.toml"))


def test_columns_become_an_artwork(tmp_path: Path) -> None:
    row = {"t": " Sea ", "m": "oil", "n": "N1", "from": 1800, "to": 1810, "when": "1800s", "x": 9}
    toml = 'title = "t"\nmedium = "m"\naccession_number = "n"\n'
    toml += 'begin = "from"\nend = "to"\ndate_text = "when"'

    assert read_one(tmp_path, row, toml) == Artwork(
        id="m:1", title="Sea", medium="oil", accession_number="N1",
        date_text="1800s", begin=1800, end=1810,
    )  # fmt: skip


def test_blank_texts_are_none_and_never_empty(tmp_path: Path) -> None:
    artwork = read_one(tmp_path, {"t": " \n ", "m": None}, 'title = "t"\nmedium = "m"')

    assert (artwork.title, artwork.medium) == (None, None)


def test_numbers_serve_as_ids_without_a_point(tmp_path: Path) -> None:
    items = read(tmp_path, [{"id": 7}, {"id": 12.0}, {"id": " x "}], "")

    assert [item.artwork and item.artwork.id for item in items] == ["m:7", "m:12", "m:x"]


def test_an_id_may_be_made_of_two_columns(tmp_path: Path) -> None:
    toml = 'source = "m"\n[columns]\nid = { columns = ["dept", "no"] }'
    (item,) = opened(tmp_path, [{"dept": "A", "no": 3}], toml).read()

    assert item.artwork == Artwork("m:A-3")


@pytest.mark.parametrize("id", [None, "", "  ", "a\nb", "x" * 201])
def test_a_row_without_a_usable_id_is_set_aside(tmp_path: Path, id: str | None) -> None:
    first, second = read(tmp_path, [{"id": id}, {"id": "2"}], "")

    assert first.artwork is None
    assert isinstance(first.reason, Note)
    assert (first.reason.rule, first.raw) == ("no-id", raw_row({"id": id}))
    assert second == SourceItem(Artwork("m:2"), 2)


def test_bytes_that_are_not_utf8_matter_in_the_columns_that_are_used(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,title,note\n1,S\xe9a,x\n2,Sky,\xe9\n")
    mapping = parse_mapping((HEAD + 'title = "title"').encode(), "m.toml")

    first, second = TableSource(path, mapping).read()

    assert reasons([first]) == [
        ("unreadable-value", "column 'title' is not text in UTF-8; save the file as UTF-8")
    ]
    assert first.raw == '{"id": "1", "title": "S\\udce9a", "note": "x"}'
    assert second.artwork == Artwork("m:2", title="Sky")


def test_rows_that_cannot_be_read_keep_their_place(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,title\n1,a,b\n2,Sky\n")
    mapping = parse_mapping(HEAD.encode(), "m.toml")

    assert list(TableSource(path, mapping).read()) == [
        SourceItem(None, 1, Note("malformed-row", "3 cells where the header has 2"), raw="1,a,b"),
        SourceItem(Artwork("m:2"), 2),
    ]


def test_an_object_where_a_text_should_be_sets_the_row_aside(tmp_path: Path) -> None:
    (item,) = read(tmp_path, [{"id": 1, "t": {"en": "Sea"}}], 'title = "t"')

    assert reasons([item]) == [("unreadable-value", "column 't' holds an object, not a text")]


def test_links_are_web_addresses_or_left_out(tmp_path: Path) -> None:
    toml = 'url = "u"\n[image]\nurl = "i"\nthumbnail_url = "t"'
    row = {"id": 1, "u": "javascript:alert(1)", "i": "https://a.org/1.jpg", "t": "file:///etc"}

    (item,) = read(tmp_path, [row], toml)

    assert item.artwork is not None
    assert (item.artwork.url, item.artwork.images[0].url) == (None, "https://a.org/1.jpg")
    assert item.artwork.images[0].thumbnail_url is None
    assert [note.partition(":")[0] for note in said(item)] == ["url", "image.thumbnail_url"]


def test_a_missing_column_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        csv_table(tmp_path, "id,name\n1,x\n", HEAD + 'title = "titel"')

    assert str(caught.value) == (
        "m.toml: columns.title names the column 'titel', which rows.csv has not; "
        "its columns are id, name"
    )


@pytest.mark.parametrize(
    ("header", "hint"),
    [
        ("id;title", """ separated by ';': set delimiter = ";" in the mapping"""),
        ("id\ttitle", r""" separated by tabs: set delimiter = "\t" in the mapping"""),
    ],
)
def test_a_header_of_one_cell_says_how_it_seems_to_be_cut(
    tmp_path: Path, header: str, hint: str
) -> None:
    with pytest.raises(SourceError) as caught:
        csv_table(tmp_path, f"{header}\n", HEAD)

    assert str(caught.value).endswith(f"columns are {header}; its columns seem to be{hint}")


def test_rows_of_json_may_leave_columns_out(tmp_path: Path) -> None:
    toml = HEAD + 'title = "t"\nmedium = "m"\n[artists]\nname = "who"'
    first, second = opened(tmp_path, [{"id": 1}, {"id": 2}], toml).read()

    assert (first.artwork, second) == (Artwork("m:1"), SourceItem(Artwork("m:2"), 2))
    assert said(first) == [
        "m.toml: columns.title names 't', which no row of rows.jsonl has",
        "m.toml: columns.medium names 'm', which no row of rows.jsonl has",
        "m.toml: artists.name names 'who', which no row of rows.jsonl has",
    ]


def test_rows_of_json_must_have_the_id(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"columns\.id names the column 'id', which rows\.jsonl"):
        opened(tmp_path, [{"no": 1}], HEAD)


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.csv", "id\n"), ("a.csv", "id"), ("a.jsonl", ""), ("a.jsonl", "\n"), ("a.json", "[]")],
)
def test_a_table_without_rows_is_refused(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)

    with pytest.raises(SourceError, match=rf"{name} has no rows"):
        list(TableSource(tmp_path / name, parse_mapping(HEAD.encode(), "m.toml")).read())


def test_a_missing_column_of_the_joined_table_is_named(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("key,name\n1,Blake\n")
    toml = HEAD + '[artists]\nid = "who"\n[artists.join]\nfile = "people.csv"\n'
    toml += 'key = "key"\nname = "nom"'

    with pytest.raises(SourceError, match=r"artists\.join\.name names the column 'nom', which peo"):
        opened(tmp_path, [{"id": 1, "who": 1}], toml)


def test_a_missing_joined_table_is_named(tmp_path: Path) -> None:
    toml = HEAD + '[artists]\nid = "who"\n[artists.join]\nfile = "p.csv"\nkey = "k"\nname = "n"'

    with pytest.raises(SourceError, match=r"there is no table .*p\.csv"):
        opened(tmp_path, [{"id": 1, "who": 1}], toml)


def test_a_damaged_row_of_the_joined_table_is_set_aside_after_all_others(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("k,n\n1,Blake\n2\n,Nobody\n")
    toml = '[artists]\nid = "who"\n[artists.join]\nfile = "p.csv"\nkey = "k"\nname = "n"'

    first, *others = read(tmp_path, [{"id": 1, "who": 1}], toml)

    assert first.artwork is not None
    assert first.artwork.contributions[0].artist.name == "Blake"
    assert others == [
        SourceItem(
            None,
            2,
            Note("malformed-row", "p.csv: 1 cells where the header has 2", "p.csv", 2),
            raw="2",
        ),
        SourceItem(
            None, 3, Note("no-id", "p.csv: no k", "p.csv", 3), raw='{"k": "", "n": "Nobody"}'
        ),
    ]


def test_equal_data_has_an_equal_fingerprint_wherever_it_lies(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    rows = [{"id": 1}]

    first, same = (opened(tmp_path / name, rows, HEAD) for name in "ab")
    other_rows = opened(tmp_path, [{"id": 2}], HEAD)
    other_mapping = opened(tmp_path / "b", rows, HEAD + "# another\n")

    assert first.fingerprint() == same.fingerprint()
    assert len({s.fingerprint() for s in (first, other_rows, other_mapping)}) == 3


def test_pictures_are_read_beside_the_table_and_never_outside(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    (inside / "a.jpg").write_bytes(b"picture")
    (inside / "link.jpg").symlink_to(tmp_path / "secret")
    source = opened(inside, [{"id": 1}], HEAD)

    assert source.read_picture("a.jpg") == b"picture"
    for path in ("../secret", str(tmp_path / "secret"), "link.jpg", "b.jpg", "a\0.jpg", "."):
        with pytest.raises(SourceError):
            source.read_picture(path)


def test_a_semicolon_may_cut_the_cells(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id;title\n1;Sea, sky\n")
    mapping = parse_mapping(('delimiter = ";"\n' + HEAD + 'title = "title"').encode(), "m.toml")

    (item,) = TableSource(tmp_path / "a.csv", mapping).read()

    assert item.artwork == Artwork("m:1", title="Sea, sky")
