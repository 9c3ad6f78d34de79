"""What happens to a ranking before it is cut into pages; pure functions over numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.queries import RRF_K
from core.types import Mask, Matrix, Numbers

Places = NDArray[np.int64]
"""Places in a ranking, the best is 0."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Every hit that a query can page through, best first."""

    numbers: Numbers
    scores: NDArray[np.float64] | None  # None when nothing was searched for

    def take(self, places: Places) -> "Ranking":
        """Keep some of it, in the order of the places."""
        scores = None if self.scores is None else self.scores[places]
        return Ranking(self.numbers[places], scores)


@dataclass(frozen=True, slots=True)
class Parts:
    """A ranking in parts; the best ranked of each is its head."""

    heads: Places  # ascending
    part_of: Places  # for each place, the place of its head


def demote(ranking: Ranking, is_demoted: Mask, factor: float) -> Ranking:
    """Multiply some scores by a factor below 1 and rank again; equals keep their order."""
    if ranking.scores is None or not is_demoted.any():
        return ranking
    # A negative score, which a negative weight may give, must not rise by it.
    loss = (1 - factor) * np.abs(ranking.scores) * is_demoted
    scores = ranking.scores - loss
    return Ranking(ranking.numbers, scores).take(np.argsort(-scores, kind="stable"))


def lift(ranking: Ranking, tiers: Sequence[Numbers]) -> tuple[Ranking, Places]:
    """Put tiers of distinct artworks first; also tell the tier of each, the rest being the last.

    Within a tier the ranking's order stays; what was not ranked follows with a score of 0.
    """
    if not tiers:
        return ranking, np.zeros(len(ranking.numbers), np.int64)
    missing = np.setdiff1d(np.concatenate(tiers), ranking.numbers)
    numbers = np.concatenate([ranking.numbers, missing.astype(np.int32)])
    levels = np.full(len(numbers), len(tiers), np.int64)
    for level, tier in reversed(list(enumerate(tiers))):
        levels[np.isin(numbers, tier)] = level
    order = np.argsort(levels, kind="stable")
    scores = ranking.scores
    if scores is not None:
        scores = np.concatenate([scores, np.zeros(len(missing))])
    return Ranking(numbers, scores).take(order), levels[order]


def partition(codes: NDArray[np.int32]) -> Parts:
    """Put places with equal codes into one part; each place with -1 is a part by itself."""
    shared = np.flatnonzero(codes >= 0)  # few of them, where all of a collection is browsed
    _, firsts, parts = np.unique(codes[shared], return_index=True, return_inverse=True)
    part_of = np.arange(len(codes))
    part_of[shared] = shared[firsts][parts]
    return Parts(np.flatnonzero(part_of == np.arange(len(codes))), part_of)


def spread(vectors: Matrix, levels: Places, diversity: float) -> Places:
    """Order candidates by maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998).

    Each next one has the best (1 - diversity) · relevance - diversity · likeness to the likest of
    those before it. Relevance is k / (k + place), as the fusion sees a rank; likeness the cosine,
    0 without a vector. A lower level always comes before a higher one.
    """
    size = len(vectors)
    # No value is beyond -1 and 1, and so 3 keeps levels apart.
    values = (1 - diversity) * RRF_K / (RRF_K + np.arange(size)) - 3.0 * levels
    beside = values - diversity * np.maximum(vectors @ vectors.T, 0.0)  # each, after each other
    order = np.empty(size, np.int64)
    for i in range(size):
        chosen = values.argmax()
        order[i] = chosen
        np.minimum(values, beside[chosen], out=values)
        values[chosen] = -np.inf
    return order
