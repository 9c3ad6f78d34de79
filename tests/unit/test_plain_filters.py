import pytest

from core.errors import FilterError
from core.filters import And, Field, Leaf, Op, Or
from core.plain_filters import plain_filter


def test_nothing_asked_is_no_filter() -> None:
    assert plain_filter({"artist": []}) is None


def test_names_are_joined_by_and_their_values_by_or() -> None:
    where = plain_filter({"artist": ["Turner", "Monet"], "medium": ["oil"]}, 1800, None)

    assert where == And(
        (
            Leaf(Field.ARTIST, Op.WORDS, ("Turner", "Monet")),
            Leaf(Field.MEDIUM, Op.WORDS, ("oil",)),
            Leaf(Field.YEAR, Op.OVERLAPS, begin=1800),
        )
    )


def test_an_artist_with_a_colon_is_an_id() -> None:
    assert plain_filter({"artist": ["tate:558"]}) == Leaf(Field.ARTIST_ID, Op.IN, ("tate:558",))


def test_a_role_beside_an_artist_is_the_role_of_that_artist() -> None:
    where = plain_filter({"artist": ["Turner"], "role": ["after", "any"]})

    assert where == Or(
        (
            Leaf(Field.ARTIST, Op.WORDS, ("Turner",), role="after"),
            Leaf(Field.ARTIST, Op.WORDS, ("Turner",), role="any"),
        )
    )


def test_a_role_alone_is_a_test_of_its_own() -> None:
    assert plain_filter({"role": ["after"]}) == Leaf(Field.ROLE, Op.IN, ("after",))


def test_truths_are_read() -> None:
    assert plain_filter({"has_image": ["yes"]}) == Leaf(Field.HAS_IMAGE, Op.IN, ("true",))


@pytest.mark.parametrize(
    ("values", "begin", "end", "field"),
    [
        ({"artst": ["x"]}, None, None, "artst"),
        ({"year": ["1800"]}, None, None, "year"),
        ({"has_image": ["maybe"]}, None, None, "has_image"),
        ({"medium": ["…"]}, None, None, "medium"),
        ({"artist": ["x"], "role": ["…"]}, None, None, "role"),
        ({}, 1900, 1800, "from"),
    ],
)
def test_a_wrong_value_names_its_parameter(
    values: dict[str, list[str]], begin: int | None, end: int | None, field: str
) -> None:
    with pytest.raises(FilterError) as caught:
        plain_filter(values, begin, end)

    assert caught.value.field == field
