"""What differs between two answers to one request."""

from hypothesis import given
from hypothesis import strategies as st

from search.retrievers.answers import Answer, HitPlace, dump_places
from search.retrievers.replay import Changed, compare

SAME: tuple[dict[str, str], dict[str, str]] = ({"snapshot": "a"}, {"snapshot": "a"})
scores = st.none() | st.floats(0, 1, width=32)
hits = st.lists(
    st.tuples(st.sampled_from("abcdef"), scores, scores), unique_by=lambda hit: hit[0], max_size=6
).map(lambda found: [HitPlace(id, i + 1, score, r) for i, (id, score, r) in enumerate(found)])


@given(hits)
def test_an_answer_does_not_differ_from_itself(page: list[HitPlace]) -> None:
    assert compare(page, page, conditions=SAME).is_same


@given(hits, hits)
def test_what_is_in_one_answer_alone_came_or_went(
    before: list[HitPlace], after: list[HitPlace]
) -> None:
    found = compare(before, after, conditions=SAME)

    old, new = {hit.artwork for hit in before}, {hit.artwork for hit in after}
    assert set(found.added) == new - old
    assert set(found.removed) == old - new
    assert {one.name for one in found.moved} <= old & new


def test_a_hit_that_fell_and_lost_score_is_named_with_both_values() -> None:
    before = [HitPlace("a", 1, 0.5, None), HitPlace("b", 2, 0.4, 0.9)]
    after = [HitPlace("b", 1, 0.4, 0.8), HitPlace("a", 2, 0.3, None)]

    found = compare(before, after, conditions=SAME)

    assert found.moved == (Changed("b", 2, 1), Changed("a", 1, 2))
    assert found.rescored == (Changed("a", 0.5, 0.3),)
    assert found.reranked == (Changed("b", 0.9, 0.8),)
    assert not found.is_same


def test_conditions_that_changed_are_told_beside_hits_that_did_not() -> None:
    was = {"models.text": "minilm@1", "rights": "strict"}

    found = compare([], [], conditions=(was, {"models.text": "minilm@2", "rights": "strict"}))

    assert found.conditions == (Changed("models.text", "minilm@1", "minilm@2"),)
    assert found.is_same


@given(hits, st.binary(max_size=40))
def test_an_answer_is_read_as_it_was_written(page: list[HitPlace], body: bytes) -> None:
    answer = Answer(dump_places(page), body)

    assert Answer.parse(answer.to_bytes()) == answer


def test_an_answer_is_sent_with_the_fields_of_its_execution_first() -> None:
    answer = Answer(b"[]", b'{"hits":[]}')

    assert answer.sent({"execution_id": "e1"}) == b'{"execution_id":"e1","hits":[]}'
