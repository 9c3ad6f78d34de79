"""Embeddings drawn from a model of real ones, as hard for an index as real text queries are.

    python -m bench.synthetic      prints what the parameters were calibrated on

Rows are drawn from topics of very unequal size, each a Gaussian of low intrinsic dimension, inside
a cone about a common mean; each shares a second topic with rows of other topics. A query blends two
topics, lies apart from all rows (the gap between what is asked and what is described), and is
noisy. A set without these makes an IVF index look far better than it is, as all neighbours of a
query lie in its first cells; one with noise alone makes compressed rows look far worse, as the best
rows hardly stand out. Both are calibrated on Tate's texts asked by their subjects.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.types import Matrix

PIECE = 50_000  # rows drawn at once; part of the recipe, since each piece has a seed of its own
NLIST, K = 256, 10
# Recall@10 of IVF256,Flat on Tate's texts asked by their subjects, by nprobe.
REAL_CURVE = {1: 0.26, 8: 0.65, 32: 0.87, 64: 0.95}  # recall@10 of IVF256,Flat, by nprobe
CURVE_TOLERANCE = 0.05
# How far the scores of the 1st, 10th and 100th row stand out: deviations above the mean of all.
REAL_CONTRAST = {1: 5.6, 10: 4.7, 100: 3.7}
_ROWS, _QUERIES = 1, 2  # streams of random numbers


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides a set; lengths are relative to a topic's centre."""

    dim: int = 768
    topics: int = 2000
    power: float = 1.4  # of the law of topic sizes
    least_rank: int = 30  # intrinsic dimensions of a topic
    most_rank: int = 60
    cone: float = 0.9  # length of the common mean
    second: float = 0.75  # of the topic that a row shares with rows of other topics
    spread: float = 3.0  # of a topic about its centre
    blend: float = 0.4  # share of the first of a query's two topics
    query_spread: float = 0.6  # of a query about its first topic
    gap: float = 0.45  # length of what all queries have and no row has
    noise: float = 1.75  # of a query, in all dimensions
    seed: int = 11


@dataclass(frozen=True)
class Piece:
    """Some rows and the topic of each."""

    rows: Matrix
    topics: NDArray[np.int32]


class Mixture:
    """Draws rows and queries; the same recipe draws the same ones."""

    def __init__(self, recipe: Recipe = Recipe()) -> None:
        self.recipe = recipe
        draw = np.random.default_rng(recipe.seed)
        sizes = np.arange(10, recipe.topics + 10, dtype=np.float64) ** -recipe.power
        self.shares: NDArray[np.float64] = draw.permutation(sizes / sizes.sum())
        self._mean = _directions(draw, 1, recipe.dim)[0] * recipe.cone
        self._gap = _directions(draw, 1, recipe.dim)[0] * recipe.gap
        self._centres = _directions(draw, recipe.topics, recipe.dim)
        ranks = draw.integers(recipe.least_rank, recipe.most_rank + 1, recipe.topics)
        self._bases = [_directions(draw, int(rank), recipe.dim) for rank in ranks]

    def pieces(self, count: int) -> Iterator[Piece]:
        """Draw rows of unit length, a piece at a time."""
        for number, begin in enumerate(range(0, count, PIECE)):
            draw = np.random.default_rng([self.recipe.seed, _ROWS, number])
            topics = draw.choice(self.recipe.topics, PIECE, p=self.shares).astype(np.int32)
            seconds = draw.choice(self.recipe.topics, PIECE, p=self.shares)
            centres = self._centres[topics] + self.recipe.second * self._centres[seconds]
            rows = _unit(self._mean + centres + self._about(draw, topics, self.recipe.spread))
            size = min(PIECE, count - begin)
            yield Piece(rows[:size], topics[:size])

    def queries(self, count: int) -> Matrix:
        """Draw queries of unit length."""
        recipe = self.recipe
        draw = np.random.default_rng([recipe.seed, _QUERIES])
        first, second = draw.choice(recipe.topics, (2, count), p=self.shares)
        topics = recipe.blend * self._centres[first] + (1 - recipe.blend) * self._centres[second]
        topics += self._about(draw, first, recipe.query_spread)
        noise = _directions(draw, count, recipe.dim) * np.float32(recipe.noise)
        return _unit(topics + self._mean + self._gap + noise)

    def _about(
        self, draw: np.random.Generator, topics: NDArray[np.integer], spread: float
    ) -> Matrix:
        """Draw where points lie about the centres of their topics."""
        points = np.zeros((len(topics), self.recipe.dim), np.float32)
        order = np.argsort(topics, kind="stable")
        present, begins = np.unique(topics[order], return_index=True)
        for topic, places in zip(present, np.split(order, begins[1:]), strict=True):
            basis = self._bases[topic]
            weights = draw.standard_normal((len(places), len(basis)), np.float32)
            points[places] = weights @ basis * np.float32(spread / len(basis) ** 0.5)
        return points


def recall_curve(rows: Matrix, queries: Matrix) -> dict[int, float]:
    """Measure recall@10 of IVF256,Flat by nprobe."""
    faiss: Any = import_module("faiss")
    dim = rows.shape[1]
    index = faiss.index_factory(dim, f"IVF{NLIST},Flat", faiss.METRIC_INNER_PRODUCT)
    index.train(rows)
    index.add(rows)
    truth, _ = faiss.knn(queries, rows, K, metric=faiss.METRIC_INNER_PRODUCT)
    curve = {}
    for nprobe in REAL_CURVE:
        parameters = faiss.SearchParametersIVF(nprobe=nprobe)
        found, _ = index.search(queries, K, params=parameters)
        curve[nprobe] = float((found >= truth[:, -1:] - 1e-6).mean())
    return curve


def contrast(rows: Matrix, queries: Matrix) -> dict[int, float]:
    """Measure by how many deviations the best rows stand out from the mean of all."""
    scores = queries[:100] @ rows.T
    best = -np.sort(-scores, axis=1)[:, [rank - 1 for rank in REAL_CONTRAST]]
    outstanding = (best - scores.mean(axis=1)[:, None]) / scores.std(axis=1)[:, None]
    return dict(zip(REAL_CONTRAST, outstanding.mean(axis=0).tolist(), strict=True))


def is_calibrated(curve: dict[int, float]) -> bool:
    """Tell whether a curve is near enough to that of real queries."""
    return all(abs(curve[n] - real) <= CURVE_TOLERANCE for n, real in REAL_CURVE.items())


def _directions(draw: np.random.Generator, count: int, dim: int) -> Matrix:
    return _unit(draw.standard_normal((count, dim), np.float32))


def _unit(vectors: Matrix) -> Matrix:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / lengths, np.float32)


def main() -> None:
    """Print what the recipe gives beside what real queries give."""
    mixture = Mixture()
    rows = np.concatenate([piece.rows for piece in mixture.pieces(69_202)])
    queries = mixture.queries(1000)
    curve = recall_curve(rows, queries)
    print(f"recall@{K} of IVF{NLIST},Flat, {len(rows)} x {mixture.recipe.dim}, 1,000 queries")
    for nprobe, recall in curve.items():
        print(f"nprobe {nprobe:>3}: {recall:.3f}   real text queries: {REAL_CURVE[nprobe]:.2f}")
    for rank, deviations in contrast(rows, queries).items():
        print(f"row {rank:>3} stands out by {deviations:.1f}   real: {REAL_CONTRAST[rank]}")
    print("calibrated" if is_calibrated(curve) else f"off by more than {CURVE_TOLERANCE}")


if __name__ == "__main__":
    main()
