"""The questions of a cell: a query, its filter, and the truth."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.ann.dataset import Dataset, Predicate
from bench.ann.levels import LEVEL_NAMES, UNFILTERED
from bench.ann.scoring import Truth
from core.progress import Progress
from core.types import Mask, Matrix

_CHUNK = 65_536  # rows scored at once
_SPARE = 8  # rows kept beyond k in single precision, then scored in double


@dataclass(frozen=True, slots=True)
class Question:
    """One search that a contender is asked for."""

    query: NDArray[np.float32]
    where: Predicate | None
    truth: Truth


def questions(data: Dataset, level: str, count: int, k: int) -> tuple[Question, ...]:
    """Ask the first queries, with the filters of a level in turn; needs `prepare_truth`."""
    predicates = data.predicates[level] if level != UNFILTERED else (None,)
    truths = np.load(_truth_path(data, count, k))[LEVEL_NAMES.index(level)]
    queries = data.queries[:count]
    return tuple(
        Question(query, predicates[i % len(predicates)], Truth(int(wanted), float(kth)))
        for i, (query, (wanted, kth)) in enumerate(zip(queries, truths, strict=True))
    )


def prepare_truth(data: Dataset, count: int, k: int, progress: Progress) -> None:
    """Compute (levels, queries, [wanted, k-th score]) once for a data set."""
    path = _truth_path(data, count, k)
    if path.exists():
        return
    progress.begin("truth", data.n, "rows")
    found = [np.empty((count, 2)) for _ in LEVEL_NAMES]
    for level, scores in zip(found, _best_scores(data, count, k, progress), strict=True):
        wanted = np.isfinite(scores).sum(axis=1)
        level[:, 0] = wanted
        level[:, 1] = np.sort(scores, axis=1)[np.arange(count), k - wanted]
    _save(path, np.array(found))


def _truth_path(data: Dataset, count: int, k: int) -> Path:
    return data.folder / f"truth-{data.card['filters']}-{count}-{k}.npy"


def _best_scores(
    data: Dataset, count: int, k: int, progress: Progress
) -> list[NDArray[np.float64]]:
    """Find the k best scores of each query at each level, in double precision."""
    queries = data.queries[:count]
    best = [_Best(count, k + _SPARE) for _ in LEVEL_NAMES]
    for begin in range(0, data.n, _CHUNK):
        rows = np.asarray(data.rows[begin : begin + _CHUNK])
        scores = queries @ rows.T
        for level, keeper in zip(LEVEL_NAMES, best, strict=True):
            keeper.keep(begin, scores, _masks(data, level, count, begin, len(rows)))
        progress.advance(len(rows))
    return [keeper.scores(data.rows, queries, k) for keeper in best]


def _masks(data: Dataset, level: str, count: int, begin: int, size: int) -> list[Mask | None]:
    if level == UNFILTERED:
        return [None] * count
    chosen = data.predicates[level]
    return [chosen[i % len(chosen)].mask[begin : begin + size] for i in range(count)]


class _Best:
    """Keeps the best rows of each query over chunks of rows."""

    def __init__(self, count: int, size: int) -> None:
        self._size = size
        self._rows: list[NDArray[np.int64]] = [np.empty(0, np.int64)] * count
        self._scores: list[NDArray[np.float32]] = [np.empty(0, np.float32)] * count

    def keep(self, begin: int, scores: Matrix, masks: Sequence[Mask | None]) -> None:
        for query, (row_scores, mask) in enumerate(zip(scores, masks, strict=True)):
            places = np.arange(len(row_scores)) if mask is None else np.flatnonzero(mask)
            places = places[_top(row_scores[places], self._size)]
            rows = np.concatenate([self._rows[query], places + begin])
            merged = np.concatenate([self._scores[query], row_scores[places]])
            kept = _top(merged, self._size)
            self._rows[query], self._scores[query] = rows[kept], merged[kept]

    def scores(self, rows: Matrix, queries: Matrix, k: int) -> NDArray[np.float64]:
        """Score again in double precision; -inf where a filter leaves fewer."""
        out = np.full((len(queries), k), -np.inf)
        for place, (query, kept) in enumerate(zip(queries, self._rows, strict=True)):
            exact = rows[np.sort(kept)].astype(np.float64) @ query.astype(np.float64)
            top = np.sort(exact)[::-1][:k]
            out[place, : len(top)] = top
        return out


def _top(scores: NDArray[np.float32], size: int) -> NDArray[np.int64]:
    if len(scores) <= size:
        return np.arange(len(scores))
    return np.argpartition(-scores, size - 1)[:size]


def _save(path: Path, values: NDArray[np.float64]) -> None:
    working = path.with_name(f".{path.name}")
    with working.open("wb") as file:
        np.save(file, values)
    working.rename(path)
