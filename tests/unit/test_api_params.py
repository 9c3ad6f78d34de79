"""Query parameters and what they mean."""

import pytest
from pydantic import ValidationError

from api.params import FacetParams, FilterParams, SearchParams, SimilarParams, check_names
from core.errors import FilterError, InputError
from core.filters import And, Field, Leaf, Op
from core.queries import Aspect
from tests.searching import query_of


def test_repeated_names_are_or_within_and_and_across() -> None:
    params = FilterParams.model_validate({"artist": ["Monet", "Manet"], "medium": ["oil"]})

    assert params.where() == And(
        (
            Leaf(Field.ARTIST, Op.WORDS, ("Monet", "Manet")),
            Leaf(Field.MEDIUM, Op.WORDS, ("oil",)),
        )
    )


def test_an_artist_of_the_form_source_colon_id_is_an_id() -> None:
    params = FilterParams.model_validate({"artist": ["tate:558"]})

    assert params.where() == Leaf(Field.ARTIST_ID, Op.IN, ("tate:558",))


def test_from_and_to_are_years_that_overlap() -> None:
    params = FilterParams.model_validate({"from": "-50", "to": "1800"})

    assert params.where() == Leaf(Field.YEAR, Op.OVERLAPS, begin=-50, end=1800)


def test_an_empty_form_asks_for_nothing() -> None:
    empty = {"q": " ", "artist": [""], "from": "", "to": "", "medium": [" "], "has_image": ""}

    query = query_of(SearchParams.model_validate(empty).asked())

    assert (query.text, query.where, query.limit) == (None, None, 20)


@pytest.mark.parametrize(("text", "wanted"), [("true", "true"), ("1", "true"), ("no", "false")])
def test_truths_are_read_as_people_write_them(text: str, wanted: str) -> None:
    params = FilterParams.model_validate({"has_image": text})

    assert params.where() == Leaf(Field.HAS_IMAGE, Op.IN, (wanted,))


def test_facets_are_joined_by_commas_or_repeated() -> None:
    params = SearchParams.model_validate({"facets": ["medium, artist", "year", "medium"]})

    assert query_of(params.asked()).facets == ("medium", "artist", "year")


def test_facets_count_every_field_unless_told() -> None:
    assert FacetParams.model_validate({}).fields == list(Field)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"q": "a" * 2001}, "q"),
        ({"from": "1e9"}, "from"),
        ({"to": "1000001"}, "to"),
        ({"facets": ["colour"]}, "facets"),
        ({"image_rights": ["free"]}, "image_rights"),
        ({"has_image": "perhaps"}, "has_image"),
        ({"exact": "perhaps"}, "exact"),
    ],
)
def test_a_wrong_value_is_found_at_its_name(given: dict[str, object], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        SearchParams.model_validate(given)

    assert caught.value.errors()[0]["loc"][0] == field


def test_reversed_years_are_refused() -> None:
    with pytest.raises(FilterError) as caught:
        FilterParams.model_validate({"from": 1900, "to": 1800}).where()

    assert caught.value.field == "from"


def test_a_text_of_2000_characters_is_taken() -> None:
    assert SearchParams.model_validate({"q": "é" * 2000}).q == "é" * 2000


def test_similar_refers_to_the_artwork_alone() -> None:
    params = SimilarParams.model_validate({"limit": 3, "medium": ["oil"]})

    query = query_of(params.asked("tate:1"))

    assert (query.like, query.limit, query.text) == (("tate:1",), 3, None)
    assert query.where == Leaf(Field.MEDIUM, Op.WORDS, ("oil",))
    assert query.aspects == tuple(Aspect)


@pytest.mark.parametrize("given", [["looks,period"], ["looks", " period,looks "]])
def test_aspects_are_repeated_or_joined_by_commas(given: list[str]) -> None:
    query = query_of(SimilarParams.model_validate({"aspects": given}).asked("tate:1"))

    assert query.aspects == (Aspect.LOOKS, Aspect.PERIOD)


def test_an_unknown_name_is_refused_with_those_that_are_allowed() -> None:
    with pytest.raises(InputError, match="allowed are q, limit") as caught:
        check_names(["q", "colour"], {"q": False, "limit": False})

    assert caught.value.field == "colour"


def test_only_a_list_may_be_repeated() -> None:
    check_names(["artist", "artist", "q"], {"artist": True, "q": False})

    with pytest.raises(InputError, match="once"):
        check_names(["q", "artist", "q"], {"artist": True, "q": False})
