"""What a dense leg searches with: one direction to go to, and directions to keep away from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.queries import Candidates, PlanInput
from core.types import Matrix

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class WeightedVector:
    """One input of a leg, in the leg's space."""

    input: PlanInput
    vector: Matrix  # (1, dim), of unit length


@dataclass(frozen=True, slots=True)
class Aim:
    """Where a dense leg goes, and what it keeps away from."""

    towards: Matrix  # (1, dim), of unit length
    away: Matrix  # (n, dim)
    pushes: tuple[float, ...]  # weights of `away` against the sum of the positive ones
    inputs: tuple[PlanInput, ...]


def aim_of(vectors: Sequence[WeightedVector]) -> Aim:
    """Aim at the weighted inputs, of which at least one is positive."""
    positive = [v for v in vectors if v.input.weight > 0]
    negative = [v for v in vectors if v.input.weight < 0]
    weights = [v.input.weight for v in positive]
    towards = np.concatenate([v.vector for v in positive])
    return Aim(
        direction(towards, weights),
        np.concatenate([v.vector for v in negative]) if negative else towards[:0],
        tuple(-v.input.weight / sum(weights) for v in negative),
        tuple(v.input for v in vectors),
    )


def direction(vectors: Matrix, weights: Sequence[float] | None = None) -> Matrix:
    """Add up vectors by their positive weights to one of unit length, (1, dim)."""
    if len(vectors) == 1:
        return vectors
    by_weight = np.ones(len(vectors)) if weights is None else np.asarray(weights, np.float64)
    # Sorted, so that the sum is the same to the bit in whatever order the inputs come.
    summed = np.sort(vectors * by_weight[:, None], axis=0).sum(axis=0, keepdims=True)
    length = np.linalg.norm(summed)
    # Opposite vectors cancel out; any of them is then as good an answer.
    if length <= 1e-6 * by_weight.sum():
        return vectors[np.lexsort(vectors.T)][:1]
    unit: Matrix = (summed / length).astype(np.float32)
    return unit


def push_away(candidates: Candidates, penalties: NDArray[np.float64]) -> Candidates:
    """Rank candidates anew by their scores less a penalty; none is left out."""
    scores = (candidates.scores - penalties).astype(np.float32)
    order = np.lexsort((candidates.numbers, -scores))
    return Candidates(candidates.numbers[order], scores[order])


def penalties(
    scores: Scores, likeness: Scores, shares: Scores, pushes: Sequence[float]
) -> NDArray[np.float64]:
    """Weigh what candidates have of the negatives.

    `likeness` and `shares` are (negatives, candidates): similarity in the space of the leg (0 where
    a negative has no vector there) and share of its words. For a push of 1 an artwork pays its
    similarity beyond what is usual among the candidates, and with all the words it falls from the
    first place to the middle.

    Taking negatives from the query vector instead drags it off the topic: over 18 pairs such as
    "portrait" minus "man" on the Tate collection, dense and lexical legs fused, the share of the
    ten best that have the positive word fell from 0.99 to 0.76 at a weight of -2 and to 0.51 at
    -10; this way it is 1.00 at every weight, and the share with the negative word falls from 0.12
    to 0.00 either way. Nor is similarity enough: to the built-in encoder, portraits tagged "man"
    are hardly nearer to "man" than others are (0.14 v 0.12), and only the word tells them apart.
    """
    drop = float(scores.max() - np.median(scores)) if len(scores) else 0.0
    usual = np.median(likeness, axis=1, keepdims=True) if len(scores) else 0.0
    evidence = shares.astype(np.float64) * drop + np.maximum(0, likeness - usual)
    # Sorted for the same reason as in `direction`.
    weighted = np.sort(evidence * np.asarray(pushes)[:, None], axis=0)
    total: NDArray[np.float64] = weighted.sum(axis=0)
    return total
