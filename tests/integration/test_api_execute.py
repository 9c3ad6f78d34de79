"""Retrievers over REST: executed, explained, streamed, read again and replayed."""

from typing import Any

import httpx
import pytest

from core.queries import RRF_K
from core.types import Json
from search.retrievers.declared import Definition
from search.retrievers.inputs import place_of
from search.retrievers.registry import LONGEST_DEFINITION
from tests.api_service import LILIES, RED, Service
from tests.executing import as_image, error_fields, execute, hit_ids

BLANKS = [None, "", " \t\n"]


@pytest.mark.parametrize("blank", [*BLANKS, "left out"])
def test_a_leg_without_its_input_is_skipped_with_the_reason(
    service: Service, blank: str | None
) -> None:
    inputs = {"text": "boats"} if blank == "left out" else {"text": "boats", "artwork": blank}

    answer = execute(service, "three-ways", inputs)

    assert {leg["name"] for hit in answer["hits"] for leg in hit["legs"]} == {"text"}
    [stage] = answer["pipeline"]
    assert {one["part"]: one["reason"] for one in stage["left_out"]} == {
        "legs.1": "nothing was given: it searches by image",
        "legs.2": "nothing was given: it searches by like",
    }


@pytest.mark.parametrize("blank", BLANKS)
def test_a_search_by_nothing_is_refused_and_names_what_can_be_given(
    service: Service, blank: str | None
) -> None:
    response = service.client.post(
        "/v1/retrievers/three-ways/execute", json={"inputs": {"text": blank}}
    )

    assert response.status_code == 422
    assert all(name in response.json()["detail"] for name in ("text", "image", "artwork"))


def test_text_picture_and_artwork_work_alone_and_together(service: Service) -> None:
    ways = {"text": "a pond with lilies", "image": as_image(RED), "artwork": LILIES}
    names = {"text": "text", "image": "picture", "artwork": "artwork"}

    for way, value in ways.items():
        answer = execute(service, "three-ways", {way: value})
        assert {leg["name"] for hit in answer["hits"] for leg in hit["legs"]} == {names[way]}
    together = execute(service, "three-ways", ways)

    found = {leg["name"] for hit in together["hits"] for leg in hit["legs"]}
    assert found == set(names.values())


def test_this_artwork_but_otherwise_is_fused_by_rank(service: Service) -> None:
    inputs = {"artwork": LILIES, "but": "boats on a stormy sea", "how_much": 2}

    answer = execute(service, "like-but", inputs)

    weights = {plan["leg"]: plan["weight"] for plan in answer["plan"]}
    for hit in answer["hits"]:
        fused = sum(weights[leg["name"]] / (RRF_K + leg["rank"]) for leg in hit["legs"])
        assert hit["score"] == pytest.approx(fused, abs=1e-6)
    assert LILIES not in hit_ids(answer)


def test_the_plain_search_is_the_retriever_called_search(service: Service) -> None:
    plain = service.client.get("/v1/search", params={"q": "boats", "limit": 7}).json()

    named = execute(service, "search", {"q": "boats"}, limit=7)

    assert plain["retriever"] == named["retriever"]
    assert plain["retriever"]["name"] == "search"
    assert plain["hits"] == named["hits"]


def test_an_answer_names_snapshot_pipeline_and_models(service: Service) -> None:
    answer = execute(service, "three-ways", {"text": "boats"})

    live = service.services.snapshots.current().id
    assert answer["snapshot"] == live
    assert len(answer["retriever"]["hash"]) == 64
    assert answer["models"]["catalogue"].startswith("minilm")
    assert answer["models"]["reranker"] is None


def test_declared_stages_are_reported_in_their_order(service: Service) -> None:
    answer = execute(service, "search", {"q": "boats", "facets": ["medium"]})

    stages = {stage["name"]: stage for stage in answer["pipeline"]}
    assert next(iter(stages)) == "understand"
    assert stages["facets"]["output_count"] == len(answer["facets"]["medium"])
    assert stages["rerank"]["skipped"] == "it was not asked for"
    assert stages["feature_search"]["output_count"] >= len(answer["hits"])


