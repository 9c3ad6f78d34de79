import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.vectors.ranking import best, best_by_artwork

SCORES = st.lists(st.sampled_from([-1.0, 0.0, 0.25, 0.5, 1.0]), max_size=400)


@given(SCORES, st.integers(0, 450))
def test_the_best_come_first_and_ties_by_number(drawn: list[float], k: int) -> None:
    scores = np.array(drawn, np.float32)
    numbers = np.arange(len(scores), dtype=np.int32) * 2

    found = best(numbers, scores, k)

    expected = sorted(zip((-scores).tolist(), numbers.tolist(), strict=True))[:k]
    assert found.numbers.tolist() == [number for _, number in expected]
    assert found.scores.tolist() == [-score for score, _ in expected]


def test_an_artwork_counts_by_its_best_vector() -> None:
    numbers = np.array([1, 1, 4, 7, 7, 7], np.int32)
    scores = np.array([0.1, 0.3, 0.2, 0.9, 0.8, 0.7], np.float32)

    artworks, highest = best_by_artwork(numbers, scores)

    assert artworks.tolist() == [1, 4, 7]
    assert highest.tolist() == scores[[1, 2, 3]].tolist()


def test_one_vector_each_stays_as_it_is() -> None:
    numbers = np.array([0, 3], np.int32)
    scores = np.array([0.5, 0.25], np.float32)

    artworks, highest = best_by_artwork(numbers, scores)

    assert (artworks.tolist(), highest.tolist()) == ([0, 3], [0.5, 0.25])
