"""Years in two bytes or in four: what overlaps is the same, at the ends of either type too."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.filters import Field, Leaf, Op, matches
from core.types import Artwork
from index.columns.years import Years, year_pair

EDGES = (-40_000, -32_769, -32_768, -32_767, -1, 0, 1850, 32_766, 32_767, 32_768, 40_000)
_edges = st.none() | st.sampled_from(EDGES)
_spans = st.tuples(_edges, _edges).filter(
    lambda span: span[0] is None or span[1] is None or span[0] <= span[1]
)


def years_of(spans: list[tuple[int | None, int | None]]) -> Years:
    pairs = np.array([year_pair(*span) for span in spans], np.int32).reshape(-1, 2)
    return Years(pairs[:, 0].copy(), pairs[:, 1].copy())


@given(st.lists(_spans, max_size=8), _spans)
def test_years_overlap_as_the_reference_says(
    spans: list[tuple[int | None, int | None]], wanted: tuple[int | None, int | None]
) -> None:
    leaf = Leaf(Field.YEAR, Op.OVERLAPS, begin=wanted[0], end=wanted[1])

    mask = years_of(spans).select(leaf)

    artworks = [Artwork("t:1", begin=begin, end=end) for begin, end in spans]
    assert mask.tolist() == [matches(leaf, artwork) for artwork in artworks]


@pytest.mark.parametrize("known", [1850, 32_766, 32_767, -32_768, 2_000_000])
def test_an_open_end_reaches_any_year_and_a_known_one_does_not(known: int) -> None:
    years = years_of([(1800, None), (1800, max(known, 1800)), (None, None)])

    mask = years.select(Leaf(Field.YEAR, Op.OVERLAPS, begin=3_000_000))

    assert mask.tolist() == [True, False, False]
