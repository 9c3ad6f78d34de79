"""Rerankers for tests: real ones of the product on a clock of their own, and ones that fail."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from core.breaker import Breaker, BreakerOptions
from core.types import PicturedText, Pixels
from models.words_reranker import WordsReranker
from search.guarded_reranker import GuardedReranker
from tests.clocks import Clock

Floats = NDArray[np.float32]


class ScoringBy:
    """A reranker that a function stands for."""

    name = "a function"

    def __init__(self, score: Callable[[Sequence[PicturedText]], Sequence[float]]) -> None:
        self._score = score

    def score(self, query: str | Pixels, candidates: Sequence[PicturedText]) -> Floats:  # noqa: ARG002 - the port's
        """Score candidates by the function; the query does not matter."""
        return np.array(self._score(candidates), np.float32)

    def pairs_per_second(self) -> float | None:
        """Tell nothing."""
        return None

    def memory_bytes(self) -> int:
        """Take nothing."""
        return 0


def timed_words(pair_s: float, clock: Clock) -> WordsReranker:
    """Make the reranker by words that takes its time on a clock of the tests."""

    def sleep(seconds: float) -> None:
        clock.now += seconds

    return WordsReranker(pair_s, sleep)


def guarded(reranker: ScoringBy | WordsReranker, clock: Clock) -> GuardedReranker:
    """Guard a reranker, with a breaker that opens at the first failure, on one clock."""
    breaker = Breaker("reranker", BreakerOptions(failures=1), clock=clock)
    return GuardedReranker(lambda: reranker, breaker, clock=clock)
