"""Measures what exact search costs on this machine, over these very rows."""

import time
from collections.abc import Iterator, Sequence

import numpy as np

from core.types import Json, Matrix
from index.vectors.exact import ExactSearch
from index.vectors.owners import Matching
from index.vectors.planner import COST_KS, Curve, Way

_SHARES = (0.01, 0.1, 0.5)  # of the rows
_FEWEST = 100  # rows
_DRAWS = 10  # of as many rows, twice in turn: filters in use at the same time share the cache
_SEED = 1834


def measure_costs(
    exact: ExactSearch, rows: int, queries: Matrix, *, ways: Sequence[Way] | None = None
) -> dict[Way, tuple[Curve, ...]]:
    """Time each way, or some, over rows drawn at random, for each of COST_KS hits."""
    return {
        way: tuple(_curve(exact, way, rows, queries=queries, k=k) for k in COST_KS)
        for way in ways or exact.ways
    }


def costs_to_json(costs: dict[Way, tuple[Curve, ...]]) -> Json:
    """Write costs as JSON."""
    return {
        way.value: [{"rows": curve.rows, "ms": curve.ms} for curve in curves]
        for way, curves in costs.items()
    }


def costs_from_json(data: Json) -> dict[Way, tuple[Curve, ...]]:
    """Read what `costs_to_json` wrote."""
    return {
        Way(way): tuple(Curve(tuple(c["rows"]), tuple(c["ms"])) for c in curves)
        for way, curves in data.items()
    }


def time_ms(searches: Iterator[object]) -> float:
    """Time each step of an iterator but the first, and return the lower quartile.

    The quartile, since whatever else the machine does only makes steps longer.
    """
    next(searches)  # pages are read and buffers made
    spent, begin = [], time.perf_counter()
    for _ in searches:
        end = time.perf_counter()
        spent.append((end - begin) * 1000)
        begin = end
    return round(sorted(spent)[len(spent) // 4], 4)


def _curve(exact: ExactSearch, way: Way, rows: int, *, queries: Matrix, k: int) -> Curve:
    rng = np.random.default_rng(_SEED)
    counts = sorted({max(_FEWEST, int(share * rows)) for share in _SHARES} - {rows})
    if way not in (Way.GATHER, Way.GATHER_INT8):
        counts = counts[-1:]  # a scan takes as long whatever matches
    ms = []
    for count in counts:
        draws = [_drawn(rows, min(count, rows), rng) for _ in range(_DRAWS)]
        _ = list(_searches(exact, way, draws, queries=queries, k=k))
        ms.append(time_ms(_searches(exact, way, draws, queries=queries, k=k)))
    return Curve(tuple(counts), tuple(ms))


def _drawn(rows: int, count: int, rng: np.random.Generator) -> Matching:
    drawn = Matching(rows, 0, rows=np.sort(rng.choice(rows, count, replace=False, shuffle=False)))
    _ = drawn.mask  # made here, not in the measured time
    return drawn


def _searches(
    exact: ExactSearch, way: Way, draws: Sequence[Matching], *, queries: Matrix, k: int
) -> Iterator[object]:
    for i, within in enumerate(draws):
        query = queries[i % len(queries)][None]
        yield exact.run(way, query, within, min(k, within.count))
