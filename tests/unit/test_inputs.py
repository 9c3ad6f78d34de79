"""The inputs of one search, put together from all parts of a query."""

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.queries import Input, Query
from search.inputs import gather_inputs

PICTURE = np.zeros((1, 1, 3), np.uint8)
WEIGHTS = st.floats(-10, 10, allow_nan=False)
TEXT_INPUTS = st.builds(lambda t, w: Input(text=t, weight=w), st.sampled_from("abc"), WEIGHTS)
ARTWORK_INPUTS = st.builds(lambda a, w: Input(artwork=a, weight=w), st.sampled_from("xyz"), WEIGHTS)


def test_every_part_of_a_query_is_an_input() -> None:
    query = Query(
        text="sea",
        picture=PICTURE,
        like=("t:1", "t:2"),
        inputs=(
            Input(text="storm", weight=2.0),
            Input(artwork="t:3", weight=-1.0),
            Input(picture=PICTURE, weight=-0.5),
        ),
    )

    found = gather_inputs(query, away=("boats",))

    assert found.texts == (("storm", 2.0), ("sea", 1.0), ("boats", -1.0))
    assert found.artworks == (("t:1", 1.0), ("t:2", 1.0), ("t:3", -1.0))
    assert [weight for _, weight in found.pictures] == [-0.5, 1.0]


def test_equal_inputs_add_up_and_may_cancel_out() -> None:
    query = Query(text="sea", inputs=(Input(text="sea"), Input(text="boats")))

    found = gather_inputs(query, away=("boats",))

    assert found.texts == (("sea", 2.0),)
    assert not found.has_negatives


def test_an_input_of_weight_zero_is_none() -> None:
    inputs = (Input(text="a", weight=0.0), Input(picture=PICTURE, weight=0.0))

    assert gather_inputs(Query(inputs=inputs)) == gather_inputs(Query())


@given(st.lists(TEXT_INPUTS | ARTWORK_INPUTS, max_size=10), st.randoms(use_true_random=False))
def test_the_order_of_inputs_does_not_matter(inputs: list[Input], random: Random) -> None:
    shuffled = list(inputs)
    random.shuffle(shuffled)

    there = gather_inputs(Query(inputs=tuple(inputs)))
    back = gather_inputs(Query(inputs=tuple(shuffled)))

    assert there == back


def test_an_input_that_weighs_next_to_nothing_is_none() -> None:
    almost_gone = (Input(text="sea", weight=-0.9999999999999999), Input(text="storm", weight=-10.0))

    found = gather_inputs(Query(text="sea", inputs=(*almost_gone, Input(text="a", weight=1e-320))))

    assert found.texts == (("storm", -10.0),)
