from pathlib import Path

import pytest

from core.types import Artwork, Rights, RightsStatus
from ingest.mapping_file import load_mapping
from tests.tables import opened, read, read_one, said

YEARS = 'begin = "b"\nend = "e"\ndate_text = "d"'


@pytest.mark.parametrize(
    ("begin", "end", "date", "years"),
    [
        (1800, 1850, "1900", (1800, 1850)),  # the source's own years come first
        (None, None, "c. 1665", (1665, 1665)),
        ("", "", "late 15th century", (1466, 1499)),
        (None, None, "n.d.", (None, None)),
        (None, None, None, (None, None)),
        (1992, None, "1992", (1992, 1992)),  # Tate 83146
        (1923, None, "after 1923", (1923, None)),
        (None, 1700, "before 1700", (None, 1700)),
        (1950, None, "1900", (1950, None)),  # the text does not complete what it contradicts
        (-563, -500, None, (-563, -500)),
    ],
)
def test_years_come_from_columns_and_are_completed_from_the_text(
    tmp_path: Path, begin: object, end: object, date: object, years: tuple[int | None, int | None]
) -> None:
    artwork = read_one(tmp_path, {"b": begin, "e": end, "d": date}, YEARS)

    assert (artwork.begin, artwork.end) == years


def test_reversed_years_are_left_out_with_a_note_and_the_artwork_stays(tmp_path: Path) -> None:
    row = {"id": 42241, "b": 1828, "e": 1819, "d": "1828–9"}

    (item,) = read(tmp_path, [row], YEARS)

    assert item.artwork == Artwork("m:42241", date_text="1828–9", begin=1828, end=1829)
    assert said(item) == ["years 1828 to 1819 are reversed: left out"]


def test_a_year_that_is_none_is_left_out_with_a_note(tmp_path: Path) -> None:
    (item,) = read(tmp_path, [{"id": 1, "b": "c. 1665", "e": 0, "d": None}], YEARS)

    assert item.artwork == Artwork("m:1")
    assert said(item) == [
        "column 'b': 'c. 1665' is not a year: left out",
        "column 'e': 0 is not a year: left out",
    ]


@pytest.mark.parametrize("date", ["sometime after lunch", "99999"])
def test_a_date_that_gives_no_years_is_kept_with_a_note(tmp_path: Path, date: str) -> None:
    (item,) = read(tmp_path, [{"id": 1, "b": None, "e": None, "d": date}], YEARS)

    assert item.artwork == Artwork("m:1", date_text=date)
    assert said(item) == [f"the date {date!r} gives no years"]


@pytest.mark.parametrize(
    "row", [{"d": "n.d."}, {"d": "date not known"}, {"d": None}, {"d": "lunch", "b": 1800}]
)
def test_a_date_is_not_noted_that_says_all_it_can(tmp_path: Path, row: dict[str, object]) -> None:
    (item,) = read(tmp_path, [{"id": 1, "b": None, "e": None} | row], YEARS)

    assert item.notes == ()


def test_subjects_are_leaves_of_their_paths(tmp_path: Path) -> None:
    row = {"s": ["nature > animals > dog", "sea", None, "pets > dog", " "]}

    artwork = read_one(tmp_path, row, 'subjects = { column = "s", leaf_of = " > " }')

    assert artwork.subjects == ("dog", "sea")


def test_lists_in_a_text_are_cut_at_the_separator(tmp_path: Path) -> None:
    toml = 'movements = { column = "m", separator = ";" }\nsubjects = ["a", "b"]'
    artwork = read_one(tmp_path, {"m": "Cubism; Dada;", "a": "one; two", "b": ["three"]}, toml)

    assert artwork.movements == ("Cubism", "Dada")
    assert artwork.subjects == ("one; two", "three")


def test_several_columns_make_one_text(tmp_path: Path) -> None:
    toml = 'place = { columns = ["city", "land"] }\n'
    toml += 'description = ["d", { column = "also", prefix = "Also known as ", suffix = "." }]'

    whole = read_one(
        tmp_path, {"city": "Delft", "land": "NL", "d": "A girl.", "also": ["X", "Y"]}, toml
    )
    part = read_one(tmp_path, {"city": "", "land": "NL", "d": None, "also": []}, toml)

    assert (whole.place, whole.description) == ("Delft, NL", "A girl. Also known as X, Y.")
    assert (part.place, part.description) == ("NL", None)


def test_values_are_translated_and_blanks_defaulted(tmp_path: Path) -> None:
    toml = 'credit_line = { column = "c", default = "The museum" }\n'
    toml += 'classification = { column = "k", values = { "Gem*" = "painting", "?" = "" } }'

    read_in = [
        read_one(tmp_path, {"c": credit, "k": kind}, toml)
        for credit, kind in (("Gift", "gemälde"), ("", "?"), (None, "print"))
    ]

    assert [a.credit_line for a in read_in] == ["Gift", "The museum", "The museum"]
    assert [a.classification for a in read_in] == ["painting", None, "print"]


def test_a_fixed_collection_names_the_museum(tmp_path: Path) -> None:
    toml = 'source = "m"\ncollection = "Museum"\n[columns]\nid = "id"'
    (item,) = opened(tmp_path, [{"id": 1}], toml).read()

    assert item.artwork == Artwork("m:1", collection="Museum")


RIGHTS = """[image]
url = "i"
[image.rights]
column = "licence"
[image.rights.values."CC0*"]
status = "open"
statement = "https://creativecommons.org/publicdomain/zero/1.0/"
[image.rights.otherwise]
status = "restricted"
[data_rights]
status = "open"
source_field = "README"
value = "CC0"
"""


@pytest.mark.parametrize(
    ("said", "rights"),
    [
        (
            "cc0 1.0",
            Rights(
                RightsStatus.OPEN,
                "https://creativecommons.org/publicdomain/zero/1.0/",
                "licence",
                "cc0 1.0",
            ),
        ),
        ("© Estate", Rights(RightsStatus.RESTRICTED, None, "licence", "© Estate")),
        ("", Rights()),
    ],
)
def test_rights_of_pictures_are_read_and_never_assumed(
    tmp_path: Path, said: str, rights: Rights
) -> None:
    artwork = read_one(tmp_path, {"i": "https://a.org/1.jpg", "licence": said}, RIGHTS)

    assert artwork.images[0].rights == rights
    assert artwork.data_rights == Rights(RightsStatus.OPEN, None, "README", "CC0")


def test_an_image_without_address_or_file_is_none(tmp_path: Path) -> None:
    assert read_one(tmp_path, {"i": " ", "licence": "CC0"}, RIGHTS).images == ()


def test_the_shipped_mappings_say_where_rights_were_read() -> None:
    for name in ("tate", "sample"):
        rights = load_mapping(name).data_rights.fixed
        assert (rights.status, bool(rights.source_field)) == (RightsStatus.OPEN, True)
