import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.fusion import fuse

rankings = st.dictionaries(
    st.sampled_from(("catalogue", "lexical", "picture")),
    st.lists(st.integers(0, 30), unique=True, max_size=12).map(lambda r: np.array(r, np.int32)),
    max_size=3,
)


def test_an_artwork_found_twice_beats_one_found_once_at_the_top() -> None:
    found = {"a": np.array([7, 3], np.int32), "b": np.array([9, 3], np.int32)}

    numbers, scores = fuse(found, {})

    assert numbers.tolist() == [3, 7, 9]
    assert scores.tolist() == pytest.approx([2 / 22, 1 / 21, 1 / 21])


def test_a_weight_multiplies_its_ranking() -> None:
    found = {"a": np.array([1], np.int32), "b": np.array([2], np.int32)}

    numbers, scores = fuse(found, {"b": 2.0})

    assert numbers.tolist() == [2, 1]
    assert scores.tolist() == pytest.approx([2 / 21, 1 / 21])


def test_no_ranking_gives_no_hits() -> None:
    numbers, scores = fuse({}, {})

    assert len(numbers) == len(scores) == 0


@given(rankings)
def test_every_artwork_is_kept_once_best_first(found: dict[str, np.ndarray]) -> None:
    numbers, scores = fuse(found, {})

    assert sorted(numbers.tolist()) == sorted({n for r in found.values() for n in r.tolist()})
    assert all(scores[:-1] >= scores[1:])


@given(st.lists(st.integers(0, 99), unique=True).map(lambda r: np.array(r, np.int32)))
def test_one_ranking_alone_keeps_its_order(ranking: np.ndarray) -> None:
    numbers, _ = fuse({"a": ranking}, {})

    assert numbers.tolist() == ranking.tolist()


def test_a_larger_k_makes_ranks_count_less() -> None:
    found = {"a": np.array([5, 6], np.int32), "b": np.array([6], np.int32)}

    numbers, scores = fuse(found, {"b": 0.5}, k=60.0)

    assert numbers.tolist() == [6, 5]
    assert scores.tolist() == pytest.approx([1 / 62 + 0.5 / 61, 1 / 61])
