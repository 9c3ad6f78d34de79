"""How wide a beam Qdrant's graph needs for a recall: measured against its own exact search."""

import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.ports import SpaceRows
from core.progress import Progress
from core.types import Json, Matrix
from index.qdrant.points import ROUNDING, nearest_points
from index.vectors.calibrate import text_like_queries

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
    client: "QdrantClient", collection: str, rows: SpaceRows, progress: Progress
) -> Json | None:
    """Measure recall@10 for wider and wider beams, on queries such as will be asked.

    Without any, they are made up from some of the vectors. It is described as that of an index
    on disk is; the effort is the width of the beam, and nothing is refined.
    """
    given = rows.queries if rows.queries is not None and len(rows.queries) else None
    queries = given[:_QUERIES] if given is not None else _made_up(client, collection, rows)
    kth_scores = []
    for query in queries:
        found = nearest_points(client, collection, query=query[None], limit=_K)
        kth_scores.append(found.scores[-1])
        progress.advance()
    settings: list[Json] = []
    for ef in _BEAMS:
        settings.append(_measured(client, collection, queries, kth_scores, ef=ef))
        progress.advance(len(queries))
        if settings[-1]["recall"] >= _ENOUGH:
            break
    return {"queries": "made up" if given is None else "given", "settings": settings}


def _measured(
    client: "QdrantClient",
    collection: str,
    queries: Matrix,
    kth_scores: Sequence[np.float32],
    *,
    ef: int,
) -> Json:
    found, spent = 0, []
    for query, kth in zip(queries, kth_scores, strict=True):
        begin = time.perf_counter()
        scores = nearest_points(client, collection, query=query[None], limit=_K, ef=ef).scores
        spent.append(1000 * (time.perf_counter() - begin))
        # By score, so that equal vectors stand for each other.
        found += int((scores >= kth - ROUNDING).sum())
    recall, ms = round(found / (_K * len(queries)), 4), round(float(np.median(spent)), 4)
    shares = {"least_share": 1.0, "most_share": 1.0}  # without a filter
    return {**shares, "k": _K, "effort": ef, "refine": 0, "recall": recall, "ms": ms}


def _made_up(client: "QdrantClient", collection: str, rows: SpaceRows) -> Matrix:
    rng = np.random.default_rng(_SEED)
    ids = np.unique(rng.integers(0, len(rows.numbers), 4 * _QUERIES)).tolist()
    points = client.retrieve(collection, ids=ids, with_payload=False, with_vectors=True)
    vectors = np.array([point.vector for point in points], np.float32)
    return text_like_queries(vectors, _QUERIES, rng)


def choose_beam(settings: Iterable[Json], target: float) -> Json | None:
    """Choose the narrowest beam that reached a recall; None where none did."""
    return next((one for one in settings if one["recall"] >= target), None)
