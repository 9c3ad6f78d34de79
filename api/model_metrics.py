"""Metrics of models, read when they are asked: their breakers, and queries that share passes."""

from collections.abc import Iterator

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from core.breaker import Breakers, BreakerState
from search.encoders import Encoders

_TOGETHER = (1, 2, 4, 8, 16)  # queries of one pass


class BreakerCollector(Collector):
    """Tells of each model whether it is used, and what became of its calls."""

    def __init__(self, breakers: Breakers) -> None:
        self._breakers = breakers

    def collect(self) -> Iterator[Metric]:
        """Read the breakers."""
        states = GaugeMetricFamily(
            "vasari_model_breaker_state",
            "1 for the state that a model's breaker is in",
            labels=["model", "state"],
        )
        calls = CounterMetricFamily(
            "vasari_model_calls",
            "Calls of a model; refused ones were not made",
            labels=["model", "outcome"],
        )
        opened = CounterMetricFamily(
            "vasari_model_breaker_opened", "Times that a model was left in peace", labels=["model"]
        )
        for report in self._breakers.reports():
            for state in BreakerState:
                states.add_metric([report.name, state], float(report.state is state))
            calls.add_metric([report.name, "succeeded"], report.succeeded)
            calls.add_metric([report.name, "failed"], report.failed)
            calls.add_metric([report.name, "refused"], report.refused)
            opened.add_metric([report.name], report.opened)
        yield from (states, calls, opened)


class SharingCollector(Collector):
    """Tells of each model how many queries its forward passes encoded together."""

    def __init__(self, encoders: Encoders) -> None:
        self._encoders = encoders

    def collect(self) -> Iterator[Metric]:
        """Read the counts of the encoders."""
        together = HistogramMetricFamily(
            "vasari_queries_encoded_together",
            "Queries that one forward pass of a model encoded",
            labels=["model"],
        )
        for report in self._encoders.sharing():
            passes = report.passes
            below = [
                (str(float(most)), float(sum(n for size, n in passes.items() if size <= most)))
                for most in _TOGETHER
            ]
            queries = sum(size * n for size, n in passes.items())
            buckets = [*below, ("+Inf", float(sum(passes.values())))]
            together.add_metric([report.name], buckets, sum_value=queries)
        yield together
