"""Measures of rankings, by query and in the mean, with intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from bench.quality.judged import Judged
from core.errors import MissingExtraError
from search.gate import judged_id

MEASURES = ("nDCG@10", "R@100", "P@10", "RR")
DRAWS = 10_000  # of a bootstrap; the interval's ends then move by less than 0.002 with the seed
SEED = 4


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over queries with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float
    queries: int


def check_installed() -> None:
    """Refuse to begin without ir_measures. Raises MissingExtraError."""
    try:
        import ir_measures  # noqa: F401 - is it there?
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "ir-measures", "bench") from error


def score(queries: Sequence[Judged], found: Mapping[str, Sequence[str]]) -> dict[str, list[float]]:
    """Score each query by each measure, in the order of the queries; nothing found is 0.

    Args:
        queries: what was asked, with what answers it.
        found: ids of the hits by the id of the query, best first.
    """
    import ir_measures

    wanted = [_measure(name) for name in MEASURES]
    values: dict[str, dict[str, float]] = {name: dict.fromkeys(found, 0.0) for name in MEASURES}
    qrels = [
        ir_measures.Qrel(query.qid, id, 1) for query in queries for id in sorted(query.relevant)
    ]
    for metric in ir_measures.iter_calc(wanted, qrels, _run(queries, found)):
        values[str(metric.measure)][metric.query_id] = float(metric.value)
    return {name: [values[name].get(query.qid, 0.0) for query in queries] for name in MEASURES}


def _run(queries: Sequence[Judged], found: Mapping[str, Sequence[str]]) -> list[Any]:
    """Write hits as a run whose scores follow the ranks, so that no tie is broken anew."""
    import ir_measures

    return [
        ir_measures.ScoredDoc(query.qid, judged_id(id, query.relevant), float(-place))
        for query in queries
        for place, id in enumerate(found.get(query.qid, ()))
    ]


@cache
def _measure(name: str) -> Any:  # noqa: ANN401 - the package has no types
    import ir_measures

    return ir_measures.parse_measure(name)


def mean(values: Sequence[float], seed: int = SEED) -> Mean:
    """Average values, with the interval that drawing the queries again gives."""
    drawn = np.asarray(values, np.float64)
    if not len(drawn):
        return Mean(0.0, 0.0, 0.0, 0)
    rows = np.random.default_rng(seed).integers(0, len(drawn), (DRAWS, len(drawn)))
    low, high = np.percentile(drawn[rows].mean(axis=1), [2.5, 97.5])
    return Mean(float(drawn.mean()), float(low), float(high), len(drawn))


def gain(ours: Sequence[float], theirs: Sequence[float]) -> Mean:
    """Average the differences of two ways to answer the same queries."""
    return mean([a - b for a, b in zip(ours, theirs, strict=True)])
