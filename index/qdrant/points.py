"""Points of a Qdrant collection: asked for by nearness, read as arrays."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.types import Matrix, Numbers
from index.qdrant.payload import NUMBER

if TYPE_CHECKING:
    from qdrant_client import QdrantClient, models

ROUNDING = 3e-7  # two ways to add up one product of unit vectors differ by some 1e-7


@dataclass(frozen=True)
class FoundPoints:
    """Vectors that Qdrant found, best first."""

    numbers: Numbers  # of their artworks
    scores: NDArray[np.float32]


def nearest_points(
    client: "QdrantClient",
    collection: str,
    *,
    query: Matrix,
    limit: int,
    where: "models.Filter | None" = None,
    ef: int | None = None,
) -> FoundPoints:
    """Find the `limit` nearest vectors: by the graph with a beam of `ef`, exactly without one."""
    from qdrant_client import models

    answer = client.query_points(
        collection,
        query=query[0].tolist(),
        query_filter=where,
        limit=limit,
        search_params=models.SearchParams(hnsw_ef=ef, exact=ef is None),
        with_payload=[NUMBER],
    )
    numbers = [(point.payload or {})[NUMBER] for point in answer.points]
    scores = [point.score for point in answer.points]
    return FoundPoints(np.array(numbers, np.int32), np.array(scores, np.float32))


def level_ties(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give one score to neighbours that differ by no more than rounding; best first.

    Shards and segments may add up one product in different ways, so that equal vectors come
    with scores some 1e-7 apart.
    """
    if len(scores) == 0:
        return scores
    falls = np.diff(scores, prepend=np.float32(np.inf)) < -np.float32(ROUNDING)
    starts = np.flatnonzero(falls)
    return np.repeat(scores[starts], np.diff(starts, append=len(scores)))
