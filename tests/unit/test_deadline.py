from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ModelUnavailableError
from search.deadline import BUSY, MOST_PAIRS, Floats, Pace, next_batch, score_in_time
from tests.clocks import Clock


class Device:
    """Takes a fixed time for each batch and a time for each pair, on a clock of its own."""

    def __init__(self, batch_s: float, pair_s: float) -> None:
        self.clock = Clock()
        self.batch_s, self.pair_s = batch_s, pair_s
        self.sizes: list[int] = []

    def score(self, begin: int, end: int) -> Floats:
        self.clock.now += self.batch_s + self.pair_s * (end - begin)
        self.sizes.append(end - begin)
        return np.arange(begin, end, dtype=np.float32)


def test_nothing_is_known_before_the_first_batch_so_it_has_one_candidate() -> None:
    assert next_batch(Pace(), left_s=0.001, waiting=80, largest=16) == 1


def test_no_batch_fits_when_no_time_is_left() -> None:
    assert next_batch(Pace(), left_s=0, waiting=80, largest=16) == 0


def test_a_batch_is_as_large_as_fits_by_what_was_measured() -> None:
    pace = Pace({1: 0.1})  # 4 take at most 0.4 s, and have to have 0.8 s

    assert next_batch(pace, left_s=0.8, waiting=80, largest=16) == 4
    assert next_batch(pace, left_s=0.79, waiting=80, largest=16) == 2
    assert next_batch(pace, left_s=0.19, waiting=80, largest=16) == 0


def test_a_smaller_batch_is_not_believed_quicker_than_measured_for_the_larger() -> None:
    assert Pace({8: 0.1}).estimate_s(1) == 0.1
    assert Pace({8: 0.1}).estimate_s(9) == 0.2
    assert Pace({8: 0.1, 1: 0.02}).estimate_s(2) == 0.04


def test_a_slow_batch_counts_at_once_and_a_quick_one_slowly() -> None:
    pace = Pace({4: 1.0})

    assert pace.after(4, 2.0).seconds == {4: 2.0}
    assert pace.after(4, 0.5).seconds == {4: 0.9}


def test_the_best_are_scored_first_until_the_budget_is_spent() -> None:
    device = Device(batch_s=0.0, pair_s=0.1)

    scored = score_in_time(device.score, 80, budget_s=1.05, clock=device.clock)

    # Twice its time must be left: 4 of 0.95 s, 2 of 0.55, 1 of 0.35, 1 of 0.25, none of 0.15.
    assert device.sizes == [1, 4, 2, 1, 1]
    assert scored.scores.tolist() == list(range(9))
    assert scored.fault is None


def test_all_are_scored_where_there_is_time() -> None:
    device = Device(batch_s=0.01, pair_s=0.001)

    scored = score_in_time(device.score, 21, budget_s=60, clock=device.clock)

    assert device.sizes == [1, 16, 4]
    assert len(scored.scores) == 21


def test_what_a_search_learns_the_next_one_knows() -> None:
    device = Device(batch_s=0.0, pair_s=0.1)
    first = score_in_time(device.score, 1, budget_s=1, clock=device.clock)
    device.sizes.clear()

    score_in_time(device.score, 80, budget_s=0.65, clock=device.clock, pace=first.pace)

    assert device.sizes == [2, 2, 1]


def test_a_model_that_fails_on_the_way_leaves_what_it_scored() -> None:
    device = Device(batch_s=0.0, pair_s=0.1)

    def score(begin: int, end: int) -> Floats:
        if begin:
            raise ModelUnavailableError("out of memory")
        return device.score(begin, end)

    scored = score_in_time(score, 80, budget_s=9, clock=device.clock)

    assert scored.scores.tolist() == [0]
    assert scored.fault == "out of memory"


def test_a_batch_is_chosen_by_what_is_left_after_waiting_for_a_turn() -> None:
    device = Device(batch_s=0.0, pair_s=0.1)

    @contextmanager
    def others_first(left_s: float) -> Iterator[bool]:
        device.clock.now += min(0.3, max(0.0, left_s))
        yield left_s > 0.3

    scored = score_in_time(
        device.score, 80, budget_s=1.15, clock=device.clock, take_turn=others_first
    )

    # 0.3 waited, 1 scored; 0.3 waited, 0.45 left takes 2; the last 0.25 is not worth waiting.
    assert device.sizes == [1, 2]
    assert scored.fault == BUSY
    assert scored.pace.seconds == {1: pytest.approx(0.1), 2: pytest.approx(0.2)}


@given(
    st.floats(0, 0.2),
    st.floats(0.001, 0.2),
    st.floats(0.01, 5),
    st.integers(0, 100),
)
def test_only_the_very_first_batch_may_end_late(
    batch_s: float, pair_s: float, budget_s: float, count: int
) -> None:
    device = Device(batch_s, pair_s)
    known = score_in_time(device.score, 1, budget_s=9, clock=device.clock).pace
    began = device.clock.now

    scored = score_in_time(device.score, count, budget_s=budget_s, clock=device.clock, pace=known)

    assert device.clock.now - began <= budget_s + 1e-9
    assert len(scored.scores) <= count
    assert max(device.sizes) <= MOST_PAIRS
