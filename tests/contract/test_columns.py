"""The filter columns select exactly what `core.filters.matches` says, and count what is there."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DamagedError
from core.filters import And, Field, Filter, Leaf, Not, Op, link_values, matches, text_values
from core.types import Artist, Artwork, Contribution, Image
from index.columns.column_files import open_columns, write_columns
from index.columns.columns import Columns
from index.columns.years import century_id, century_name
from tests.indexes import column_parts, columns_of
from tests.strategies import collections, filters

TURNER = Artist("t:1", "J.M.W. Turner", gender="Male")
MONET = Artist("t:2", "Claude Monet", gender="male")
COLLECTION = (
    Artwork(
        "t:1",
        contributions=(Contribution(TURNER), Contribution(TURNER, "printmaker")),
        begin=1795,
        end=1805,
        subjects=("sea", "boat"),
        images=(Image(),),
    ),
    Artwork("t:2", contributions=(Contribution(TURNER, "after"),), begin=1850, subjects=("Sea",)),
    Artwork("t:3", contributions=(Contribution(MONET),), end=1890, subjects=("sea",)),
    Artwork("t:4"),
)


@pytest.fixture
def columns() -> Columns:
    return columns_of(COLLECTION)


def counts(columns: Columns, field: Field, limit: int = 9) -> list[tuple[str, str | None, int]]:
    return [(v.value, v.id, v.count) for v in columns.facet(field, columns.select(None), limit)]


@given(collections(), st.lists(filters(), min_size=1, max_size=8))
def test_columns_select_what_the_reference_selects(
    artworks: tuple[Artwork, ...], wheres: list[Filter]
) -> None:
    columns = columns_of(artworks)

    for where in wheres:
        expected = [i for i, artwork in enumerate(artworks) if matches(where, artwork)]
        selection = columns.select(where)

        assert selection.numbers.tolist() == expected
        assert np.flatnonzero(selection.mask).tolist() == expected
        assert selection.count == len(expected)


def values_of(artwork: Artwork, field: Field) -> Iterator[str]:
    match field:
        case Field.HAS_IMAGE:
            yield "true" if artwork.images else "false"
        case Field.ROLE:
            for link in artwork.contributions:
                yield from link_values(link, field)
        case Field.ARTIST | Field.ARTIST_ID:
            yield from (link.artist.id for link in artwork.contributions if link.role == "artist")
        case Field.GENDER:
            for link in artwork.contributions:
                yield from link_values(link, field) if link.role == "artist" else ()
        case _:
            yield from text_values(artwork, field)


@given(collections(), filters())
def test_facets_count_each_matching_artwork_once_for_each_value(
    artworks: tuple[Artwork, ...], where: Filter
) -> None:
    columns = columns_of(artworks)
    within = columns.select(where)

    for field in set(Field) - {Field.YEAR}:
        expected = Counter(
            value
            for artwork in artworks
            if matches(where, artwork)
            for value in set(values_of(artwork, field))
        )
        facet = columns.facet(field, within, 100)

        assert [v.count for v in facet] == sorted(expected.values(), reverse=True)


@given(collections())
def test_a_facet_count_is_what_a_filter_by_its_value_selects(artworks: tuple[Artwork, ...]) -> None:
    columns = columns_of(artworks)

    for field in Field:
        for value in columns.facet(field, columns.select(None), 100):
            if field is Field.YEAR:
                begin, end = map(int, (value.id or "").split("/"))
                where = Leaf(field, Op.OVERLAPS, begin=begin, end=end)
            else:
                where = Leaf(field, Op.IN, (value.id or value.value,))

            assert columns.select(where).count == value.count


def test_an_artist_facet_counts_works_by_the_artist_alone(columns: Columns) -> None:
    assert counts(columns, Field.ARTIST) == [
        ("Claude Monet", "t:2", 1),
        ("J.M.W. Turner", "t:1", 1),
    ]


def test_centuries_count_every_century_a_work_touches(columns: Columns) -> None:
    assert counts(columns, Field.YEAR) == [
        ("19th century", "1800/1899", 3),
        ("18th century", "1700/1799", 2),
    ]


@pytest.mark.parametrize(
    ("century", "name", "id"),
    [
        (18, "19th century", "1800/1899"),
        (20, "21st century", "2000/2099"),
        (10, "11th century", "1000/1099"),
        (0, "1st century", "0/99"),
        (-1, "1st century BC", "-99/-1"),
        (-2, "2nd century BC", "-199/-100"),
    ],
)
def test_centuries_have_names_and_years(century: int, name: str, id: str) -> None:
    assert (century_name(century), century_id(century)) == (name, id)


def test_spellings_that_fold_alike_are_one_value_with_the_commonest_label(columns: Columns) -> None:
    assert counts(columns, Field.SUBJECT) == [("sea", None, 3), ("boat", None, 1)]


def test_a_facet_stops_at_its_limit(columns: Columns) -> None:
    assert counts(columns, Field.SUBJECT, limit=1) == [("sea", None, 3)]


def test_the_same_filter_is_resolved_once(columns: Columns) -> None:
    where = And((Leaf(Field.SUBJECT, Op.IN, ("sea",)), Not(Leaf(Field.YEAR, Op.EXISTS))))

    assert columns.select(where) is columns.select(where)


def test_a_selection_cannot_be_written_to(columns: Columns) -> None:
    mask = columns.select(None).mask

    with pytest.raises(ValueError, match="read-only"):
        mask[0] = False


def test_no_filter_selects_all_and_an_empty_or_nothing(columns: Columns) -> None:
    assert columns.select(None).count == 4
    assert columns.select(And(())).count == 4
    assert columns.select(Not(And(()))).count == 0


@settings(max_examples=15)  # each example writes and opens some forty files
@given(collections(), st.lists(filters(), min_size=1, max_size=8))
def test_columns_opened_from_files_select_and_count_alike(
    artworks: tuple[Artwork, ...], wheres: list[Filter]
) -> None:
    built = columns_of(artworks)
    with TemporaryDirectory() as folder:
        write_columns(Path(folder), column_parts(artworks))
        opened = open_columns(Path(folder), len(artworks))

        for where in wheres:
            within = opened.select(where)

            assert within.numbers.tolist() == built.select(where).numbers.tolist()
            for field in Field:
                assert opened.facet(field, within, 9) == built.facet(field, within, 9)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    write_columns(tmp_path, column_parts(COLLECTION))
    (tmp_path / "medium.codes.npy").unlink()

    with pytest.raises(DamagedError, match=r"medium\.codes\.npy"):
        open_columns(tmp_path, len(COLLECTION))
