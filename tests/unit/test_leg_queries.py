"""What the legs that a query names search by."""

import numpy as np
import pytest

from core.errors import InputError
from core.filters import And, Field, Leaf, Op
from core.queries import Input, Leg, LegQuery, Query
from search.leg_queries import as_one, asks, check_legs, place_of, query_of

OIL = Leaf(Field.MEDIUM, Op.WORDS, ("oil",))
DOGS = Leaf(Field.SUBJECT, Op.IN, ("dog",))
PICTURE = np.zeros((2, 2, 3), np.uint8)


def test_a_leg_without_inputs_searches_by_those_of_the_query() -> None:
    query = Query(text="boats", like=("t:1",), legs=(leg := LegQuery(Leg.LEXICAL),))

    own = query_of(query, leg)

    assert (own.text, own.like, own.legs) == ("boats", ("t:1",), ())


def test_a_leg_with_an_input_searches_by_it_alone() -> None:
    query = Query(text="boats", picture=PICTURE, inputs=(Input(text="storm"),))

    own = query_of(query, LegQuery(Leg.LIKE_PICTURE, like=("t:1",)))

    assert (own.text, own.picture, own.like, own.inputs) == (None, None, ("t:1",), ())


def test_what_a_query_keeps_away_from_counts_in_every_leg() -> None:
    query = Query(text="boats", inputs=(Input(text="storm", weight=-1.0),))

    own = query_of(query, LegQuery(Leg.CATALOGUE, text="harbour"))

    assert own.inputs == query.inputs


def test_a_leg_adds_its_filter_and_its_weight() -> None:
    query = Query(text="boats", where=OIL, weights={"catalogue": 0.5})

    own = query_of(query, LegQuery(Leg.LEXICAL, weight=2.0, where=DOGS))

    assert own.where == And((OIL, DOGS))
    assert own.weights == {"catalogue": 0.5, Leg.LEXICAL: 2.0}


def test_the_words_of_a_search_are_those_of_the_query_before_those_of_its_legs() -> None:
    legs = (LegQuery(Leg.LEXICAL, text="harbour"), LegQuery(Leg.CATALOGUE, text="harbour"))

    assert as_one(Query(text="boats", legs=legs)).text == "boats"
    assert as_one(Query(legs=legs)).text == "harbour"


def test_of_several_texts_none_speaks_for_a_search() -> None:
    legs = (LegQuery(Leg.LEXICAL, text="harbour"), LegQuery(Leg.CATALOGUE, text="ships"))

    one = as_one(Query(legs=legs))

    assert one.text is None
    assert one.inputs == (Input(text="harbour"), Input(text="ships"))


def test_a_search_refers_to_the_artworks_of_all_its_legs() -> None:
    legs = (LegQuery(Leg.LIKE_PICTURE, like=("t:2",)), LegQuery(Leg.PICTURE, picture=PICTURE))

    one = as_one(Query(like=("t:1",), legs=legs))

    assert one.like == ("t:1", "t:2")
    assert one.picture is PICTURE


def test_a_query_asks_if_one_of_its_legs_does() -> None:
    assert asks(Query(legs=(LegQuery(Leg.LEXICAL, text="harbour"),)))
    assert not asks(Query(legs=(LegQuery(Leg.LEXICAL),)))


@pytest.mark.parametrize(
    ("legs", "field"),
    [
        ((LegQuery(Leg.EXACT),), "legs[0].leg"),
        ((LegQuery(Leg.LEXICAL), LegQuery(Leg.LEXICAL)), "legs[0].name"),
        ((LegQuery(Leg.LEXICAL), LegQuery(Leg.CATALOGUE, "lexical")), "legs[0].name"),
        ((LegQuery(Leg.CATALOGUE, "exact"),), "legs[0].name"),
        ((LegQuery(Leg.CATALOGUE, "rerank"),), "legs[0].name"),
        ((LegQuery(Leg.CATALOGUE), LegQuery(Leg.LEXICAL, depth=0)), "legs[1].depth"),
    ],
)
def test_legs_that_cannot_be_run_or_told_apart_are_refused(
    legs: tuple[LegQuery, ...], field: str
) -> None:
    with pytest.raises(InputError) as caught:
        check_legs(Query(legs=legs))

    assert caught.value.field == field


def test_the_place_of_an_artwork_is_told() -> None:
    query = Query(like=("t:1",), inputs=(Input(text="a"), Input(artwork="t:2")))

    assert place_of(query, "t:1") == "like"
    assert place_of(query, "t:2") == "inputs[1].artwork"
