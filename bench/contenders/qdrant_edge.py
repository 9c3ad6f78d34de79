"""Qdrant in the process: HNSW over one shard, the filter as payload conditions."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from bench.ann.conditions import AtLeast, AtMost, Condition, Has
from bench.ann.dataset import Predicate
from bench.ann.works import flatten
from bench.contenders.base import INCLUDED, Contender, Ids, Traits, Vector, engine
from core.progress import Progress

M, EF_CONSTRUCT = 16, 128
FULL_SCAN_KB = 10_000  # Qdrant's default: below, matching rows are scored one by one
_BATCH = 1000


class QdrantEdge(Contender):
    """One optimised segment with indexed payload; the knob is `hnsw_ef`."""

    traits = Traits(
        name="qdrant-edge",
        module="qdrant_edge",
        package="qdrant-edge-py",
        knob="hnsw_ef",
        filter_cost=INCLUDED,
        two_threads="two calling threads, two search threads",
        parameters={"m": M, "ef_construct": EF_CONSTRUCT, "full_scan_kb": FULL_SCAN_KB},
    )
    _edge: Any
    _shard: Any

    def build(self, progress: Progress) -> None:
        """Index the payload first, so that the graph is built for filters; then all points."""
        edge = engine(QdrantEdge)
        path = self.folder / "shard"
        path.mkdir()
        shard = edge.EdgeShard.create(str(path), self._config(edge))
        for column in ("artist", "medium", "begin", "end"):
            kind = "Keyword" if column in ("artist", "medium") else "Integer"
            schema = getattr(edge.PayloadSchemaType, kind)
            shard.update(edge.UpdateOperation.create_field_index(column, schema))
        progress.begin("qdrant-edge points", self.data.n, "points")
        points = self._points(edge)
        while batch := list(islice(points, _BATCH)):
            shard.update(edge.UpdateOperation.upsert_points(batch))
            progress.advance(len(batch))
        progress.begin("qdrant-edge graph", None, "")
        shard.optimize()
        shard.flush()
        shard.close()

    def open(self, threads: int) -> None:
        """Load the shard with so many search threads."""
        self._edge = engine(QdrantEdge)
        config = self._config(self._edge, threads)
        self._shard = self._edge.EdgeShard.load(str(self.folder / "shard"), config)

    def knobs(self) -> Sequence[float]:
        """List sizes of the list of candidates."""
        return (
            16,
            32,
            64,
            96,
            128,
            192,
            256,
            320,
            384,
            448,
            512,
            640,
            768,
            896,
            1024,
            1536,
            2048,
            4096,
        )

    def search(self, query: Vector, where: Predicate | None, k: int, *, knob: float) -> Ids:
        """Query the shard."""
        edge = self._edge
        request = edge.SearchRequest(
            query=edge.Query.Nearest(query.tolist()),
            limit=k,
            filter=_compile(edge, where.conditions) if where else None,
            params=edge.SearchParams(hnsw_ef=int(knob)),
        )
        return [point.id for point in self._shard.search(request)]

    def close(self) -> None:
        """Release the shard."""
        self._shard.close()

    def _config(self, edge: Any, threads: int | None = None) -> Any:  # noqa: ANN401 - as below
        hnsw = edge.HnswIndexConfig(
            m=M, ef_construct=EF_CONSTRUCT, full_scan_threshold=FULL_SCAN_KB
        )
        return edge.EdgeConfig(
            vectors=edge.EdgeVectorParams(size=self.data.dim, distance=edge.Distance.Dot),
            hnsw_config=hnsw,
            optimizers=edge.EdgeOptimizersConfig(default_segment_number=1),
            max_search_threads=threads,
            wal_enabled=False,  # `flush` makes the points durable
        )

    def _points(self, edge: Any) -> Iterator[Any]:  # noqa: ANN401 - may not be installed
        for row, work in enumerate(map(flatten, self.data.works())):
            payload: dict[str, Any] = {"artist": list(work.artist), "medium": list(work.medium)}
            if work.begin is not None:
                payload |= {"begin": work.begin, "end": work.end}
            yield edge.Point(row, np.asarray(self.data.rows[row]).tolist(), payload)


def _compile(edge: Any, conditions: Sequence[Condition]) -> Any:  # noqa: ANN401 - as above
    def one(condition: Condition) -> Any:  # noqa: ANN401 - as above
        match condition:
            case Has(column, value):
                return edge.FieldCondition(column, match=edge.MatchValue(value))
            case AtMost(column, year):
                return edge.FieldCondition(column, range=edge.RangeFloat(lte=year))
            case AtLeast(column, year):
                return edge.FieldCondition(column, range=edge.RangeFloat(gte=year))

    return edge.Filter(must=[one(condition) for condition in conditions])
