"""Measures an approximate index against exact search, with queries such as will be asked."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.progress import Progress
from core.types import Json, Mask, Matrix
from index.approximate import Approximate
from index.costs import time_ms
from index.exact import score_rows
from index.owners import Matching
from index.planner import Setting
from index.rounding import ROUNDING

QUERIES = 128
TARGETS = (0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
_KS = (10, 100, 1_000)
_SHARES = (1.0, 0.5, 0.1, 0.02)  # of the rows that match
_REFINE = (1, 1.5, 2, 3, 5, 8, 12, 20, 40, 80)  # rows refined for each hit
_MOST_REFINED = 4_000
_TIMED = 12  # queries by which a setting is timed
_BLOCK = 16_384  # rows scored at once: 8 MB of scores
_SEED = 1775
# Noise of five times the length of the midpoint: with it the recall of 256 and of 1,024 cells
# is within 0.02 of that of real text queries over Tate's texts from an eighth of the cells
# up. Vectors of artworks, and bare midpoints, flatter an index by as much as 0.2.
_NOISE = 5.0


@dataclass(frozen=True)
class _Level:
    """Filters of one width, and the queries asked under each."""

    share: float
    cases: tuple[tuple[Matching, Matrix], ...]


_Trial: TypeAlias = dict[int, NDArray[np.int64]]
"""For one query: for each k, how many of the k best are among the first rows found."""


def calibrate(
    index: Approximate, vectors: Matrix, queries: Matrix, progress: Progress
) -> list[Setting]:
    """Find for each width of a filter and number of hits the settings that are worth using.

    The filters keep what is nearest to one of the vectors: those of a museum (an artist, a
    medium) keep works that resemble each other, and a filter drawn at random would flatter the
    index.
    """
    settings = []
    for level in _levels(vectors, queries):
        ks = [k for k in _KS if 4 * k <= level.share * len(vectors)]
        truth = [kth_scores(vectors, asked, within, ks) for within, asked in level.cases]
        for effort in index.efforts:
            trials = _try(index, vectors, level, truth, effort=effort)
            for k in ks:
                found = _settings(level, k, trials, effort=effort)
                settings += [_timed(index, vectors, level, setting) for setting in found]
            progress.advance(len(queries))
    return _worth_using(settings)


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


def _levels(vectors: Matrix, queries: Matrix) -> Iterator[_Level]:
    rng = np.random.default_rng(_SEED)
    halves = np.array_split(queries, 2)
    for share in _SHARES:
        if share == 1:
            yield _Level(share, ((Matching(len(vectors), 0), queries),))
            continue
        topics = [_topic(vectors, share, rng) for _ in halves]
        filters = [Matching(len(vectors), 0, mask=topic) for topic in topics]
        yield _Level(share, tuple(zip(filters, halves, strict=True)))


def _try(
    index: Approximate,
    vectors: Matrix,
    level: _Level,
    truth: Sequence[dict[int, NDArray[np.float32]]],
    *,
    effort: float,
) -> list[_Trial]:
    most = min(_MOST_REFINED, int(level.share * len(vectors)))
    trials = []
    for (within, queries), kth in zip(level.cases, truth, strict=True):
        for i, query in enumerate(queries):
            rows = index.find(query[None], most, within, effort).rows
            scores = score_rows(vectors, query[None], rows)
            right = {  # by score, so that equal vectors stand for each other
                k: np.minimum(np.cumsum(scores >= kth[k][i] - ROUNDING), k) for k in kth
            }
            trials.append(right)
    return trials


def _settings(level: _Level, k: int, trials: Sequence[_Trial], *, effort: float) -> list[Setting]:
    """Give the fewest refined rows that reach each target."""
    refines = [int(k * r) for r in _REFINE if k * r <= _MOST_REFINED]
    recalls = {r: float(np.mean([_recall(t[k], r, k) for t in trials])) for r in refines}
    fewest = {_fewest(recalls, target) for target in TARGETS} - {0}
    return [Setting(level.share, k, effort, r, round(recalls[r], 4), 0.0) for r in sorted(fewest)]


def _timed(index: Approximate, vectors: Matrix, level: _Level, setting: Setting) -> Setting:
    def searches() -> Iterator[object]:
        for within, queries in level.cases:
            for query in queries[:_TIMED]:
                found = index.find(query[None], setting.refine, within, setting.effort)
                yield score_rows(vectors, query[None], found.rows)

    return replace(setting, ms=time_ms(searches()))


def _recall(right: NDArray[np.int64], refine: int, k: int) -> float:
    return float(right[min(refine, len(right)) - 1]) / k if len(right) else 0.0


def _fewest(recalls: dict[int, float], target: float) -> int:
    return next((refine for refine, recall in recalls.items() if recall >= target), 0)


def _worth_using(settings: Sequence[Setting]) -> list[Setting]:
    """Drop the settings that another one beats in recall and in time."""

    def is_beaten(one: Setting) -> bool:
        return any(
            (other.share, other.k) == (one.share, one.k)
            and other.recall >= one.recall
            and (other.ms, other.refine) < (one.ms, one.refine)
            for other in settings
        )

    return [setting for setting in settings if not is_beaten(setting)]


def _topic(vectors: Matrix, share: float, rng: np.random.Generator) -> Mask:
    """Keep the vectors nearest to one of them."""
    middle = vectors[rng.integers(len(vectors))]
    nearness = np.concatenate([block @ middle for _, block in _blocks(vectors)])
    topic: Mask = nearness >= np.quantile(nearness, 1 - share)
    return topic


def kth_scores(
    vectors: Matrix, queries: Matrix, within: Matching, ks: Sequence[int]
) -> dict[int, NDArray[np.float32]]:
    """Find each query's k-th best scores among the matching rows, exactly."""
    if not ks:
        return {}
    best = np.full((len(queries), max(ks)), -np.inf, np.float32)
    for start, block in _blocks(vectors):
        scores = queries @ block.T
        if not within.is_all:
            scores = scores[:, within.mask[start : start + len(block)]]
        both = np.concatenate([best, scores], axis=1)
        best = np.partition(both, -max(ks), axis=1)[:, -max(ks) :]
    best.sort(axis=1)
    return {k: best[:, -k] for k in ks}


def _blocks(vectors: Matrix) -> Iterator[tuple[int, Matrix]]:
    for start in range(0, len(vectors), _BLOCK):
        yield start, vectors[start : start + _BLOCK]


def _unit(vectors: Matrix) -> Matrix:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Matrix = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit
