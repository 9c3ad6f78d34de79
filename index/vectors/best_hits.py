"""How similar the nth-best vector of a space is to queries that have no business there."""

from collections.abc import Iterable

import numpy as np

from core.types import Json, Matrix

LEVELS = (0.02, 0.05, 0.1, 0.15, 0.25, 0.35, 0.5, 0.65, 0.75, 0.85, 0.9, 0.95, 0.98)
_BINS = 4096  # over -1 to 1: a similarity is kept to 0.0005
_BLOCK = 16384  # vectors scored together


class BestHits:
    """Counts similarities in one pass over the vectors, in memory that does not grow with them."""

    def __init__(self, queries: Matrix) -> None:
        self._queries = queries
        self._counts = np.zeros((len(queries), _BINS), np.int64)

    def add(self, vectors: Matrix) -> None:
        """Take more vectors of the space."""
        first = np.arange(len(self._queries))[:, None] * _BINS
        for begin in range(0, len(vectors), _BLOCK):
            similar = self._queries @ vectors[begin : begin + _BLOCK].T
            bins = np.clip((similar + 1) * (_BINS / 2), 0, _BINS - 1).astype(np.int64)
            self._counts += np.bincount(
                (bins + first).ravel(), minlength=self._counts.size
            ).reshape(self._counts.shape)

    def to_json(self) -> Json:
        """Write the quantiles over the queries of the similarity at each rank."""
        size = int(self._counts[0].sum()) if len(self._counts) else 0
        beyond = np.cumsum(self._counts[:, ::-1], axis=1)  # vectors at least as similar as a bin
        ranks = [2**power for power in range(size.bit_length())]
        similarities = []
        for rank in ranks:
            bins = _BINS - 1 - np.argmax(beyond >= rank, axis=1)
            at_rank = (bins + 0.5) * (2 / _BINS) - 1
            similarities.append(np.quantile(at_rank, LEVELS).round(4).tolist())
        return {
            "queries": len(self._queries),
            "ranks": ranks,
            "levels": list(LEVELS),
            "similarities": similarities,
        }


def measure_match(
    batches: Iterable[Matrix], off_topic: Matrix | None, on_topic: Matrix | None
) -> Json | None:
    """Measure what tells a match from none, for the manifest; None without off-topic queries.

    Of on-topic queries the best hits alone are kept, to show how far the two lie apart.
    """
    if off_topic is None or not len(off_topic):
        return None
    off = BestHits(off_topic)
    on = BestHits(off_topic[:0] if on_topic is None else on_topic)
    for batch in batches:
        off.add(batch)
        on.add(batch)
    best = on.to_json()
    best["ranks"], best["similarities"] = best["ranks"][:1], best["similarities"][:1]
    return {"off_topic": off.to_json(), "on_topic": best}