def test_pages_of_a_retriever_follow_one_another(service: Service) -> None:
    first = execute(service, "search", {"q": "tree"}, limit=5)

    second = execute(service, "search", {"q": "tree"}, limit=5, cursor=first["cursor"])

    whole = execute(service, "search", {"q": "tree"}, limit=10)
    assert hit_ids(first) + hit_ids(second) == hit_ids(whole)


def test_a_retriever_may_come_with_the_request(service: Service) -> None:
    search = {"text": "{{ INPUT.words }}", "legs": [{"leg": "lexical", "name": "by words"}]}
    definition = {
        "inputs": {"words": {"type": "string", "required": True}},
        "stages": [
            {"type": "feature_search", "parameters": search},
            {"type": "limit", "parameters": {"hits": 2}},
        ],
    }
    body = {"definition": definition, "inputs": {"words": "tree"}}

    answer = service.client.post("/v1/retrievers/execute", json=body).json()

    assert answer["retriever"]["version"] == 0
    assert answer["window"] == len(answer["hits"]) == 2
    assert answer["hits"][0]["legs"][0]["name"] == "by words"


def test_a_wrong_stage_is_named_with_its_parameter(service: Service) -> None:
    stage = {"type": "feature_search", "parameters": {"text": "{{ INPUT.nothing }}"}}

    response = service.client.post(
        "/v1/retrievers/execute", json={"definition": {"stages": [stage]}}
    )

    assert error_fields(response) == ["definition.stages.0.parameters.text"]


def test_a_definition_that_comes_along_is_no_longer_than_one_that_is_kept(
    service: Service,
) -> None:
    definition = {"stages": [], "description": "x" * LONGEST_DEFINITION}

    response = service.client.post("/v1/retrievers/execute", json={"definition": definition})

    assert error_fields(response) == ["definition"]
    assert "at most 100,000" in response.json()["errors"][0]["message"]


def test_inputs_that_are_wrong_are_named(service: Service) -> None:
    def refused(inputs: dict[str, Any]) -> list[str]:
        response = service.client.post("/v1/retrievers/three-ways/execute", json={"inputs": inputs})
        return error_fields(response)

    assert refused({"text": 1}) == ["inputs.text"]
    assert refused({"words": "a"}) == ["inputs.words"]
    assert error_fields(execute_raw(service, {"text": "a", "image": "%"})) == ["inputs.image"]


def execute_raw(service: Service, inputs: dict[str, Any]) -> httpx.Response:
    return service.client.post("/v1/retrievers/three-ways/execute", json={"inputs": inputs})


@pytest.mark.parametrize("way", ["execute", "explain"])
def test_an_artwork_that_is_not_there_is_named_by_the_input_it_came_by(
    service: Service, way: str
) -> None:
    body = {"inputs": {"artwork": "t:none", "but": "boats"}}

    response = service.client.post(f"/v1/retrievers/like-but/{way}", json=body)

    assert error_fields(response, 404) == ["inputs.artwork"]


FIELDS = Definition.model_validate(
    {
        "inputs": {
            "q": {"type": "string"},
            "a": {"type": "artwork"},
            "some": {"type": "list", "items": "artwork"},
            "o": {"type": "object", "fields": {"c": {"type": "artwork"}}},
        },
        "stages": [{"type": "feature_search"}],
    }
).inputs


@pytest.mark.parametrize(
    ("values", "at"),
    [
        ({"a": "t:1"}, "inputs.a"),
        ({"q": "t:1", "some": ["t:2", "t:1"]}, "inputs.some.1"),
        ({"a": "t:2", "o": {"c": "t:1"}}, "inputs.o.c"),
        ({"q": "t:1", "a": None}, None),
    ],
)
def test_the_input_that_an_artwork_came_by_is_found(values: Json, at: str | None) -> None:
    assert place_of("t:1", FIELDS, values) == at


def test_a_retriever_that_is_not_there_is_told_with_one_that_may_be_meant(
    service: Service,
) -> None:
    response = service.client.post("/v1/retrievers/three-way/execute", json={})

    assert response.status_code == 404
    assert "three-ways" in response.json()["detail"]
