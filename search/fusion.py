"""Reciprocal rank fusion: merge rankings whose scores cannot be compared."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from core.queries import RRF_K
from core.types import Numbers


def fuse(
    rankings: Mapping[str, Numbers], weights: Mapping[str, float], *, k: float = RRF_K
) -> tuple[Numbers, NDArray[np.float64]]:
    """Merge rankings into one: every artwork once, best first, equals by number.

    A ranking adds weight / (k + rank) to each of its artworks; ranks begin at 1.
    """
    if not rankings:
        return np.empty(0, np.int32), np.empty(0, np.float64)
    numbers, places = np.unique(np.concatenate(list(rankings.values())), return_inverse=True)
    shares = np.concatenate(
        [weights.get(name, 1.0) / (k + 1 + np.arange(len(r))) for name, r in rankings.items()]
    )
    scores = np.bincount(places, weights=shares, minlength=len(numbers))
    order = np.lexsort((numbers, -scores))
    return numbers[order].astype(np.int32), scores[order].astype(np.float64)
