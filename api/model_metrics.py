"""Metrics of models that can fail by themselves: their breakers, read when they are asked."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from core.breaker import Breakers, BreakerState


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
