"""What searches see of a reranker that is slow, wrong or gone."""

import threading
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.breaker import Breaker, BreakerOptions, BreakerState
from core.errors import ConfigurationError, ModalityError
from core.ports import Reranker
from core.types import PicturedText
from search.guarded_reranker import LOADING, TRIAL_AFTER_S, GuardedReranker
from search.turns import Turns
from tests.clocks import Clock
from tests.rerankers import ScoringBy, guarded, timed_words

PICTURE = np.zeros((2, 2, 3), np.uint8)
PAIRS = [PicturedText(PICTURE, "a boat"), PicturedText(None, "a storm at sea")] * 40


def read(begin: int, end: int) -> Sequence[PicturedText]:
    return PAIRS[begin:end]


@given(st.floats(0.0001, 0.4), st.floats(0.001, 3))
def test_a_deadline_is_kept_once_a_pair_was_timed(pair_s: float, budget_s: float) -> None:
    clock = Clock()
    reranker = guarded(timed_words(pair_s, clock), clock)
    reranker.warm_up()
    began = clock.now

    scored = reranker.score("a boat", read, 80, budget_s=budget_s)

    assert clock.now - began <= budget_s + 1e-9
    assert len(scored.scores) == 80 or scored.fault is None


def test_a_reranker_that_was_never_timed_is_late_by_one_pair_at_most() -> None:
    clock = Clock()
    reranker = guarded(timed_words(0.5, clock), clock)
    assert reranker.open() is None

    scored = reranker.score("a boat", read, 80, budget_s=0.1)

    assert scored.scores.tolist() == [1.0]
    assert clock.now == 1000.5


def test_a_reranker_too_slow_for_the_deadline_is_tried_again_after_a_minute() -> None:
    clock = Clock()
    reranker = guarded(timed_words(2.0, clock), clock)
    reranker.warm_up()

    counts = []
    for _ in range(4):
        counts.append(len(reranker.score("a boat", read, 80, budget_s=0.5).scores))
        clock.now += TRIAL_AFTER_S / 2 + 1

    assert counts == [0, 0, 0, 1]


@pytest.mark.parametrize(
    ("score", "told"),
    [
        (lambda _: [float("nan")], "no numbers"),
        (lambda _: [float("inf")], "no numbers"),
        (lambda _: [0.5, 0.5], "shape"),
        (lambda _: 1 / 0, "ZeroDivisionError"),
        (lambda _: (_ for _ in ()).throw(MemoryError()), "MemoryError"),
    ],
)
def test_whatever_fails_opens_the_breaker_until_it_works_again(score: object, told: str) -> None:
    clock, broken = Clock(), [True]
    breaker = Breaker("reranker", BreakerOptions(failures=1, rest_s=5), clock=clock)

    def maybe(pairs: Sequence[PicturedText]) -> Sequence[float]:
        assert callable(score)
        return score(pairs) if broken[0] else [0.5] * len(pairs)

    reranker = GuardedReranker(lambda: ScoringBy(maybe), breaker, clock=clock)
    assert reranker.open() is None

    failed = reranker.score("a", read, 80, budget_s=9)
    assert told in (failed.fault or "")
    assert breaker.report().state is BreakerState.OPEN
    assert "left in peace" in (reranker.score("a", read, 80, budget_s=9).fault or "")
    broken[0] = False
    clock.now += 5
    assert breaker.report().state is BreakerState.HALF_OPEN
    assert len(reranker.score("a", read, 80, budget_s=9).scores) == 80
    assert breaker.report().state is BreakerState.CLOSED


def test_no_score_for_a_card_without_a_picture_is_no_failure() -> None:
    def pictures_alone(pairs: Sequence[PicturedText]) -> Sequence[float]:
        return [float("nan") if pair.picture is None else 0.5 for pair in pairs]

    reranker = guarded(ScoringBy(pictures_alone), Clock())
    reranker.open()

    scored = reranker.score("a", read, 4, budget_s=9)

    assert scored.fault is None
    assert np.isnan(scored.scores).tolist() == [False, True, False, True]


def test_a_query_that_it_does_not_read_is_no_failure() -> None:
    reranker = guarded(timed_words(0, Clock()), Clock())
    reranker.open()

    with pytest.raises(ModalityError):
        reranker.score(PICTURE, read, 4, budget_s=9)


def test_a_reranker_that_cannot_be_loaded_is_not_loaded_again() -> None:
    clock, loads = Clock(), []

    def load() -> Reranker:
        loads.append(1)
        raise ConfigurationError("there is no such checkpoint")

    breaker = Breaker("reranker", BreakerOptions(failures=1), clock=clock)
    reranker = GuardedReranker(load, breaker, clock=clock)

    reranker.warm_up()
    clock.now += 1000
    again = reranker.open()

    assert again == "there is no such checkpoint"
    assert loads == [1]
    assert breaker.report().reason == "there is no such checkpoint"


def test_a_search_does_not_wait_for_the_loading_of_another() -> None:
    begun, may_end = threading.Event(), threading.Event()

    def load() -> Reranker:
        begun.set()
        may_end.wait(10)
        return ScoringBy(lambda pairs: [0.5] * len(pairs))

    reranker = GuardedReranker(load, Breaker("reranker"))
    other = threading.Thread(target=reranker.open)
    other.start()
    begun.wait(10)

    told = reranker.open()
    may_end.set()
    other.join()

    assert told == LOADING
    assert reranker.open() is None


def test_turns_come_in_the_order_of_asking_or_not_at_all() -> None:
    turns, came = Turns(), list[int]()
    waiting = [threading.Event() for _ in range(3)]

    def ask(number: int) -> None:
        waiting[number].set()
        with turns.take(10) as is_mine:
            if is_mine:
                came.append(number)

    with turns.take(0) as is_free, turns.take(0.01) as is_free_twice:
        threads = [threading.Thread(target=ask, args=(n,)) for n in range(3)]
        for number, thread in enumerate(threads):
            thread.start()
            waiting[number].wait(10)
            while len(turns._waiting) <= number:
                pass
    for thread in threads:
        thread.join(10)

    assert is_free
    assert not is_free_twice
    assert came == [0, 1, 2]
