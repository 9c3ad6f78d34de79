"""Whether to switch reranking on: judged queries of one's own, answered with and without it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bench.quality.judged import Judged
from bench.quality.scoring import Mean, gain, mean
from core.errors import ConfigurationError, InputError
from core.progress import Progress
from core.queries import Query, SearchPage
from core.rerank import Rerank
from search.engine import SearchEngine
from search.gate import K, ndcg

FEWEST = 20  # queries: with fewer, an interval by bootstrap is too narrow to be believed


@dataclass(frozen=True, slots=True)
class Asked:
    """One query, answered both ways."""

    qid: str
    without: float  # nDCG@10
    reranked: float
    without_ms: float
    reranked_ms: float
    pairs: int
    of: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both ways over all queries, and what is to be done."""

    without: Mean
    reranked: Mean
    gain: Mean
    added_p50_ms: float
    added_p95_ms: float
    pairs: float  # reranked of a query, in the mean
    of: float
    is_recommended: bool
    advice: str


def ask_both_ways(
    engine: SearchEngine, queries: Sequence[Judged], rerank: Rerank, progress: Progress
) -> list[Asked]:
    """Answer each query without and with reranking, taking turns in which comes first.

    Raises:
        InputError: there are no queries.
        ConfigurationError: nothing was reranked for any query; the log says why.
    """
    if not queries:
        raise InputError("queries", "the file has none")
    progress.begin("rerank", len(queries), "queries")
    asked = [_ask(engine, judged, rerank, place, progress) for place, judged in enumerate(queries)]
    if not any(one.pairs for one in asked):
        raise ConfigurationError(
            "nothing was reranked, so nothing can be said; `vasari doctor` looks at the reranker, "
            "and --deadline-ms gives it more time"
        )
    return asked


def compare(asked: Sequence[Asked]) -> Comparison:
    """Draw the balance of queries that were answered both ways."""
    with_it, without = [a.reranked for a in asked], [a.without for a in asked]
    difference = gain(with_it, without)
    added = [a.reranked_ms - a.without_ms for a in asked]
    p50, p95 = (float(ms) for ms in np.percentile(added, [50, 95]))
    is_recommended, advice = advise(difference, p95)
    return Comparison(
        without=mean(without),
        reranked=mean(with_it),
        gain=difference,
        added_p50_ms=p50,
        added_p95_ms=p95,
        pairs=float(np.mean([a.pairs for a in asked])),
        of=float(np.mean([a.of for a in asked])),
        is_recommended=is_recommended,
        advice=advice,
    )


def advise(gain: Mean, p95_ms: float) -> tuple[bool, str]:
    """Say whether to switch reranking on, and why."""
    interval = f"nDCG@{K} {gain.value:+.3f}, 95 % interval {gain.low:+.3f} to {gain.high:+.3f}"
    if gain.queries < FEWEST:
        few = f"{gain.queries} queries are too few to tell by; judge at least {FEWEST}"
        return False, f"Leave it off for now: {few} ({interval})."
    if gain.high < 0:
        return False, f"Leave it off: it makes answers worse ({interval})."
    if gain.low <= 0:
        return False, f"Leave it off: these queries show no gain ({interval})."
    return True, f"Switch it on: it makes answers better ({interval}), for {p95_ms:.0f} ms at p95."


def _ask(
    engine: SearchEngine, judged: Judged, rerank: Rerank, place: int, progress: Progress
) -> Asked:
    plain = Query(text=judged.query, limit=K)
    ways = [plain, replace(plain, rerank=rerank)]
    # What was asked before is quicker the second time, so neither way always has that.
    pages = [engine.search(way) for way in (ways if place % 2 else reversed(ways))]
    without, reranked = pages if place % 2 else reversed(pages)
    progress.advance()
    report = reranked.reranked
    return Asked(
        qid=judged.qid,
        without=_score(without, judged),
        reranked=_score(reranked, judged),
        without_ms=without.duration_ms,
        reranked_ms=reranked.duration_ms,
        pairs=report.count if report else 0,
        of=report.of if report else 0,
    )


def _score(page: SearchPage, judged: Judged) -> float:
    return ndcg([str(hit.artwork["id"]) for hit in page.hits], judged.relevant)
