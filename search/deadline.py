"""Scoring under a deadline: the best candidates first, in batches that fit what is left.

What a batch will take is judged by the batches before it. Two things hold on any device: a larger
batch takes no less than a smaller one, and one of `2n` pairs no more than two of `n`.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelUnavailableError

Floats = NDArray[np.float32]
ScoreBatch = Callable[[int, int], Floats]
"""Scores the candidates from the first number up to the second, best of the fused order first."""

TakeTurn = Callable[[float], AbstractContextManager[bool]]
"""Waits at most so many seconds until the model is free, and tells whether it is."""

BUSY = "other searches keep the reranker busy"
MOST_PAIRS = 16  # of a batch: devices hardly gain by more, and a deadline is met between batches
# A batch is let begin where twice its estimate is left: pairs differ in length, and a busy machine
# lets one wait. It costs small batches near the end, hardly a pair. With 1.25, a tiny model on two
# cores that others kept busy was late in a quarter of its searches, by up to 0.4 s of 1 s.
_MARGIN = 2.0
_FORGETS = 0.2  # share by which a quicker batch lowers what was measured; a slower counts at once


@dataclass(frozen=True, slots=True)
class Pace:
    """How long batches took, by how many pairs they had."""

    seconds: Mapping[int, float] = field(default_factory=dict)

    def after(self, pairs: int, took_s: float) -> "Pace":
        """Learn from a batch."""
        known = self.seconds.get(pairs, took_s)
        learnt = took_s if took_s >= known else known + _FORGETS * (took_s - known)
        return Pace({**self.seconds, pairs: learnt})

    def estimate_s(self, pairs: int) -> float | None:
        """Bound the time of a batch from above; None where nothing was measured."""
        bounds = [took_s * -(-pairs // size) for size, took_s in self.seconds.items()]
        return min(bounds, default=None)


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of the first candidates, as many as there was time for."""

    scores: Floats
    pace: Pace
    fault: str | None = None  # why scoring ended early, other than for want of time


def next_batch(pace: Pace, *, left_s: float, waiting: int, largest: int) -> int:
    """Choose how many candidates to score next: 0 where none would be done in time.

    Sizes are powers of two, so that few are to be measured. Before anything was measured it is one
    candidate, whatever time is left: a first batch of many could take any time.
    """
    most = min(waiting, largest)
    if most <= 0 or left_s <= 0:
        return 0
    if not pace.seconds:
        return 1
    sizes = sorted({most, *(2**n for n in range(most.bit_length()))})
    return max((size for size in sizes if _fits(pace, size, left_s)), default=0)


def score_in_time(
    score: ScoreBatch,
    count: int,
    *,
    budget_s: float,
    clock: Callable[[], float],
    pace: Pace = Pace(),
    take_turn: TakeTurn = lambda _: nullcontext(enter_result=True),
) -> Scored:
    """Score candidates from the first one on until the budget is spent; give what was scored.

    A turn is waited for before each batch, and the batch is as large as fits what is left then. A
    model that fails on the way ends it: what was scored before counts.
    """
    ends = clock() + budget_s
    done: list[Floats] = []
    scored = 0
    while scored < count:
        with take_turn(ends - clock() - _needed_s(pace)) as is_free:
            if not is_free:
                return Scored(_joined(done), pace, BUSY)
            began = clock()
            size = next_batch(pace, left_s=ends - began, waiting=count - scored, largest=MOST_PAIRS)
            if not size:
                break
            try:
                done.append(score(scored, scored + size))
            except ModelUnavailableError as error:
                return Scored(_joined(done), pace, str(error))
            pace = pace.after(size, clock() - began)
        scored += size
    return Scored(_joined(done), pace)


def _needed_s(pace: Pace) -> float:
    """Tell what must be left for one more candidate; less is not worth waiting for."""
    return _MARGIN * (pace.estimate_s(1) or 0.0)


def _fits(pace: Pace, size: int, left_s: float) -> bool:
    estimate_s = pace.estimate_s(size)
    return estimate_s is not None and estimate_s * _MARGIN <= left_s


def _joined(batches: Sequence[Floats]) -> Floats:
    return np.concatenate(batches) if batches else np.empty(0, np.float32)
