"""Metrics of reranking; the state of its breaker is among those of the models."""

from prometheus_client import CollectorRegistry, Counter, Histogram

from core.rerank import Reranked

# Seconds. A deadline is kept to one batch; one that was guessed too small is late by its length.
_OVERSHOOT_S = (0.0, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class RerankMetrics:
    """Counts pairs, and how late deadlines were met."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._pairs = Counter(
            "vasari_rerank_pairs",
            "Candidates of searches that asked for reranking; left ones kept the fused order",
            ("outcome",),
            registry=registry,
        )
        self._overshoot = Histogram(
            "vasari_rerank_overshoot_seconds",
            "Time that reranking took beyond its deadline",
            buckets=_OVERSHOOT_S,
            registry=registry,
        )

    def observe(self, reranked: Reranked | None) -> None:
        """Count what a first page had reranked; later pages take its order over."""
        if reranked is None or reranked.overshoot_ms is None:
            return
        self._pairs.labels("reranked").inc(reranked.count)
        self._pairs.labels("left").inc(reranked.of - reranked.count)
        self._overshoot.observe(reranked.overshoot_ms / 1000)
