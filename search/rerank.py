"""The rerank stage: the best of a ranking in the order of a model that looks at each of them."""

import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from core.errors import ModalityError, OrderGoneError
from core.ports import Snapshot
from core.queries import Query
from core.rerank import Rerank, Reranked
from core.types import Numbers, Pixels
from search.arrange import Places, Ranking
from search.candidate_pairs import CandidatePairs
from search.deadline import BUSY, Floats, Scored
from search.guarded_reranker import LOADING, GuardedReranker
from search.pinned_order import PinnedOrder, checksum
from search.stages import StageLog

STAGE = "rerank"
NO_RERANKER = "no reranker is set: VASARI_RERANKER names one"
ONE_THING = "it takes one text or one picture, and nothing else to search by"
LOST = "the reranker does not answer"
_NO_SCORES = np.empty(0, np.float32)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A ranking after the stage, and what became of it."""

    ranking: Ranking
    levels: Places
    report: Reranked | None = None  # None: there was nothing to do
    pinned: PinnedOrder | None = None  # for the cursor
    scores: Mapping[int, float] = field(default_factory=dict)  # of what was reranked


@dataclass(frozen=True, slots=True)
class RerankContext:
    """What the stage may look at."""

    query: Query
    snapshot: Snapshot
    log: StageLog
    is_first_page: bool = True
    pinned: PinnedOrder | None = None  # of the cursor


def searched_by(query: Query) -> str | Pixels | None:
    """Find the one text or picture that is searched by; None where it is more, or nothing."""
    inputs = [one for one in query.inputs if one.weight]
    if query.like or any(one.artwork or one.weight < 0 for one in inputs):
        return None
    given = (query.text, query.picture, *(i.text for i in inputs), *(i.picture for i in inputs))
    things = [thing for thing in given if thing is not None]
    return things[0] if len(things) == 1 else None


def put_in_order(
    ranking: Ranking, levels: Places, first: int, scores: Floats
) -> tuple[Ranking, Places]:
    """Order the candidates from place `first` on by their scores; all others stay behind them.

    Scores of two kinds are never compared. Of equal scores the earlier candidate stays first; one
    without a score (NaN) and what had none stand behind in their order, one level lower.
    """
    order = np.arange(len(ranking.numbers))
    last = first + len(scores)
    order[first:last] = first + np.argsort(-scores, kind="stable")
    behind = first + int(np.count_nonzero(~np.isnan(scores)))
    lowered = levels[order]
    lowered[behind:] += 1
    return ranking.take(order), lowered


@dataclass(frozen=True, slots=True)
class _Run:
    """What scoring gave, and why it gave no more."""

    scores: Floats
    overshoot_ms: float
    reason: str | None


class RerankStage:
    """Reranks within a deadline, and says how much; a later page keeps the first one's order."""

    def __init__(
        self,
        reranker: GuardedReranker,
        pairs: Callable[[Snapshot], CandidatePairs],
        *,
        depth: int,
        deadline_ms: int,
    ) -> None:
        self._reranker = reranker
        self._pairs = pairs
        self._depth = depth
        self._deadline_ms = deadline_ms

    @property
    def reranker(self) -> GuardedReranker:
        """The reranker behind it."""
        return self._reranker

    def run(
        self, context: RerankContext, ranking: Ranking, levels: Places, *, exact: int
    ) -> Outcome:
        """Rerank what stands behind the exact hits.

        Raises:
            OrderGoneError: the first page reranked other candidates than are found now.
        """
        asked, wanted = searched_by(context.query), context.query.rerank or Rerank()
        depth = context.pinned.of if context.pinned else wanted.depth or self._depth
        candidates = ranking.numbers[exact : exact + depth]
        with context.log.stage(STAGE, len(candidates)) as stage:
            if asked is None or ranking.scores is None or not len(candidates):
                stage.skipped = "nothing was found" if asked is not None else ONE_THING
                return Outcome(ranking, levels)
            if context.is_first_page:
                deadline_ms = wanted.deadline_ms or self._deadline_ms
                run = self._score(context, asked, candidates, deadline_ms)
                pinned = self._pin(candidates, deadline_ms, run.scores)
                report = replace(pinned.report(), overshoot_ms=run.overshoot_ms)
                stage.degraded = f"{report.summary} reranked: {run.reason}" if run.reason else None
            else:
                pinned = _kept(context.pinned, candidates)
                report = pinned.report()
            stage.output_count = report.count
            ordered = put_in_order(ranking, levels, exact, pinned.scores)
            return Outcome(*ordered, report, pinned, _by_number(candidates, pinned.scores))

    def _score(
        self, context: RerankContext, asked: str | Pixels, candidates: Numbers, deadline_ms: int
    ) -> _Run:
        if fault := self._reranker.open():  # outside the deadline: that is once in a process
            return _Run(_NO_SCORES, 0.0, _told(fault))
        pairs, clock = self._pairs(context.snapshot), self._reranker.clock
        began = clock()
        try:
            scored = self._reranker.score(
                asked,
                lambda begin, end: pairs.read(candidates[begin:end]),
                len(candidates),
                budget_s=deadline_ms / 1000,
            )
        except ModalityError as error:
            return _Run(_NO_SCORES, 0.0, str(error))
        overshoot_ms = max(0.0, (clock() - began) * 1000 - deadline_ms)
        reason = self._reason(scored, len(candidates), deadline_ms)
        return _Run(scored.scores, overshoot_ms, reason)

    def _reason(self, scored: Scored, of: int, deadline_ms: int) -> str | None:
        """Say why less was reranked than was to be."""
        if scored.fault:
            return _told(scored.fault)
        if not len(scored.scores):
            return f"a pair takes about {self._reranker.pair_ms() or 0:.0f} ms of {deadline_ms} ms"
        if len(scored.scores) < of:
            return f"{deadline_ms} ms were over"
        unjudged = int(np.count_nonzero(np.isnan(scored.scores)))
        return f"{unjudged} have nothing that it can judge" if unjudged else None

    def _pin(self, candidates: Numbers, deadline_ms: int, scores: Floats) -> PinnedOrder:
        name, of = self._reranker.name, len(candidates)
        return PinnedOrder(name, of, deadline_ms, checksum(candidates), scores)


def _kept(pinned: PinnedOrder | None, candidates: Numbers) -> PinnedOrder:
    if pinned is None or not pinned.fits(candidates):
        raise OrderGoneError
    return pinned


def _told(fault: str) -> str:
    """Choose what clients are told of a fault; the rest is for the log."""
    if fault in (BUSY, LOADING):
        return fault
    _log.warning("nothing more is reranked: %s", fault)
    return LOST


def _by_number(candidates: Numbers, scores: Floats) -> dict[int, float]:
    scored = zip(candidates.tolist(), scores.tolist(), strict=False)
    return {number: score for number, score in scored if not math.isnan(score)}
