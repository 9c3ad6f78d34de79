"""Metrics for Prometheus: what was asked, how long it took, and what is served."""

import time
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.cache_metrics import CacheCollector
from api.errors import internal_problem
from api.model_metrics import BreakerCollector, SharingCollector
from api.rerank_metrics import RerankMetrics
from core.breaker import Breakers
from core.errors import VasariError
from core.ports import SnapshotStore
from core.queries import SearchPage
from search.caching.audited import AuditedCache
from search.encoders import Encoders

# Seconds. A search takes some milliseconds, a request for a picture less; half a second is bad.
_LATENCY_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_STAGE_S = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5)
_HITS = (0, 1, 5, 10, 20, 50, 100)
NO_ROUTE = "other"  # one label for files and for addresses that are none: nobody can flood us


class Metrics:
    """The metrics of one app, in a registry of its own."""

    def __init__(
        self,
        snapshots: SnapshotStore,
        breakers: Breakers,
        encoders: Encoders,
        cache: AuditedCache | None = None,
    ) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.registry.register(_SnapshotCollector(snapshots))
        self.registry.register(BreakerCollector(breakers))
        self.registry.register(SharingCollector(encoders))
        if cache is not None:
            self.registry.register(CacheCollector(cache))
        self.requests = Counter(
            "vasari_requests",
            "Requests answered",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.latency = Histogram(
            "vasari_request_duration_seconds",
            "Time from a request's arrival to the end of its answer",
            ("method", "route"),
            buckets=_LATENCY_S,
            registry=self.registry,
        )
        self.stages = Histogram(
            "vasari_stage_duration_seconds",
            "Time of one stage of a search",
            ("stage",),
            buckets=_STAGE_S,
            registry=self.registry,
        )
        self.hits = Histogram(
            "vasari_hits", "Hits of one search", buckets=_HITS, registry=self.registry
        )

        self.rerank = RerankMetrics(self.registry)

    def observe_page(self, page: SearchPage) -> None:
        """Count what a search found and how long its stages took."""
        self.hits.observe(len(page.hits))
        self.rerank.observe(page.reranked)
        for stage in page.stages:
            if stage.skipped is None:
                self.stages.labels(stage.name).observe(stage.duration_ms / 1000)

    def observe_request(self, scope: Scope, status: int, duration_s: float) -> None:
        """Count a request under the template of its route."""
        method, route = _method(scope), _route(scope)
        self.requests.labels(method, route, str(status)).inc()
        self.latency.labels(method, route).observe(duration_s)


class _SnapshotCollector(Collector):
    """Reads what is live when it is asked, so that a swap needs no one to tell."""

    def __init__(self, snapshots: SnapshotStore) -> None:
        self._snapshots = snapshots

    def collect(self) -> Iterator[Metric]:
        info = GaugeMetricFamily("vasari_snapshot_info", "The live snapshot", labels=["snapshot"])
        artworks = GaugeMetricFamily("vasari_snapshot_artworks", "Artworks of the live snapshot")
        try:
            snapshot = self._snapshots.current()
        except VasariError:
            artworks.add_metric([], 0)
        else:
            info.add_metric([snapshot.id], 1)
            artworks.add_metric([], len(snapshot))
        yield info
        yield artworks


class Observed:
    """Measures every request; one that fails without an answer is answered here."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and keep what became of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin, status = time.perf_counter(), 0

        async def noting_send(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, noting_send)
        except Exception as error:
            if status:
                raise  # the answer has begun; the server can only cut it off
            await internal_problem(error)(scope, receive, noting_send)
        finally:
            self._metrics.observe_request(scope, status, time.perf_counter() - begin)


def _method(scope: Scope) -> str:
    known = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    return scope["method"] if scope["method"] in known else "other"


def _route(scope: Scope) -> str:
    route = scope.get("route")
    return str(getattr(route, "path_format", getattr(route, "path", NO_ROUTE)))
