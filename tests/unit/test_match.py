"""How unusual a similarity is, and what is made of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.understanding import MatchLevel
from index.vectors.best_hits import LEVELS, BestHits, measure_match
from search.match import OffTopic, judge, parse_off_topic
from search.off_topic import load_off_topic
from tests.indexes import unit

# Of off-topic queries the best hit has 0.3 at the median, the second best 0.25, the fourth 0.2.
MEASURED = OffTopic(
    [0.1, 0.25, 0.5, 0.75, 0.9],
    [[0.2, 0.25, 0.3, 0.35, 0.4], [0.15, 0.2, 0.25, 0.3, 0.35], [0.1, 0.15, 0.2, 0.25, 0.3]],
)


def score(similarity: float, share: float = 1.0) -> float:
    return float(MEASURED.scores(np.array([similarity]), share)[0])


def test_a_score_is_the_share_of_off_topic_queries_below() -> None:
    assert score(0.3) == pytest.approx(0.5)
    assert score(0.325) == pytest.approx(0.625)
    assert score(0.2) == pytest.approx(0.1)


def test_beyond_the_measured_a_score_goes_on_without_reaching_one_or_nought() -> None:
    # From 25 % beyond at 0.35 to 10 % at 0.4, so the scale is 0.05 / ln 2.5.
    assert score(0.45) == pytest.approx(1 - 0.1 / 2.5)
    assert score(0.15) == pytest.approx(0.1 / 2.5)
    assert score(0.6) < score(0.7) < 1


def test_where_fewer_compete_the_same_similarity_is_more_unusual() -> None:
    # Of a share ln(2)/4 the best is as likely as not among the four best of all.
    quarter = float(np.log(2) / 4)

    assert score(0.2, share=quarter) == pytest.approx(0.5)
    assert score(0.2, share=2 * quarter) == pytest.approx(0.25)
    assert score(0.2, share=1e-9) == pytest.approx(0.5)  # no more was measured


@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(0, 1))
def test_a_more_similar_hit_has_no_lower_score(one: float, other: float, share: float) -> None:
    low, high = sorted((one, other))

    assert 0 <= score(low, share) <= score(high, share) <= 1


def test_ranks_and_quantiles_are_those_of_sorted_similarities() -> None:
    rng = np.random.default_rng(3)
    queries = unit(rng.standard_normal((40, 16)))
    vectors = unit(rng.standard_normal((700, 16)))
    ordered = -np.sort(-(queries @ vectors.T), axis=1)

    hits = BestHits(queries)
    hits.add(vectors[:300])
    hits.add(vectors[300:])
    measured = hits.to_json()

    assert measured["ranks"] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
    expected = [np.quantile(ordered[:, rank - 1], LEVELS) for rank in measured["ranks"]]
    assert np.allclose(measured["similarities"], expected, atol=0.0006)


def test_without_off_topic_queries_nothing_is_measured() -> None:
    vectors = unit(np.ones((3, 4)))

    assert measure_match([vectors], None, vectors) is None
    assert parse_off_topic({"match": None}) is None
    assert parse_off_topic({}) is None


def test_what_is_measured_is_read_again() -> None:
    vectors = unit(np.eye(4))

    card = {"match": measure_match([vectors], vectors, None)}
    parsed = parse_off_topic(card)

    assert parsed is not None
    assert [len(row) for row in parsed.similarities] == 3 * [len(LEVELS)]


@pytest.mark.parametrize(
    ("score", "coverage", "level"),
    [
        (0.5, 0.33, MatchLevel.NONE),  # an off-topic query as it is usual
        (0.9999, 0.33, MatchLevel.GOOD),
        (0.5, 1.0, MatchLevel.WEAK),  # dissimilar, but all of its words stand in one work
        (0.95, 0.0, MatchLevel.NONE),  # similar, but of its words the collection knows none
        (0.95, 0.33, MatchLevel.WEAK),
        (0.95, 0.8, MatchLevel.GOOD),
        (0.95, None, MatchLevel.WEAK),  # words that may be of another language do not count
        (0.0, 1.0, MatchLevel.NONE),
        (1.0, 0.0, MatchLevel.GOOD),
    ],
)
def test_similarity_and_words_are_weighed(
    score: float, coverage: float | None, level: MatchLevel
) -> None:
    assert judge(score, coverage).level is level


def test_the_off_topic_texts_are_many_distinct_and_of_many_lengths() -> None:
    texts = load_off_topic()
    lengths = {len(text.split()) for text in texts}

    assert len(set(texts)) == len(texts) >= 200
    assert {1, 2, 3, 4, 5, 6, 7, 8} < lengths
    assert max(lengths) >= 15
    assert all(text == text.strip() for text in texts)
