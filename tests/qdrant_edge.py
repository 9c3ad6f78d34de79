"""Collections of qdrant-edge, Qdrant's own engine inside this process, addressed in REST's JSON."""

from pathlib import Path
from typing import Any

import qdrant_edge as edge

from core.types import Json

# The graph is built from a few vectors on, so that small tests search it.
_GRAPH = edge.HnswIndexConfig(m=16, ef_construct=64, full_scan_threshold=1)
_OPTIMIZERS = edge.EdgeOptimizersConfig(indexing_threshold=20, default_segment_number=1)
_SCHEMAS = {
    "keyword": edge.PayloadSchemaType.Keyword,
    "integer": edge.PayloadSchemaType.Integer,
}


class EdgeCollection:
    """One shard, with the operations of a Qdrant collection that the engine needs."""

    def __init__(self, folder: Path, body: Json) -> None:
        self.body = body
        self.is_indexed = False
        vectors = edge.EdgeVectorParams(
            size=body["vectors"]["size"],
            distance=getattr(edge.Distance, body["vectors"]["distance"]),
        )
        config = edge.EdgeConfig(
            vectors=vectors, hnsw_config=_GRAPH, optimizers=_OPTIMIZERS, wal_enabled=False
        )
        folder.mkdir(parents=True)
        self._shard = edge.EdgeShard.create(str(folder), config)

    def close(self) -> None:
        self._shard.close()

    def index(self, body: Json) -> None:
        schema = _SCHEMAS[body["field_schema"]]
        self._shard.update(edge.UpdateOperation.create_field_index(body["field_name"], schema))

    def upsert(self, body: Json) -> None:
        batch = body["batch"]
        points = [
            edge.Point(id, vector, payload)
            for id, vector, payload in zip(
                batch["ids"], batch["vectors"], batch["payloads"], strict=True
            )
        ]
        self._shard.update(edge.UpdateOperation.upsert_points(points))
        self.is_indexed = False

    def optimize(self) -> int:
        """Build what graph is missing; tell how many vectors are in one."""
        while self._shard.optimize():
            pass
        self.is_indexed = True
        return self._shard.info().indexed_vectors_count

    def count(self, body: Json) -> int:
        return self._shard.count(edge.CountRequest(exact=True, filter=_filter_of(body)))

    def facet(self, body: Json) -> list[Json]:
        request = edge.FacetRequest(body["key"], limit=body["limit"], exact=body["exact"])
        return [{"value": hit.value, "count": hit.count} for hit in self._shard.facet(request)]

    def query(self, body: Json) -> list[Json]:
        wanted = body["params"]
        params = edge.SearchParams(hnsw_ef=wanted.get("hnsw_ef"), exact=wanted["exact"])
        request = edge.QueryRequest(
            limit=body["limit"],
            query=edge.Query.Nearest(body["query"]["nearest"]),
            filter=_filter_of(body),
            with_payload=body["with_payload"],
            params=params,
        )
        return [
            {"id": p.id, "version": p.version, "score": p.score, "payload": p.payload}
            for p in self._shard.query(request)
        ]

    def scroll(self, body: Json) -> list[Json]:
        request = edge.ScrollRequest(
            limit=body["limit"],
            filter=_filter_of(body),
            with_payload=body["with_payload"],
            with_vector=body["with_vector"],
        )
        points, _ = self._shard.scroll(request)
        return [{"id": p.id, "vector": p.vector, "payload": p.payload} for p in points]

    def retrieve(self, body: Json) -> list[Json]:
        with_vector = body["with_vector"]
        found = self._shard.retrieve(body["ids"], with_payload=False, with_vector=with_vector)
        return [{"id": point.id, "vector": point.vector} for point in found]


def _filter_of(body: Json) -> edge.Filter | None:
    return _filter(body["filter"]) if body.get("filter") else None


def _filter(data: Json) -> edge.Filter:
    assert data.keys() <= {"must", "should", "must_not"}
    must, should, must_not = (
        [_condition(part) for part in data.get(name, [])] or None
        for name in ("must", "should", "must_not")
    )
    return edge.Filter(must=must, should=should, must_not=must_not)


def _condition(data: Json) -> Any:  # noqa: ANN401 - a union of ten types
    match data:
        case {"key": key, "match": {"value": value}}:
            return edge.FieldCondition(key, match=edge.MatchValue(value))
        case {"key": key, "match": {"any": values}}:
            return edge.FieldCondition(key, match=edge.MatchAny(values))
        case {"key": key, "range": limits}:
            return edge.FieldCondition(key, range=edge.RangeFloat(**limits))
        case _:
            return _filter(data)
