"""Drift: how far the rows have moved away from those that an index was trained on."""

from dataclasses import asdict, dataclass

from core.types import Json, Matrix
from index.vectors.approximate import Approximate
from index.vectors.cell_builder import Filled
from index.vectors.owners import Matching
from index.vectors.truth import find_truth

# Past these the next build trains anew. Answers stay as good as they say until then: each build
# calibrates its index again.
MOST_IMBALANCE = 1.5  # times that after training: a query then visits that many more rows
MOST_RECALL_LOST = 0.05  # two samples of 1,280 neighbours differ by some 0.01 by chance
MOST_GROWTH = 2.0  # times the vectors, either way: the number of cells is then another

_K = 10
_DEPTH = 100  # so that rows which tie with the last are known
_EFFORT = 0.25  # share of the rows that is visited for the sample
_REFINED = 100


@dataclass(frozen=True, slots=True)
class Drift:
    """State of an index now, and when it was trained."""

    vectors: int
    vectors_trained: int
    imbalance: float  # 1 where all cells hold equally many rows
    imbalance_trained: float
    recall: float  # sampled recall@10, a quarter of the rows visited
    recall_trained: float

    def to_json(self) -> Json:
        """Write it as JSON, with the verdict."""
        return {**asdict(self), "retrain": self.retrain}

    @property
    def retrain(self) -> str | None:
        """Why the next build trains anew; None where it need not."""
        growth = max(self.vectors, self.vectors_trained) / max(
            min(self.vectors, self.vectors_trained), 1
        )
        if growth > MOST_GROWTH:
            return f"{self.vectors} vectors, trained on {self.vectors_trained}"
        if self.imbalance > MOST_IMBALANCE * self.imbalance_trained:
            return f"imbalance {self.imbalance:.2f}, {self.imbalance_trained:.2f} when trained"
        if self.recall < self.recall_trained - MOST_RECALL_LOST:
            return f"sampled recall {self.recall:.3f}, {self.recall_trained:.3f} when trained"
        return None


def drift_after_training(filled: Filled, recall: float, vectors: int) -> Drift:
    """Say how an index is that was trained on these very vectors."""
    return Drift(vectors, vectors, filled.imbalance, filled.imbalance, recall, recall)


def drift_since(before: Json, filled: Filled, recall: float, *, vectors: int) -> Drift:
    """Say how an index is that was trained for an earlier snapshot, given that one's drift."""
    return Drift(
        vectors,
        before["vectors_trained"],
        filled.imbalance,
        before["imbalance_trained"],
        recall,
        before["recall_trained"],
    )


def sampled_recall(index: Approximate, vectors: Matrix, queries: Matrix) -> float:
    """Measure recall@10 with a fixed effort, so that snapshots can be compared."""
    everything = Matching(len(vectors), 0)
    truth = find_truth(vectors, queries, everything, _DEPTH)
    found = 0
    for i, query in enumerate(queries):
        rows = index.find(query[None], _REFINED, everything, _EFFORT).rows
        found += int(truth.right(i, rows, _K)[-1]) if len(rows) else 0
    return round(found / (_K * len(queries)), 4)
