"""Metrics of the cache, read when they are asked; what is kept is not walked for them."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from search.caching.audited import AuditedCache


class CacheCollector(Collector):
    """Tells how often each kind was of use, and whether the cache answers."""

    def __init__(self, cache: AuditedCache) -> None:
        self._cache = cache

    def collect(self) -> Iterator[Metric]:
        """Read the counts."""
        requests = CounterMetricFamily(
            "vasari_cache_requests",
            "Values that were looked for; coalesced ones waited for an equal request",
            labels=["kind", "outcome"],
        )
        evictions = CounterMetricFamily(
            "vasari_cache_evictions", "Values dropped for want of room", labels=["kind"]
        )
        state = self._cache.facts(measured=False)
        for of in state.kinds:
            requests.add_metric([of.kind, "hit"], of.hits)
            requests.add_metric([of.kind, "miss"], of.misses)
            requests.add_metric([of.kind, "coalesced"], of.coalesced)
            if of.evictions is not None:
                evictions.add_metric([of.kind], of.evictions)
        answers = GaugeMetricFamily("vasari_cache_up", "1 where the cache answers")
        answers.add_metric([], float(state.fault is None))
        yield from (requests, evictions, answers)
