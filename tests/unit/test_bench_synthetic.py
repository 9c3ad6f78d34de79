from dataclasses import replace

import numpy as np
import pytest

from bench import synthetic
from bench.ann.synthetic_works import FREE_WORDS, TOPIC_WORDS, synthetic_columns
from bench.synthetic import Mixture, Recipe, is_calibrated
from core.types import Matrix

SMALL = Recipe(dim=16, topics=20, least_rank=3, most_rank=5)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synthetic, "PIECE", 100)


def drawn(count: int, recipe: Recipe = SMALL) -> Matrix:
    return np.concatenate([piece.rows for piece in Mixture(recipe).pieces(count)])


def test_a_recipe_draws_the_same_rows_and_queries_again() -> None:
    first, second = Mixture(SMALL), Mixture(SMALL)

    assert np.array_equal(drawn(250), drawn(250))
    assert np.array_equal(first.queries(30), second.queries(30))


def test_a_smaller_set_is_the_beginning_of_a_larger_one() -> None:
    assert np.array_equal(drawn(150), drawn(320)[:150])


def test_another_seed_draws_other_rows() -> None:
    assert not np.allclose(drawn(50), drawn(50, replace(SMALL, seed=12)))


def test_rows_and_queries_have_unit_length() -> None:
    vectors = np.concatenate([drawn(120), Mixture(SMALL).queries(40)])

    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(160), abs=1e-6)


def test_rows_of_a_topic_are_nearer_to_each_other_than_to_the_rest() -> None:
    pieces = list(Mixture(replace(SMALL, spread=0.5)).pieces(200))
    rows = np.concatenate([piece.rows for piece in pieces])
    topics = np.concatenate([piece.topics for piece in pieces])
    scores, alike = rows @ rows.T, topics[:, None] == topics[None]

    assert scores[alike].mean() > scores[~alike].mean() + 0.2


def test_topics_are_of_very_unequal_size() -> None:
    shares = Mixture(SMALL).shares

    assert shares.sum() == pytest.approx(1)
    assert shares.max() > 2 * shares.min()


@pytest.mark.parametrize(
    ("curve", "expected"),
    [
        ({1: 0.29, 8: 0.61, 32: 0.90, 64: 0.97}, True),
        ({1: 0.76, 8: 0.98, 32: 1.00, 64: 1.00}, False),
    ],
)
def test_a_curve_is_calibrated_when_no_point_is_off_by_more_than_five_hundredths(
    curve: dict[int, float], expected: bool
) -> None:
    assert is_calibrated(curve) is expected


def test_the_words_of_synthetic_media_leave_exactly_their_share() -> None:
    topics = np.random.default_rng(1).integers(0, 30, 10_000).astype(np.int32)

    words = synthetic_columns(topics).words

    assert [int(words[word].sum()) for word in FREE_WORDS[::3]] == [5700, 1000, 100, 10, 1]
    assert [int(words[word].sum()) for word in TOPIC_WORDS[::2]] == [5700, 1000, 100, 10, 1]


def test_half_of_the_words_follow_the_topics() -> None:
    topics = np.random.default_rng(1).integers(0, 30, 10_000).astype(np.int32)

    words = synthetic_columns(topics).words

    assert len(np.unique(topics[words[TOPIC_WORDS[2]]])) <= 5  # 10 % of 30 topics, and a rest
    assert len(np.unique(topics[words[FREE_WORDS[3]]])) == 30
