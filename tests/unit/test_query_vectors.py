"""Directions to go to and to keep away from."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.queries import Candidates, InputKind, PlanInput
from search.query_vectors import WeightedVector, aim_of, direction, penalties, push_away

X, Y = np.eye(2, dtype=np.float32)
SCORES = np.array([0.9, 0.6, 0.5, 0.4], np.float32)  # their median is 0.55
NOTHING = np.zeros((1, 4), np.float32)


def weighted(vector: np.ndarray, weight: float) -> WeightedVector:
    return WeightedVector(PlanInput(InputKind.TEXT, None, weight), vector[None].astype(np.float32))


def test_a_direction_is_the_weighted_sum_at_unit_length() -> None:
    found = direction(np.stack([X, Y]), [3.0, 4.0])

    np.testing.assert_allclose(found, [[0.6, 0.8]], rtol=1e-6)


def test_opposite_vectors_leave_one_of_them() -> None:
    assert direction(np.stack([X, -X])).tolist() == direction(np.stack([-X, X])).tolist()


def test_pushes_are_weighed_against_the_positive_inputs() -> None:
    aim = aim_of([weighted(X, 1.0), weighted(X, 3.0), weighted(Y, -2.0)])

    np.testing.assert_allclose(aim.towards, X[None])
    assert aim.away.tolist() == Y[None].tolist()
    assert aim.pushes == (0.5,)


@given(
    st.lists(st.tuples(st.integers(0, 9), st.floats(0.01, 10)), min_size=1, max_size=10),
    st.randoms(use_true_random=False),
)
def test_the_order_of_inputs_changes_no_bit(
    inputs: list[tuple[int, float]], random: Random
) -> None:
    vectors = np.random.default_rng(1).normal(size=(10, 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    given_order = [weighted(vectors[place], weight) for place, weight in inputs]
    other_order = random.sample(given_order, len(given_order))

    there, back = aim_of(given_order), aim_of(other_order)

    assert there.towards.tobytes() == back.towards.tobytes()


def test_an_artwork_with_all_the_words_falls_to_the_middle() -> None:
    words = np.array([[1, 0.5, 0, 0]], np.float32)

    paid = penalties(SCORES, NOTHING, words, [1.0])

    np.testing.assert_allclose(paid, [0.35, 0.175, 0, 0], rtol=1e-5)
    assert SCORES[0] - paid[0] == pytest.approx(np.median(SCORES))


def test_only_similarity_beyond_what_is_usual_is_paid() -> None:
    likeness = np.array([[0.5, 0.1, 0.3, 0.2]], np.float32)  # their median is 0.25

    paid = penalties(SCORES, likeness, NOTHING, [2.0])

    np.testing.assert_allclose(paid, [0.5, 0, 0.1, 0], atol=1e-6)


def test_penalties_of_several_negatives_add_up() -> None:
    words = np.array([[1, 0, 0, 0], [1, 1, 0, 0]], np.float32)

    paid = penalties(SCORES, np.zeros((2, 4), np.float32), words, [1.0, 0.5])

    np.testing.assert_allclose(paid, [0.525, 0.175, 0, 0], rtol=1e-5)


@given(st.floats(0, 20))
def test_penalties_grow_in_step_with_the_push(push: float) -> None:
    likeness = np.array([[0.5, 0.1, 0.3, 0.2]], np.float32)
    words = np.array([[1, 0, 0.5, 0]], np.float32)

    paid = penalties(SCORES, likeness, words, [push])

    np.testing.assert_allclose(paid, push * penalties(SCORES, likeness, words, [1.0]), atol=1e-9)


def test_pushing_away_keeps_every_candidate() -> None:
    candidates = Candidates(np.array([7, 3, 5], np.int32), np.array([0.9, 0.8, 0.7], np.float32))

    found = push_away(candidates, np.array([0.5, 0.0, 0.0]))

    assert found.numbers.tolist() == [3, 5, 7]
    np.testing.assert_allclose(found.scores, [0.8, 0.7, 0.4], rtol=1e-6)


def test_no_candidates_pay_nothing() -> None:
    nobody = np.zeros((1, 0), np.float32)

    assert penalties(np.zeros(0, np.float32), nobody, nobody, [1.0]).shape == (0,)
