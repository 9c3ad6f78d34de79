"""What a mapping may say of several languages, of parts, of pictures and of objects inside rows."""

import json
from pathlib import Path

import pytest

from core.errors import SourceError
from core.types import Artwork
from ingest.mapping_file import parse_mapping
from ingest.sources.table import TableSource
from tests.tables import HEAD, read, read_one, reasons, said


def test_other_titles_and_identifiers_come_from_several_columns(tmp_path: Path) -> None:
    toml = (
        'other_titles = ["de", "fr"]\nidentifiers = [{ column = "q", prefix = "wikidata:" }, "no"]'
    )
    toml = toml.replace('"no"]', '{ column = "no" }]')

    found = read_one(tmp_path, {"de": "Meer", "fr": "Mer", "q": "Q1", "no": ["7", "8"]}, toml)

    assert found.other_titles == ("Meer", "Mer")
    assert found.identifiers == ("wikidata:Q1", "7", "8")


def test_a_part_names_its_whole_and_nothing_is_its_own(tmp_path: Path) -> None:
    part, own = read(tmp_path, [{"id": 1, "p": 2}, {"id": 2, "p": "2"}], 'part_of = "p"')

    assert part.artwork == Artwork("m:1", part_of="m:2")
    assert own.artwork == Artwork("m:2")


def test_extra_columns_are_kept_as_they_are(tmp_path: Path) -> None:
    found = read_one(
        tmp_path, {"room": "7", "owner": None, "n": 2.0}, 'extra = ["room", "owner", "n"]'
    )

    assert found.extra == (("room", "7"), ("n", "2"))


def test_an_optional_column_may_be_missing(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id\n1\n")
    toml = 'optional = ["t"]\n' + HEAD + 'title = "t"\nmedium = "m"'
    mapping = parse_mapping(toml.encode(), "m.toml")

    with pytest.raises(SourceError, match=r"columns\.medium names the column 'm'"):
        TableSource(tmp_path / "a.csv", mapping)


def test_a_prefix_may_be_taken_off(tmp_path: Path) -> None:
    toml = 'title = { column = "t", strip = "cmoa:", prefix = "x" }'

    assert read_one(tmp_path, {"t": "cmoa:Sea"}, toml).title == "xSea"
    assert read_one(tmp_path, {"t": "cmoa:"}, toml).title is None


def test_objects_in_json_are_reached_by_a_path(tmp_path: Path) -> None:
    row = {"id": 1, "title": {"en": "Sea", "more": {"zh": "海"}}, "a.b": "own", "a": {"b": "inner"}}
    toml = 'title = "title.en"\nother_titles = "title.more.zh"\nmedium = "a.b"'

    found = read_one(tmp_path, row, toml)

    assert (found.title, found.other_titles, found.medium) == ("Sea", ("海",), "own")


def test_rows_may_be_wrapped_in_an_object(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"version": 2, "objects": [{"id": 1}, {"id": 2}]}))
    (tmp_path / "b.json").write_text(json.dumps({"x": [], "y": []}))
    mapping = parse_mapping(HEAD.encode(), "m.toml")

    assert len(list(TableSource(tmp_path / "a.json", mapping).read())) == 2
    with pytest.raises(SourceError, match="must hold an array"):
        TableSource(tmp_path / "b.json", mapping)


def test_cells_with_json_name_several_artists(tmp_path: Path) -> None:
    toml = '[artists]\nseparator = "json"\nid = "ids"\nname = "names"\nrole = "roles"'
    row = {"ids": "[7, 8]", "names": '["Ann", "Jan"]', "roles": '["artist", null]'}

    found = read_one(tmp_path, row, toml)

    assert [(c.artist.id, c.artist.name, c.role) for c in found.contributions] == [
        ("m:7", "Ann", "artist"), ("m:8", "Jan", "artist"),
    ]  # fmt: skip


def test_a_cell_that_should_be_json_and_is_not_sets_the_row_aside(tmp_path: Path) -> None:
    toml = 'subjects = { column = "s", separator = "json" }'

    (item,) = read(tmp_path, [{"id": 1, "s": "[oops"}], toml)

    (reason,) = reasons([item])
    assert reason is not None
    assert reason[1].startswith("column 's' is not a JSON array")


def test_values_about_artists_are_translated(tmp_path: Path) -> None:
    toml = (
        '[artists]\nname = "who"\ngender = "g"\n[artists.values.gender]\n"n/a" = ""\n"f" = "female"'
    )

    genders = [
        read_one(tmp_path, {"who": f"A{g}", "g": g}, toml).contributions[0].artist.gender
        for g in ("N/A", "F", "male")
    ]

    assert genders == [None, "female", "male"]


def test_several_pictures_stand_in_lists_side_by_side(tmp_path: Path) -> None:
    toml = '[image]\nseparator = "|"\nurl = "u"\nalt_text = "a"\nview = "v"'
    row = {"id": 1, "u": "https://m.org/1|https://m.org/2", "a": "one|two", "v": "front"}

    (item,) = read(tmp_path, [row], toml)

    assert item.artwork is not None
    assert [(i.url, i.alt_text, i.view) for i in item.artwork.images] == [
        ("https://m.org/1", "one", None), ("https://m.org/2", "two", None),
    ]  # fmt: skip
    assert said(item) == ["image.view has 1 values for 2 pictures: left out"]


def test_pictures_may_be_objects_in_a_column(tmp_path: Path) -> None:
    toml = '[image]\ncolumn = "pics"\nurl = "href"\nthumbnail_url = "small.href"'
    pics = [{"href": "https://m.org/1", "small": {"href": "https://m.org/s"}}, {"x": 1}, "stray"]

    found = read_one(tmp_path, {"pics": pics}, toml)

    assert [(i.url, i.thumbnail_url) for i in found.images] == [
        ("https://m.org/1", "https://m.org/s")
    ]


@pytest.mark.parametrize(
    ("day", "year"), [("1884-05-01", 1884), ("1884-05-01T10:00:00Z", 1884), ("-0043-01-01", -43)]
)
def test_of_a_day_the_year_is_taken(tmp_path: Path, day: str, year: int) -> None:
    found = read_one(tmp_path, {"b": day, "e": day}, 'begin = "b"\nend = "e"')

    assert (found.begin, found.end) == (year, year)


def test_a_span_of_years_is_no_year(tmp_path: Path) -> None:
    (item,) = read(tmp_path, [{"id": 1, "b": "1883-84"}], 'begin = "b"')

    assert said(item) == ["column 'b': '1883-84' is not a year: left out"]
