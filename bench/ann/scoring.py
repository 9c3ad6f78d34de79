"""Judging answers: recall by score, so that ties count; answers too short; answers that lie."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.types import Mask, Matrix

TIE = 1e-6  # scores that differ by less are the same score, computed in another order


@dataclass(frozen=True, slots=True)
class Truth:
    """What one question has to be answered with."""

    wanted: int  # min(k, rows that the filter leaves)
    kth_score: float  # of the last of the true answers, in float64


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one question."""

    recall: float
    is_short: bool  # fewer rows than there were to find
    is_violation: bool  # a row that the filter forbids


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of all questions of a cell."""

    recall: float
    short: int
    violations: int
    questions: int


def judge(
    answer: Sequence[int] | NDArray[np.integer],
    truth: Truth,
    *,
    query: NDArray[np.float32],
    rows: Matrix,
    mask: Mask | None,
) -> Judged:
    """Judge one answer; a row counts once, and only if the filter allows it."""
    found = np.unique(np.asarray([i for i in answer if i >= 0], np.int64))
    allowed = found if mask is None else found[mask[found]]
    scores = rows[allowed].astype(np.float64) @ query.astype(np.float64)
    hits = int((scores >= truth.kth_score - TIE).sum())
    return Judged(
        recall=min(hits, truth.wanted) / truth.wanted,
        is_short=len(found) < truth.wanted,
        is_violation=len(allowed) < len(found),
    )


def summarise(judged: Iterable[Judged]) -> Summary:
    """Average the recall and count the failures; a failed search is an empty answer."""
    all_ = list(judged)
    return Summary(
        recall=sum(one.recall for one in all_) / len(all_) if all_ else 0.0,
        short=sum(one.is_short for one in all_),
        violations=sum(one.is_violation for one in all_),
        questions=len(all_),
    )
