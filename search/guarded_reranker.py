"""A reranker that searches can do without: loaded once, timed, and left in peace while it fails."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

import numpy as np

from core.breaker import Breaker
from core.errors import ModalityError, ModelUnavailableError, VasariError
from core.ports import Reranker
from core.types import PicturedText, Pixels
from search.deadline import Floats, Pace, Scored, score_in_time
from search.turns import Turns

ReadPairs = Callable[[int, int], Sequence[PicturedText]]
"""Reads the candidates from the first number up to the second."""

LOADING = "the reranker is being loaded"
# When nothing fits a deadline, one pair is tried again after so long: what was slow may have been
# a busy machine, and a model that is too slow makes no more than one search a minute late.
TRIAL_AFTER_S = 60.0
_WARM_UP = PicturedText(np.full((240, 320, 3), 128, np.uint8), "A picture to warm up with")

_log = logging.getLogger(__name__)


class GuardedReranker:
    """Runs a reranker for many searches; whatever is wrong with it is told, never raised."""

    def __init__(
        self,
        load: Callable[[], Reranker],
        breaker: Breaker,
        *,
        at_once: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._load = load
        self._breaker = breaker
        self._turns = Turns(at_once)
        self._clock = clock
        self._lock = Lock()
        self._reranker: Reranker | None = None
        self._fault: str | None = None  # why it could not be loaded; that is for good
        self._pace = Pace()
        self._learnt_at = clock()

    @property
    def clock(self) -> Callable[[], float]:
        """The clock that deadlines are kept by."""
        return self._clock

    @property
    def name(self) -> str | None:
        """Name of the reranker; None where it is not loaded."""
        return self._reranker.name if self._reranker else None

    def memory_bytes(self) -> int:
        """Bytes that it takes, nothing before it is loaded."""
        return self._reranker.memory_bytes() if self._reranker else 0

    def open(self) -> str | None:
        """Load the reranker, once; say why it is not there where it is not."""
        if self._reranker is not None:
            return None
        if not self._lock.acquire(blocking=False):
            return LOADING
        try:
            with self._breaker.guard():
                self._reranker = self._reranker or self._loaded()
        except ModelUnavailableError as error:
            return str(error)
        finally:
            self._lock.release()
        return None

    def warm_up(self) -> None:
        """Load it and learn how long a pair takes, so that the first deadline is met."""
        if fault := self.open():
            _log.warning("the reranker is not used: %s", fault)
            return
        # The first run prepares what later ones find ready; a GPU also for larger batches.
        for count, budget_s in ((1, 60.0), (8, 2.0)):
            self._pace = Pace()
            self.score("warm-up", _warm_up_pairs, count, budget_s=budget_s)

    def score(self, query: str | Pixels, read: ReadPairs, count: int, *, budget_s: float) -> Scored:
        """Score the first of so many candidates, as many as there is time for.

        Raises:
            ModalityError: it does not read such a query.
        """

        def score_batch(begin: int, end: int) -> Floats:
            with self._breaker.guard(), _as_unavailable():
                return self._checked(query, read(begin, end))

        scored = score_in_time(
            score_batch,
            count,
            budget_s=budget_s,
            clock=self._clock,
            pace=self._pace,
            take_turn=self._turns.take,
        )
        self._learn(scored)
        return scored

    def pair_ms(self) -> float | None:
        """Tell how long one pair is taken to take; None before the first."""
        seconds = self._pace.estimate_s(1)
        return None if seconds is None else seconds * 1000

    def _loaded(self) -> Reranker:
        if self._fault:
            raise ModelUnavailableError(self._fault)
        try:
            return self._load()
        except Exception as error:
            _log.exception("the reranker could not be loaded")
            is_ours = isinstance(error, VasariError)
            self._fault = str(error) if is_ours else f"it failed: {type(error).__name__}"
            raise ModelUnavailableError(self._fault) from error

    def _learn(self, scored: Scored) -> None:
        if len(scored.scores):
            self._pace, self._learnt_at = scored.pace, self._clock()
        elif scored.fault is None and self._clock() - self._learnt_at >= TRIAL_AFTER_S:
            self._pace, self._learnt_at = Pace(), self._clock()

    def _checked(self, query: str | Pixels, pairs: Sequence[PicturedText]) -> Floats:
        """Score a batch; refuse scores that cannot be. Raises ModelUnavailableError."""
        assert self._reranker is not None  # noqa: S101 - `open` was asked before
        scores = np.asarray(self._reranker.score(query, pairs), np.float32)
        if scores.shape != (len(pairs),):
            raise ModelUnavailableError(f"{self.name} gave scores of shape {scores.shape}")
        # It may have nothing to judge in a card alone or a picture alone, but not in both.
        is_whole = np.array([bool(pair.text) and pair.picture is not None for pair in pairs])
        if np.isinf(scores).any() or np.isnan(scores[is_whole]).any():
            raise ModelUnavailableError(f"{self.name} gave scores that are no numbers")
        return scores


def _warm_up_pairs(begin: int, end: int) -> Sequence[PicturedText]:
    return [_WARM_UP] * (end - begin)


@contextmanager
def _as_unavailable() -> Iterator[None]:
    """Take any failure of a model for one that is not available now."""
    try:
        yield
    except (ModelUnavailableError, ModalityError):
        raise
    except VasariError as error:
        raise ModelUnavailableError(str(error)) from error
    except Exception as error:
        _log.exception("the reranker failed")
        raise ModelUnavailableError(f"the reranker failed: {type(error).__name__}") from error
