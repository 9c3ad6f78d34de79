import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.types import Numbers
from search.arrange import Ranking, demote, lift, partition, spread
from tests.indexes import unit


def ranking_of(*numbers: int) -> Ranking:
    """Rank some artworks with scores 1, 1/2, 1/3, …"""
    return Ranking(np.array(numbers, np.int32), 1 / (1 + np.arange(len(numbers))))


def numbers_of(*numbers: int) -> Numbers:
    return np.array(numbers, np.int32)


rankings = st.lists(st.integers(0, 40), unique=True, max_size=25).map(lambda n: ranking_of(*n))
tiers = st.lists(
    st.lists(st.integers(0, 60), unique=True, min_size=1, max_size=5).map(lambda n: numbers_of(*n)),
    max_size=2,
)
codes = st.lists(st.integers(-1, 6), max_size=25).map(lambda c: np.array(c, np.int32))


def test_a_demoted_artwork_falls_by_its_factor_and_no_further() -> None:
    demoted = demote(ranking_of(7, 8, 9), np.array([True, False, False]), 0.4)

    assert demoted.numbers.tolist() == [8, 7, 9]
    assert demoted.scores is not None
    assert demoted.scores.tolist() == pytest.approx([1 / 2, 0.4, 1 / 3])


def test_a_negative_score_falls_too() -> None:
    ranking = Ranking(numbers_of(1, 2), np.array([-0.1, -0.11]))

    demoted = demote(ranking, np.array([True, False]), 0.5)

    assert demoted.numbers.tolist() == [2, 1]


def test_exact_hits_come_first_in_the_order_of_the_ranking() -> None:
    lifted, levels = lift(ranking_of(1, 2, 3, 4), [numbers_of(9), numbers_of(2, 4, 9)])

    assert lifted.numbers.tolist() == [9, 2, 4, 1, 3]
    assert levels.tolist() == [0, 1, 1, 2, 2]
    assert lifted.scores is not None
    assert lifted.scores[0] == 0  # no leg found it


def test_the_best_of_equal_codes_is_the_head() -> None:
    parts = partition(np.array([5, -1, 5, 0, -1, 0], np.int32))

    assert parts.heads.tolist() == [0, 1, 3, 4]
    assert parts.part_of.tolist() == [0, 1, 0, 3, 4, 3]


def test_an_equal_candidate_gives_way_to_one_that_is_new() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1]], np.float32)

    order = spread(vectors, np.zeros(3, np.int64), 0.5)

    assert order.tolist() == [0, 2, 1]


def test_diversity_does_not_bring_anything_before_an_exact_hit() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1]], np.float32)

    order = spread(vectors, np.array([0, 0, 1]), 1.0)

    assert order.tolist() == [0, 1, 2]


@given(rankings, tiers)
def test_lifting_keeps_every_artwork_once(ranking: Ranking, exact: list[Numbers]) -> None:
    lifted, levels = lift(ranking, exact)

    wanted = set(ranking.numbers.tolist()) | {int(n) for tier in exact for n in tier}
    assert sorted(lifted.numbers.tolist()) == sorted(wanted)
    assert (np.diff(levels) >= 0).all()


@given(rankings, st.data(), st.floats(0, 1))
def test_demoting_is_a_permutation(ranking: Ranking, data: st.DataObject, factor: float) -> None:
    size = len(ranking.numbers)
    is_demoted = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)), bool)

    demoted = demote(ranking, is_demoted, factor)

    assert sorted(demoted.numbers.tolist()) == sorted(ranking.numbers.tolist())
    kept = set(ranking.numbers[~is_demoted].tolist())
    assert [n for n in demoted.numbers.tolist() if n in kept] == [
        n for n in ranking.numbers.tolist() if n in kept
    ]


@given(codes)
def test_parts_hold_every_place_once(given_codes: np.ndarray) -> None:
    parts = partition(given_codes)

    assert set(parts.part_of.tolist()) == set(parts.heads.tolist())
    assert (parts.part_of[parts.heads] == parts.heads).all()
    assert (parts.part_of <= np.arange(len(given_codes))).all()
    for place, head in enumerate(parts.part_of.tolist()):
        assert place == head or given_codes[place] == given_codes[head] >= 0


@given(st.integers(0, 30), st.integers(0, 2**32 - 1), st.floats(0, 1))
def test_spreading_is_a_permutation_that_begins_with_the_best(
    size: int, seed: int, diversity: float
) -> None:
    vectors = unit(np.random.default_rng(seed).standard_normal((size, 4)))

    order = spread(vectors, np.zeros(size, np.int64), diversity)

    assert sorted(order.tolist()) == list(range(size))
    assert order[:1].tolist() in ([], [0])


@given(st.integers(0, 30), st.integers(0, 2**32 - 1))
def test_without_diversity_the_order_stays(size: int, seed: int) -> None:
    vectors = unit(np.random.default_rng(seed).standard_normal((size, 4)))

    assert spread(vectors, np.zeros(size, np.int64), 0.0).tolist() == list(range(size))
