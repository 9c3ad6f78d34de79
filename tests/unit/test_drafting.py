import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SourceError
from core.progress import SilentProgress
from core.types import Artwork
from ingest.drafting.inspect_file import inspect_file, write_draft
from ingest.mapping_file import load_mapping, parse_mapping
from ingest.sources.table import TableSource
from tests.requirements import DATA, require

SAMPLE = Path(__file__).resolve().parents[2] / "ingest" / "sample" / "artworks.jsonl"


def draft(path: Path, most_rows: int | None = None) -> str:
    return inspect_file(path, most_rows=most_rows, progress=SilentProgress()).mapping


def drafted(path: Path) -> list[Artwork]:
    """Read a table by the mapping that is drafted for it."""
    source = TableSource(path, parse_mapping(draft(path).encode(), "draft.toml"))
    return [item.artwork for item in source.read() if item.artwork]


def rows(folder: Path, table: Sequence[Mapping[str, object]]) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in table))
    return path


def test_the_draft_for_the_sample_finds_what_its_own_mapping_does() -> None:
    by_hand = TableSource(SAMPLE, load_mapping("sample"))
    wanted = {i.artwork.id.partition(":")[2]: i.artwork for i in by_hand.read() if i.artwork}

    found = drafted(SAMPLE)

    assert len(found) == len(wanted)
    for one in found:
        other = wanted[one.id.partition(":")[2]]
        assert (one.title, one.begin, one.end, one.medium) == (
            other.title, other.begin, other.end, other.medium,
        )  # fmt: skip
        assert [c.artist.name for c in one.contributions] == [
            c.artist.name for c in other.contributions
        ]
        assert one.subjects == other.subjects


def test_the_draft_for_tate_finds_titles_makers_dates_and_media() -> None:
    require("data")
    path = DATA / "tate" / "artworks.parquet"
    mapping = parse_mapping(draft(path, most_rows=3000).encode(), "draft.toml")

    artist = mapping.artists
    assert artist is not None
    assert (mapping.id.columns, mapping.texts["title"][0].columns) == (("id",), ("title",))
    assert (mapping.begin, mapping.end) == ("year_start", "year_end")
    assert mapping.texts["medium"][0].columns == ("medium",)
    assert mapping.lists["other_titles"].columns == ("foreign_title",)
    assert artist.fields["name"] == "artist"
    assert (artist.fields["begin"], artist.fields["gender"]) == ("artist_birth", "artist_gender")
    assert next(TableSource(path, mapping).read()).artwork is not None


def test_the_draft_for_the_national_gallery_finds_them_too() -> None:
    require("data")
    found = drafted(DATA / "nga" / "objects.csv")

    assert len(found) == 4020
    park = found[0]
    assert (park.title, park.medium) == ("Country House in a Park", "oil on canvas")
    assert (park.begin, park.end) == (1675, 1675)
    assert park.contributions[0].artist.sort_name == "Ruisdael, Jacob van"


def test_without_a_name_the_values_decide(tmp_path: Path) -> None:
    path = rows(
        tmp_path,
        [
            {"x": f"K{n}", "y": f"c. {1800 + n}", "z": f"https://m.example/iiif/{n}/info.json"}
            for n in range(9)
        ],
    )

    mapping = parse_mapping(draft(path).encode(), "draft.toml")

    assert mapping.id.columns == ("x",)
    assert mapping.texts["date_text"][0].columns == ("y",)
    assert mapping.image is not None
    assert mapping.image.texts["iiif_url"].columns == ("z",)


def test_an_id_that_comes_twice_is_passed_over_for_one_that_does_not(tmp_path: Path) -> None:
    path = rows(tmp_path, [{"id": 1, "number": "a"}, {"id": 1, "number": "b"}])

    assert parse_mapping(draft(path).encode(), "d").id.columns == ("number",)


def test_where_nothing_is_unique_the_draft_says_so(tmp_path: Path) -> None:
    path = rows(tmp_path, [{"title": "Sea"}, {"title": "Sea"}])

    assert "NOT UNIQUE" in draft(path)


def test_licences_are_taken_over_only_where_a_value_names_one(tmp_path: Path) -> None:
    said = ["CC0", "© Estate", "ask the registrar", None]
    path = rows(tmp_path, [{"id": n, "image_url": f"https://m.example/{n}.jpg", "licence": one}
                           for n, one in enumerate(said)])  # fmt: skip

    statuses = [artwork.images[0].rights.status.value for artwork in drafted(path)]

    assert statuses == ["open", "restricted", "unknown", "unknown"]


@pytest.mark.parametrize(("delimiter", "toml"), [(";", ";"), ("\t", "\\t"), ("|", "|")])
def test_the_delimiter_of_a_file_is_found(tmp_path: Path, delimiter: str, toml: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"id{delimiter}title\n1{delimiter}Sea, sky\n")

    assert f'delimiter = "{toml}"' in draft(path)
    assert drafted(path) == [Artwork("a:1", title="Sea, sky")]


def test_damaged_rows_are_counted_and_do_not_stop_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,title\n1,S\xe9a\n2,a,b\n3,Sky\n")

    text = draft(path)

    assert "# 1 rows could not be read" in text
    assert 'title = "title"' in text


def test_only_so_many_rows_are_read(tmp_path: Path) -> None:
    path = rows(tmp_path, [{"id": n} for n in range(50)])

    found = inspect_file(path, most_rows=10, progress=SilentProgress())

    assert (found.profile.rows, found.profile.is_whole) == (10, False)
    assert "the first 10 rows" in found.mapping


_VALUES = st.one_of(
    st.text(max_size=30),
    st.integers(),
    st.none(),
    st.lists(st.text(max_size=5), max_size=3),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
)


@given(st.lists(st.dictionaries(st.text(max_size=8), _VALUES, max_size=6), min_size=1, max_size=6))
def test_every_draft_is_a_mapping_that_opens_its_table(
    tmp_path_factory: pytest.TempPathFactory, table: list[dict[str, object]]
) -> None:
    numbered = [{**row, "number": n} for n, row in enumerate(table)]
    path = rows(tmp_path_factory.mktemp("any"), numbered)

    items = list(TableSource(path, parse_mapping(draft(path).encode(), "d.toml")).read())

    assert len(items) == len(table)


def test_lists_of_addresses_are_pictures_and_empty_lists_are_not(tmp_path: Path) -> None:
    links = ["https://m.org/1.jpg", "https://m.org/2.jpg"]
    several = rows(tmp_path, [{"id": 1, "image_url": "|".join(links), "images": "[]"}])

    (found,) = drafted(several)

    assert [image.url for image in found.images] == links


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    write_draft("one", path)

    with pytest.raises(SourceError, match="never overwritten"):
        write_draft("two", path)

    assert path.read_text() == "one"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "id,title\n", "has no rows that can be read"),
        ("a.csv", "id,title\n,\n", "every column is empty"),
        ("a.xlsx", "", "is no table"),
    ],
)
def test_what_cannot_be_inspected_is_named(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    (tmp_path / name).write_text(text)

    with pytest.raises(SourceError, match=message):
        draft(tmp_path / name)
