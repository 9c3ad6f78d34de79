"""How wide a beam Qdrant's graph needs for a recall: measured against its own exact search."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from core.types import Json, Matrix
from index.calibrate import text_like_queries
from index.qdrant.points import ROUNDING, nearest_points

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

# Vectors that match within so many bytes are scanned by Qdrant whatever it is asked for: its
# default `full_scan_threshold`. Asking for the exact answer then costs nothing.
SCAN_BYTES = 10_000 << 10
_K = 10
_QUERIES = 100
_SEED = 1775
_BEAMS = (64, 128, 256, 512, 1024)
_ENOUGH = 0.999  # a wider beam would hardly find more


def calibrate_graph(
    client: "QdrantClient", collection: str, count: int, queries: Matrix | None
) -> list[Json]:
    """Measure recall@10 for wider and wider beams, on queries such as will be asked.

    Without any, they are made up from some of the `count` vectors.
    """
    queries = _made_up(client, collection, count) if queries is None else queries[:_QUERIES]
    if len(queries) == 0:
        return []
    kth_scores = [
        nearest_points(client, collection, query=query[None], limit=_K).scores[-1]
        for query in queries
    ]
    measured: list[Json] = []
    for ef in _BEAMS:
        found = 0
        for query, kth in zip(queries, kth_scores, strict=True):
            scores = nearest_points(client, collection, query=query[None], limit=_K, ef=ef).scores
            # By score, so that equal vectors stand for each other.
            found += int((scores >= kth - ROUNDING).sum())
        measured.append({"ef": ef, "recall": round(found / (_K * len(queries)), 4)})
        if measured[-1]["recall"] >= _ENOUGH:
            break
    return measured


def _made_up(client: "QdrantClient", collection: str, count: int) -> Matrix:
    rng = np.random.default_rng(_SEED)
    ids = np.unique(rng.integers(0, count, 4 * _QUERIES)).tolist()
    points = client.retrieve(collection, ids=ids, with_payload=False, with_vectors=True)
    vectors = np.array([point.vector for point in points], np.float32)
    return text_like_queries(vectors, _QUERIES, rng)


def choose_beam(measured: Iterable[Json], target: float) -> Json | None:
    """Choose the narrowest beam that reached a recall; None where none did."""
    return next((one for one in measured if one["recall"] >= target), None)
