"""Ranking of scored artworks: best first, equal scores in the order of their numbers."""

import numpy as np
from numpy.typing import NDArray

from core.queries import Candidates
from core.types import Matrix, Numbers

_BLOCK = 64
_FEW = 256  # scores that are sorted at once


def best(numbers: Numbers, scores: NDArray[np.float32], k: int) -> Candidates:
    """Keep the k best of some artworks, whose numbers ascend."""
    if len(scores) > max(_FEW, k):
        chosen = (scores >= kth_score_at_least(scores, k)).nonzero()[0]
        numbers, scores = numbers[chosen], scores[chosen]
    order = (-scores).argsort(kind="stable")[: max(k, 0)]  # so ties stay in their order
    return Candidates(numbers[order].astype(np.int32, copy=False), scores[order])


def best_by_artwork(
    numbers: Numbers, scores: NDArray[np.float32]
) -> tuple[Numbers, NDArray[np.float32]]:
    """Score each artwork by its best vector; the numbers of the vectors ascend."""
    starts = np.flatnonzero(np.diff(numbers, prepend=np.int32(-1)))
    if len(starts) == len(numbers):
        return numbers, scores
    return numbers[starts], np.maximum.reduceat(scores, starts)


def directions_by_artwork(owners: Numbers, vectors: Matrix, wanted: Numbers) -> Matrix:
    """Add up the vectors of each wanted artwork, to unit length; zeros where it has none."""
    order = np.argsort(wanted)
    places = order[np.searchsorted(wanted[order], owners)]
    sums = np.zeros((len(wanted), vectors.shape[1]), np.float32)
    if len(set(places.tolist())) == len(places):  # one vector each (0.1 v 1.0 ms for 200)
        sums[places] = vectors
    else:
        np.add.at(sums, places, vectors)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    sums /= np.where(lengths > 0, lengths, 1)
    return sums


def kth_score_at_least(scores: NDArray[np.float32], k: int) -> np.float32:
    """Find a score that at least k reach: the k-th best of all, or of the best of each block.

    Each of the k best blocks holds one, and so few lie between that bound and the k-th score
    that sorting them is cheaper than a partition of all scores (0.08 v 0.36 ms at 69,202).
    """
    blocks = len(scores) // _BLOCK
    if 0 < k <= blocks // 2:
        scores = scores[: blocks * _BLOCK].reshape(blocks, _BLOCK).max(axis=1)
    place = len(scores) - max(k, 1)
    bound: np.float32 = np.partition(scores, place)[place]
    return bound
