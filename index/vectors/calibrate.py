"""Measures an approximate index against exact search, with queries such as will be asked."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from core.progress import Progress
from core.types import Json, Mask, Matrix
from index.vectors.approximate import Approximate
from index.vectors.costs import time_ms
from index.vectors.exact import ExactSearch
from index.vectors.owners import Matching
from index.vectors.planner import Setting
from index.vectors.truth import Truth, blocks, find_truth

QUERIES = 128
TARGETS = (0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
_KS = (10, 100, 1_000)
_SHARES = (1.0, 0.5, 0.1, 0.02)  # of the rows that match
_REFINE = (1, 1.5, 2, 3, 5, 8, 12, 20, 40, 80, 160, 320, 640)  # rows refined for each hit
_MOST_REFINED = 8_000
_TIMED = 12  # queries by which a setting is timed
_SEED = 1775
# Noise of five times the length of the midpoint: with it the recall of 256 and of 1,024 cells
# is within 0.02 of that of real text queries over Tate's texts from an eighth of the cells
# up. Vectors of artworks, and bare midpoints, flatter an index by as much as 0.2.
_NOISE = 5.0

_Recalls: TypeAlias = dict[tuple[int, float, int], float]
"""Recall@k by (k, effort, rows refined)."""


@dataclass(frozen=True)
class _Case:
    """A filter, the queries asked under it, and what they should find."""

    within: Matching
    queries: Matrix
    truth: Truth


@dataclass(frozen=True)
class _Level:
    """Filters of one width."""

    share: float
    cases: tuple[_Case, ...]


def calibrate(
    index: Approximate, exact: ExactSearch, queries: Matrix, progress: Progress
) -> list[Setting]:
    """Find for each width of a filter and number of hits the settings that are worth using.

    The filters keep what is nearest to one of the vectors: those of a museum (an artist, a
    medium) keep works that resemble each other, and a filter drawn at random would flatter the
    index. Between two widths a setting is as good as at the worse of them: the narrower is the
    harder for cells, the wider for compressed codes.
    """
    levels = [_level(exact.vectors, queries, share) for share in _SHARES]
    recalls = []
    for level in levels:
        recalls.append(_recalls(index, level, len(exact.vectors)))
        progress.advance(len(queries))
    settings = _settings(recalls[0], (1.0, 1.0))
    for (wide, narrow), (at_wide, at_narrow) in zip(
        pairwise(levels), pairwise(recalls), strict=True
    ):
        worse = {key: min(at_wide[key], at_narrow[key]) for key in at_wide if key in at_narrow}
        settings += _settings(worse, (narrow.share, wide.share))
    by_share = {level.share: level for level in levels}
    timed = [_timed(index, exact, by_share[s.least_share], s) for s in settings]
    return _worth_using(timed)


def text_like_queries(vectors: Matrix, count: int, rng: np.random.Generator) -> Matrix:
    """Make queries that lie as far from the vectors as encoded texts do; never the rows."""
    pairs = vectors[np.sort(rng.integers(0, len(vectors), 2 * count))]
    midpoints = _unit(pairs[rng.permutation(2 * count)].reshape(count, 2, -1).sum(axis=1))
    noise = _unit(rng.standard_normal(midpoints.shape, np.float32))
    return _unit(midpoints + np.float32(_NOISE) * noise)


def calibration_queries(vectors: Matrix, given: Matrix | None) -> Matrix:
    """Take the queries that a space brought, or make some up."""
    if given is not None and len(given):
        return np.ascontiguousarray(given[:QUERIES], np.float32)
    return text_like_queries(vectors, QUERIES, np.random.default_rng(_SEED))


def settings_to_json(settings: Sequence[Setting]) -> list[Json]:
    """Write settings as JSON."""
    return [asdict(setting) for setting in settings]


def settings_from_json(data: Sequence[Json]) -> tuple[Setting, ...]:
    """Read what `settings_to_json` wrote."""
    return tuple(Setting(**item) for item in data)


def _level(vectors: Matrix, queries: Matrix, share: float) -> _Level:
    rng = np.random.default_rng([_SEED, int(1_000 * share)])
    size, k = len(vectors), min(max(_KS), max(1, int(share * len(vectors))))
    if share == 1:
        everything = Matching(size, 0)
        return _Level(
            share, (_Case(everything, queries, find_truth(vectors, queries, everything, k)),)
        )
    cases = []
    for asked in np.array_split(queries, 2):
        within = Matching(size, 0, mask=_topic(vectors, share, rng))
        cases.append(_Case(within, asked, find_truth(vectors, asked, within, min(k, within.count))))
    return _Level(share, tuple(cases))


def _recalls(index: Approximate, level: _Level, size: int) -> _Recalls:
    """Measure every effort and number of refined rows; one search serves all of the latter."""
    matching = int(level.share * size)
    ks = [k for k in _KS if 4 * k <= matching]
    most = min(_MOST_REFINED, matching)
    total: dict[tuple[int, float, int], list[float]] = {}
    for effort in index.efforts:
        for case in level.cases:
            for i, query in enumerate(case.queries):
                found = index.find(query[None], most, case.within, effort).rows
                for k in ks:
                    right = case.truth.right(i, found, k)
                    for refine in _refines(k):
                        last = min(refine, len(right)) - 1
                        share = float(right[last]) / k if len(right) else 0.0
                        total.setdefault((k, effort, refine), []).append(share)
    return {key: float(np.mean(shares)) for key, shares in total.items()}


def _refines(k: int) -> list[int]:
    return [int(k * times) for times in _REFINE if k * times <= _MOST_REFINED]


def _settings(recalls: _Recalls, shares: tuple[float, float]) -> list[Setting]:
    """Keep for each effort the fewest refined rows that reach each target."""
    settings = set()
    for k, effort in {(k, effort) for k, effort, _ in recalls}:
        for target in TARGETS:
            fit = (r for r in _refines(k) if recalls[k, effort, r] >= target)
            refine = next(fit, None)
            if refine:
                recall = round(recalls[k, effort, refine], 4)
                settings.add(Setting(*shares, k, effort, refine, recall, 0.0))
    return sorted(settings, key=lambda s: (s.k, s.effort, s.refine))


def _timed(index: Approximate, exact: ExactSearch, level: _Level, setting: Setting) -> Setting:
    def searches() -> Iterator[object]:
        for case in level.cases:
            for query in case.queries[:_TIMED]:
                found = index.find(query[None], setting.refine, case.within, setting.effort)
                yield exact.refine(query[None], np.sort(found.rows), setting.k)

    return replace(setting, ms=time_ms(searches()))


def _worth_using(settings: Sequence[Setting]) -> list[Setting]:
    """Drop the settings that another one beats in recall and in time."""

    def is_beaten(one: Setting) -> bool:
        return any(
            (other.least_share, other.k) == (one.least_share, one.k)
            and other.recall >= one.recall
            and (other.ms, other.refine) < (one.ms, one.refine)
            for other in settings
        )

    return [setting for setting in settings if not is_beaten(setting)]


def _topic(vectors: Matrix, share: float, rng: np.random.Generator) -> Mask:
    """Keep the vectors nearest to one of them."""
    middle = vectors[rng.integers(len(vectors))]
    nearness = np.concatenate([block @ middle for _, block in blocks(vectors)])
    topic: Mask = nearness >= np.quantile(nearness, 1 - share)
    return topic


def _unit(vectors: Matrix) -> Matrix:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Matrix = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit
