"""Measures cells against exact search, and chooses the share of the rows to visit."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from core.types import Json, Mask, Matrix
from index.faiss_index import ROUNDING, CellIndex
from index.planner import PlanLimits

TARGET = 0.95  # recall@10
_K = 10
_QUERIES = 100
_TOPICS = 2  # filters that are tried
_BLOCK = 16_384  # rows scored at once: 6.5 MB of scores
_SEED = 1775
# Shares of the rows that are tried. With more than half of them visited, IVFFlat is hardly
# quicker than an exact scan.
_SHARES = (1 / 16, 1 / 8, 3 / 16, 1 / 4, 3 / 8, 1 / 2)
# Noise of five times the length of the midpoint: with it the recall of 256 and of 1,024 cells
# is within 0.02 of that of real text queries over Tate's texts from an eighth of the cells
# up. Vectors of artworks, and bare midpoints, flatter an index by as much as 0.2.
_NOISE = 5.0


@dataclass(frozen=True, slots=True)
class Visit:
    """The share of the matching rows to visit, and the recall@10 measured with it."""

    share: float
    measured: float
    target: float = TARGET


@dataclass(frozen=True, slots=True)
class Calibration:
    """How to use the cells; None where too many of them would have to be visited."""

    unfiltered: Visit | None
    filtered: Visit | None

    def to_json(self) -> Json:
        """Write it as JSON."""
        return asdict(self)


def calibration_from_json(data: Json) -> Calibration:
    """Read what `Calibration.to_json` wrote."""
    visits = {name: Visit(**visit) if visit else None for name, visit in data.items()}
    return Calibration(visits["unfiltered"], visits["filtered"])


def calibrate(cells: CellIndex, vectors: Matrix) -> Calibration:
    """Choose the smallest shares that reach the target.

    For filters it is measured under the narrowest ones for which the planner uses cells, each
    keeping the vectors about one topic: the filters of a museum (an artist, a medium) keep
    works that resemble each other, and a filter drawn at random would flatter the index.
    """
    rng = np.random.default_rng(_SEED)
    queries = text_like_queries(vectors, _QUERIES, rng)
    topics = [_topic(vectors, rng) for _ in range(_TOPICS)]
    return Calibration(
        _fewest(cells, vectors, queries, [None]), _fewest(cells, vectors, queries, topics)
    )


def text_like_queries(vectors: Matrix, count: int, rng: np.random.Generator) -> Matrix:
    """Make queries that lie as far from the vectors as encoded texts do; never the rows."""
    pairs = vectors[np.sort(rng.integers(0, len(vectors), 2 * count))]
    midpoints = _unit(pairs[rng.permutation(2 * count)].reshape(count, 2, -1).sum(axis=1))
    noise = _unit(rng.standard_normal(midpoints.shape, np.float32))
    return _unit(midpoints + np.float32(_NOISE) * noise)


def _fewest(
    cells: CellIndex, vectors: Matrix, queries: Matrix, masks: Sequence[Mask | None]
) -> Visit | None:
    thresholds = [_kth_scores(vectors, queries, mask) for mask in masks]
    for share in _SHARES:
        measured = np.mean(
            [
                _recall(cells, queries, mask, kth, share)
                for mask, kth in zip(masks, thresholds, strict=True)
            ]
        )
        if measured >= TARGET:
            return Visit(share, round(float(measured), 4))
    return None


def _recall(
    cells: CellIndex,
    queries: Matrix,
    mask: Mask | None,
    kth_scores: NDArray[np.float32],
    share: float,
) -> float:
    found = 0
    for query, kth in zip(queries, kth_scores, strict=True):
        scores = cells.search(query[None], _K, mask, share=share).scores
        # By score, so that equal vectors stand for each other.
        found += int(np.count_nonzero(scores >= kth - ROUNDING))
    return found / (_K * len(queries))


def _topic(vectors: Matrix, rng: np.random.Generator) -> Mask:
    """Keep the vectors nearest to one of them, as many as the narrowest filter for cells."""
    middle = vectors[rng.integers(len(vectors))]
    nearness = np.concatenate([block @ middle for _, block in _blocks(vectors)])
    topic: Mask = nearness >= np.quantile(nearness, 1 - PlanLimits().gather_share)
    return topic


def _kth_scores(vectors: Matrix, queries: Matrix, mask: Mask | None) -> NDArray[np.float32]:
    """Find each query's k-th best score among the masked rows, exactly."""
    best = np.full((len(queries), _K), -np.inf, np.float32)
    for start, block in _blocks(vectors):
        scores = queries @ block.T
        if mask is not None:
            scores[:, ~mask[start : start + len(block)]] = -np.inf
        both = np.concatenate([best, scores], axis=1)
        best = np.partition(both, -_K, axis=1)[:, -_K:]
    lowest: NDArray[np.float32] = best.min(axis=1)
    return lowest


def _blocks(vectors: Matrix) -> Iterator[tuple[int, Matrix]]:
    for start in range(0, len(vectors), _BLOCK):
        yield start, vectors[start : start + _BLOCK]


def _unit(vectors: Matrix) -> Matrix:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Matrix = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit
