"""Tuning: the smallest setting of a knob that reaches the target."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from bench.ann.questions import Question
from bench.ann.scoring import Judged, Summary, judge, summarise
from bench.contenders.base import Contender, Ids
from core.types import Matrix

LEAST_QUESTIONS = 20  # of a trial, however slow the contender is


@dataclass(frozen=True, slots=True)
class Tuned:
    """The setting that was chosen, and what it gave."""

    knob: float
    recall: float
    reached: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """What a setting gave, asked alone."""

    summary: Summary
    p50_ms: float


def smallest_sufficient(
    knobs: Sequence[float], recall_of: Callable[[float], float], target: float
) -> Tuned:
    """Find the first sufficient knob by bisection: recall is taken to grow with the knob.

    Where none suffices it is the one with the best recall among those tried.
    """
    tried: dict[int, float] = {}
    low, high = 0, len(knobs)  # the first sufficient one is within low..high
    while low < high:
        middle = (low + high) // 2
        tried[middle] = recall_of(knobs[middle])
        if tried[middle] >= target:
            high = middle
        else:
            low = middle + 1
    if low < len(knobs):
        return Tuned(knobs[low], tried[low], reached=True)
    best = max(tried, key=lambda place: (tried[place], -place))
    return Tuned(knobs[best], tried[best], reached=False)


def tune(
    contender: Contender,
    questions: Sequence[Question],
    rows: Matrix,
    *,
    k: int,
    target: float,
    sample: int,
    budget_s: float,
) -> Tuned:
    """Choose on a sample of the questions, and step up until all of them bear it out."""

    def recall_of(knob: float, asked: Sequence[Question]) -> float:
        return trial(contender, asked, rows, k=k, knob=knob, budget_s=budget_s).summary.recall

    knobs = list(contender.knobs())
    tuned = smallest_sufficient(knobs, lambda knob: recall_of(knob, questions[:sample]), target)
    if not tuned.reached or len(questions) <= sample:
        return tuned
    for knob in knobs[knobs.index(tuned.knob) :]:
        tuned = Tuned(knob, recall := recall_of(knob, questions), recall >= target)
        if tuned.reached:
            break
    return tuned


def trial(
    contender: Contender,
    questions: Sequence[Question],
    rows: Matrix,
    *,
    k: int,
    knob: float,
    budget_s: float,
) -> Trial:
    """Ask the questions once; a slow contender is asked fewer."""
    end = time.perf_counter() + budget_s
    judged, latencies = list[Judged](), list[float]()
    for question in questions:
        if len(judged) >= LEAST_QUESTIONS and time.perf_counter() > end:
            break
        contender.ready(question.where, knob)
        begin = time.perf_counter()
        answer = contender.search(question.query, question.where, k, knob=knob)
        latencies.append((time.perf_counter() - begin) * 1000)
        judged.append(judge_answer(answer, question, rows))
    return Trial(summarise(judged), median(latencies))


def spread_out(knobs: Sequence[float], most: int) -> list[float]:
    """Choose some settings, the first and the last among them, evenly."""
    if len(knobs) <= most:
        return list(knobs)
    return [knobs[round(place * (len(knobs) - 1) / (most - 1))] for place in range(most)]


def judge_answer(answer: Ids, question: Question, rows: Matrix) -> Judged:
    """Judge an answer to a question."""
    mask = question.where.mask if question.where else None
    return judge(answer, question.truth, query=question.query, rows=rows, mask=mask)
