import base64
import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import CursorError
from core.filters import Field, Leaf, Op
from core.queries import EXACT, Aspect, GroupBy, Input, Leg, LegQuery, Query
from core.understanding import Understand
from search.cursors import Cursor, decode_cursor, encode_cursor, query_fingerprint

QUERY = Query(text="sea", where=Leaf(Field.MEDIUM, Op.WORDS, ("oil",)), weights={"lexical": 2.0})


@given(st.text(), st.integers(0, 2**31 - 1))
def test_a_cursor_survives_its_text(snapshot: str, offset: int) -> None:
    cursor = Cursor(snapshot, query_fingerprint(QUERY), offset)

    assert decode_cursor(encode_cursor(cursor), QUERY) == cursor


@given(st.text(max_size=60))
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(CursorError):
        decode_cursor(text, QUERY)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000])
def test_a_cursor_nested_too_deep_is_refused(text: str) -> None:
    with pytest.raises(CursorError):
        decode_cursor(base64.urlsafe_b64encode(text.encode()).decode(), QUERY)


@pytest.mark.parametrize(
    "other",
    [
        dataclasses.replace(QUERY, text="seas"),
        dataclasses.replace(QUERY, where=None),
        dataclasses.replace(QUERY, weights={"lexical": 1.0}),
        dataclasses.replace(QUERY, like=("t:1",)),
        dataclasses.replace(QUERY, recall=EXACT),
        dataclasses.replace(QUERY, collapse=True),
        dataclasses.replace(QUERY, group_by=GroupBy.TITLE),
        dataclasses.replace(QUERY, diversity=0.5),
        dataclasses.replace(QUERY, min_match=0.9),
        dataclasses.replace(QUERY, understand=Understand.OFF),
        dataclasses.replace(QUERY, aspects=(Aspect.LOOKS,)),
        dataclasses.replace(QUERY, inputs=(Input(text="boats", weight=-1.0),)),
        dataclasses.replace(QUERY, inputs=(Input(picture=np.zeros((2, 2, 3), np.uint8)),)),
        dataclasses.replace(QUERY, picture=np.zeros((2, 2, 3), np.uint8)),
        dataclasses.replace(QUERY, legs=(LegQuery(Leg.LEXICAL),)),
        dataclasses.replace(QUERY, fusion_k=60.0),
        dataclasses.replace(QUERY, most=100),
    ],
)
def test_a_cursor_of_another_query_is_refused(other: Query) -> None:
    text = encode_cursor(Cursor("s", query_fingerprint(QUERY), 20))

    with pytest.raises(CursorError, match="another query"):
        decode_cursor(text, other)


def test_the_page_size_may_change_between_pages() -> None:
    text = encode_cursor(Cursor("s", query_fingerprint(QUERY), 20))

    assert decode_cursor(text, dataclasses.replace(QUERY, limit=5)).offset == 20


@pytest.mark.parametrize(
    "other",
    [
        LegQuery(Leg.LEXICAL, "words"),
        LegQuery(Leg.LEXICAL, text="sea"),
        LegQuery(Leg.LEXICAL, picture=np.zeros((2, 2, 3), np.uint8)),
        LegQuery(Leg.LEXICAL, like=("t:1",)),
        LegQuery(Leg.LEXICAL, weight=0.5),
        LegQuery(Leg.LEXICAL, depth=10),
        LegQuery(Leg.LEXICAL, where=QUERY.where),
    ],
)
def test_a_cursor_of_another_leg_is_refused(other: LegQuery) -> None:
    query = dataclasses.replace(QUERY, legs=(LegQuery(Leg.LEXICAL),))

    assert query_fingerprint(dataclasses.replace(query, legs=(other,))) != query_fingerprint(query)
