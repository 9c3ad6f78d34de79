"""Timed rounds: the contenders take turns, slice by slice, in one process."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from threading import Barrier

import numpy as np

from bench.ann.questions import Question
from bench.ann.scoring import Summary, summarise
from bench.ann.tuning import judge_answer
from bench.contenders.base import Contender, Ids
from bench.record import Figure
from core.types import Matrix

_SEED = 1861
SLICE = 40  # questions that a contender answers before the next one's turn


@dataclass(slots=True)
class Runner:
    """One contender in a cell, and what it did so far."""

    contender: Contender
    knob: float
    latencies_ms: list[list[float]] = field(default_factory=list)  # of each round
    answers: dict[int, Ids] = field(default_factory=dict)  # the last, by question
    wall_s: float = 0.0
    cpu_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How a cell is measured."""

    k: int
    rounds: int
    threads: int
    budget_s: float  # of one contender in one round


def run_rounds(runners: Sequence[Runner], questions: Sequence[Question], plan: Plan) -> None:
    """Let all contenders answer all questions in every round, a slice each in turn."""
    if not runners:
        return
    starts, draw = range(0, len(questions), SLICE), Random(_SEED)  # noqa: S311 - an order, not a secret
    with ThreadPoolExecutor(plan.threads) as pool:
        for runner in runners:
            _warm(pool, runner, questions, plan)
        for _ in range(plan.rounds):
            for runner in runners:
                runner.latencies_ms.append([])
            for start in starts:
                slice_ = range(start, min(start + SLICE, len(questions)))
                # Another order each time: whoever comes after a scan of all rows finds the
                # processor's cache full of them.
                for runner in draw.sample(list(runners), len(runners)):
                    if sum(runner.latencies_ms[-1]) < plan.budget_s * 1000 * plan.threads:
                        _answer_slice(pool, runner, questions, slice_, plan)


def _answer_slice(
    pool: ThreadPoolExecutor,
    runner: Runner,
    questions: Sequence[Question],
    slice_: range,
    plan: Plan,
) -> None:
    shares = [slice_[part :: plan.threads] for part in range(plan.threads)]
    begin, cpu = time.perf_counter(), time.process_time()
    done = pool.map(lambda share: _answer(runner, questions, share, plan), shares)
    for latencies in list(done):
        runner.latencies_ms[-1] += latencies
    runner.wall_s += time.perf_counter() - begin
    runner.cpu_s += time.process_time() - cpu


def _answer(runner: Runner, questions: Sequence[Question], share: range, plan: Plan) -> list[float]:
    contender, knob, k = runner.contender, runner.knob, plan.k
    budget_ms, latencies = plan.budget_s * 1000, list[float]()
    for place in share:
        question = questions[place]
        contender.ready(question.where, knob)
        begin = time.perf_counter()
        answer = contender.search(question.query, question.where, k, knob=knob)
        latencies.append((time.perf_counter() - begin) * 1000)
        runner.answers[place] = answer
        if sum(latencies) > budget_ms:
            break
    return latencies


def _warm(
    pool: ThreadPoolExecutor, runner: Runner, questions: Sequence[Question], plan: Plan
) -> None:
    """Let each thread search once, so that it has what it needs of its own."""
    barrier = Barrier(plan.threads)

    def search_once(_: int) -> None:
        barrier.wait()
        question = questions[0]
        runner.contender.ready(question.where, runner.knob)
        runner.contender.search(question.query, question.where, plan.k, knob=runner.knob)

    list(pool.map(search_once, range(plan.threads)))


def judge_rounds(runner: Runner, questions: Sequence[Question], rows: Matrix) -> Summary:
    """Judge the answers that were timed."""
    return summarise(
        judge_answer(answer, questions[place], rows) for place, answer in runner.answers.items()
    )


def timing(runner: Runner) -> dict[str, Figure]:
    """Write the latencies of all rounds as figures."""
    medians = [float(np.median(each)) for each in runner.latencies_ms if each]
    everything = np.concatenate([np.asarray(each) for each in runner.latencies_ms])
    return {
        "p50_ms": float(np.median(everything)),
        "p95_ms": float(np.quantile(everything, 0.95)),
        "p50_best_round_ms": min(medians),
        "p50_worst_round_ms": max(medians),
        "timed": len(everything),
        "questions": len(runner.answers),
        "qps": len(everything) / runner.wall_s,
        "cpu_per_wall": runner.cpu_s / runner.wall_s,
    }
