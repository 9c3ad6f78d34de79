"""The cache of a service, through HTTP: facts, purge, metrics."""

from typing import Any

import pytest

from api import schemas_cache as schemas
from core.cache import CacheKey, CacheKind
from tests.api_service import Service


def facts(service: Service) -> dict[CacheKind, schemas.CacheFacts]:
    answer = service.admin("GET", "/v1/admin/cache")
    state = schemas.CacheState.model_validate_json(answer.content)
    assert (state.store, state.fault) == ("memory", None)
    return {of.kind: of for of in state.kinds}


def purge(service: Service, query: str = "") -> Any:  # noqa: ANN401 - an answer of httpx
    return service.admin("DELETE", f"/v1/admin/cache{query}")


def test_the_text_of_a_query_is_encoded_once(service: Service) -> None:
    purge(service, "?kind=result")
    service.client.get("/v1/search?q=a+text+of+this+test&limit=1")
    before = facts(service)[CacheKind.EMBEDDING]
    purge(service, "?kind=result")
    purge(service, "?kind=stage")

    service.client.get("/v1/search?q=a+text+of+this+test&limit=2")

    after = facts(service)[CacheKind.EMBEDDING]
    assert (after.hits - before.hits, after.misses - before.misses) == (1, 0)


def test_a_purge_drops_what_it_names(service: Service) -> None:
    purge(service)
    cache = service.services.cache.cache
    for number, name in enumerate(("portraits@1", "portraits@2", "seas@1")):
        parts = (("number", str(number)),)
        cache.put(CacheKey(CacheKind.STAGE, parts, name, f"snapshot-{number}"), b"value")

    dropped = [
        purge(service, query).json()["dropped"]
        for query in ("?retriever=portraits%402", "?snapshot=snapshot-0", "?kind=result", "")
    ]

    assert dropped == [1, 1, 0, 1]
    about = [entry.subject for entry in reversed(service.services.audit.latest(4))]
    assert about == ["retriever=portraits@2", "snapshot=snapshot-0", "kind=result", "everything"]
    assert all(of.entries == 0 for of in facts(service).values())


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?kind=all", "kind"),
        ("?retriever=", "retriever"),
        ("?snap=1", "snap"),
        ("?kind=execution&retriever=search", "retriever"),
        ("?kind=stage&retriever=a", "retriever"),
        ("?kind=embedding&snapshot=s", "snapshot"),
    ],
)
def test_a_wrong_purge_drops_nothing_and_names_the_field(
    service: Service, query: str, field: str
) -> None:
    answer = purge(service, query)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_the_cache_is_the_keepers_alone(service: Service, method: str) -> None:
    assert service.client.request(method, "/v1/admin/cache").status_code == 401


def test_metrics_count_by_kind(service: Service) -> None:
    service.client.get("/v1/search?q=boats&limit=1")

    text = service.client.get("/metrics").text

    assert 'vasari_cache_requests_total{kind="embedding",outcome="miss"}' in text
    assert 'vasari_cache_requests_total{kind="result",outcome="coalesced"}' in text
    assert "vasari_cache_up 1.0" in text


def test_the_log_tells_a_wrong_purge_in_the_words_of_the_answer(service: Service) -> None:
    answer = purge(service, "?retriever=").json()

    [entry] = service.services.audit.latest(1)
    assert entry.reason == answer["detail"]
