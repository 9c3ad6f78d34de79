"""How a replica follows, for Prometheus."""

import time
from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from search.replicas import Follower


class ReplicaCollector(Collector):
    """Reads how a replica follows when it is asked; nothing where there is none."""

    def __init__(self, follower: Follower | None) -> None:
        self._follower = follower

    def collect(self) -> Iterator[Metric]:
        """Tell whether the last look at the shared pointer succeeded, and when one did."""
        if self._follower is None:
            return
        state = self._follower.state
        following = GaugeMetricFamily(
            "vasari_replica_following", "1 where the last look at the shared pointer succeeded"
        )
        following.add_metric([], float(state.error is None and state.seen_at is not None))
        yield following
        pulls = CounterMetricFamily("vasari_replica_pulls", "Looks that brought something new")
        pulls.add_metric([], state.pulls)
        yield pulls
        if state.seen_at is not None:
            age = GaugeMetricFamily(
                "vasari_replica_seen_seconds", "Time since the shared pointer was last read"
            )
            age.add_metric([], time.monotonic() - state.seen_at)
            yield age
