"""Orders of reranked hits, and how a cursor keeps them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import CursorError
from core.queries import Input, Query
from core.rerank import Rerank
from search.arrange import Ranking
from search.cursors import Cursor, decode_cursor, encode_cursor, query_fingerprint
from search.pinned_order import PinnedOrder, checksum
from search.rerank import put_in_order, searched_by

QUERY = Query(text="sea", rerank=Rerank())
PICTURE = np.zeros((2, 2, 3), np.uint8)
SCORES = st.lists(st.one_of(st.just(float("nan")), st.floats(0, 1, width=32)), max_size=20)


def ranking(numbers: list[int]) -> Ranking:
    fused = 1 / (1 + np.arange(len(numbers), dtype=np.float64))
    return Ranking(np.array(numbers, np.int32), fused)


def floats(scores: list[float]) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array(scores, np.float32)


def test_reranked_ones_come_first_by_score_and_the_rest_follow_as_they_were() -> None:
    fused = ranking([40, 7, 5, 9, 4, 3, 8])  # 40 is an exact hit
    levels = np.array([0, 1, 1, 1, 1, 1, 1])
    scores = floats([0.2, 0.9, float("nan"), 0.2])

    ordered, lowered = put_in_order(fused, levels, 1, scores)

    assert ordered.numbers.tolist() == [40, 5, 7, 4, 9, 3, 8]
    assert lowered.tolist() == [0, 1, 1, 1, 2, 2, 2]
    assert ordered.scores is not None
    assert ordered.scores[1] == pytest.approx(1 / 3)  # the fused score goes with its artwork


@given(SCORES, st.integers(0, 3), st.integers(0, 10))
def test_every_hit_stays_once_and_no_two_kinds_of_scores_are_mixed(
    scores: list[float], exact: int, behind: int
) -> None:
    fused = ranking(list(range(exact + len(scores) + behind)))
    levels = np.r_[np.zeros(exact, np.int64), np.ones(len(scores) + behind, np.int64)]

    ordered, lowered = put_in_order(fused, levels, exact, floats(scores))

    numbers = ordered.numbers.tolist()
    judged = {exact + place for place, score in enumerate(scores) if score == score}
    first, rest = numbers[exact : exact + len(judged)], numbers[exact + len(judged) :]
    assert numbers[:exact] == list(range(exact))
    assert set(first) == judged
    assert [scores[n - exact] for n in first] == sorted(
        (scores[n - exact] for n in judged), reverse=True
    )
    assert rest == sorted(set(fused.numbers.tolist()) - judged - set(range(exact)))
    assert (np.diff(lowered) >= 0).all()


def test_one_text_or_one_picture_can_be_reranked_by() -> None:
    assert searched_by(Query(text="sea")) == "sea"
    assert searched_by(Query(picture=PICTURE)) is PICTURE
    assert searched_by(Query(inputs=(Input(text="sea"), Input(text="x", weight=0)))) == "sea"


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(text="sea", picture=PICTURE),
        Query(text="sea", like=("t:1",)),
        Query(text="sea", inputs=(Input(text="people", weight=-1),)),
        Query(inputs=(Input(text="sea"), Input(text="boats"))),
    ],
)
def test_more_than_one_thing_to_search_by_cannot_be_reranked_by(query: Query) -> None:
    assert searched_by(query) is None


@given(st.lists(st.floats(0, 1, width=32), max_size=200), st.integers(0, 2**31 - 1))
def test_a_cursor_keeps_scores_to_the_bit(scores: list[float], offset: int) -> None:
    pinned = PinnedOrder("r@1", 200, 500, checksum(np.arange(200, dtype=np.int32)), floats(scores))

    text = encode_cursor(Cursor("s", query_fingerprint(QUERY), offset, pinned))
    kept = decode_cursor(text, QUERY).pinned

    assert kept is not None
    assert kept.scores.tobytes() == floats(scores).tobytes()
    assert kept.to_json() == pinned.to_json()
    assert len(text) < 1600  # for an address


def test_a_pinned_order_knows_its_candidates() -> None:
    pinned = PinnedOrder("r@1", 3, 500, checksum(np.array([5, 3, 4], np.int32)), floats([0.5]))

    assert pinned.fits(np.array([5, 3, 4], np.int32))
    assert not pinned.fits(np.array([5, 4, 3], np.int32))
    assert not pinned.fits(np.array([5, 3], np.int32))
    assert pinned.report().summary == "1 of 3"


@pytest.mark.parametrize(
    "pinned",
    [
        "nothing",
        ["r", 3, 500, 1],
        ["r", 3, 500, 1, "~~~ no base85 ~~~"],
        ["r", 3, 500, 1, "abc"],  # no whole number of floats
        ["r", 201, 500, 1, ""],
        ["r", 3, 0, 1, ""],
        [None, 0, 500, 1, "00000"],  # more scores than candidates
        ["r", 3, 500, 1, "004l0"],  # infinite
    ],
)
def test_a_pinned_order_that_is_none_of_ours_is_refused(pinned: object) -> None:
    class Forged(PinnedOrder):
        def to_json(self) -> list[str | int | None]:
            return pinned  # type: ignore[return-value]  # on purpose

    forged = Forged("r", 3, 500, 1, floats([]))

    with pytest.raises(CursorError, match="not a cursor"):
        decode_cursor(encode_cursor(Cursor("s", query_fingerprint(QUERY), 1, forged)), QUERY)


def test_a_cursor_of_a_search_without_reranking_is_refused_with_it() -> None:
    text = encode_cursor(Cursor("s", query_fingerprint(Query(text="sea")), 1))

    with pytest.raises(CursorError, match="another query"):
        decode_cursor(text, QUERY)
