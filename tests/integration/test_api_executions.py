"""Executions over REST: told as events, foreseen, read again and replayed."""

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import anyio
import httpx
import pytest
from starlette.types import Message

from api.answers import EventsResponse, as_events
from core.cache import CacheKind
from search.retrievers.prepare import Request
from search.stages import Watcher
from tests.api_service import LILIES, RED, Service
from tests.executing import ENVELOPE, as_image, body_of, error_fields, execute, hit_ids


def events_of(response: httpx.Response) -> Iterator[tuple[str, dict[str, Any]]]:
    for block in response.text.strip().split("\n\n"):
        name, data = block.split("\n")
        yield name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


@pytest.mark.parametrize("asked", ["by the body", "by a header"])
def test_events_tell_each_stage_and_the_answer_last(service: Service, asked: str) -> None:
    inputs, stream = {"text": f"a stormy sea, {asked}"}, asked == "by the body"
    headers = {} if stream else {"Accept": "text/event-stream"}
    body = {"inputs": inputs, "stream": stream}

    told = service.client.post("/v1/retrievers/three-ways/execute", json=body, headers=headers)

    assert told.headers["content-type"].startswith("text/event-stream")
    events = list(events_of(told))
    names = [name for name, _ in events]
    assert names[-1] == "done"
    begun = [data["name"] for name, data in events if name == "stage_start"]
    ended = [data["name"] for name, data in events if name == "stage_complete"]
    assert sorted(begun) == sorted(ended)
    assert {"text", "fusion"} <= set(ended)
    plain = execute(service, "three-ways", inputs)  # the same, kept
    assert body_of(events[-1][1]) == body_of(plain)


def test_a_fault_is_told_before_any_event(service: Service) -> None:
    body = {"inputs": {}, "stream": True}

    response = service.client.post("/v1/retrievers/three-ways/execute", json=body)

    assert response.status_code == 422


def test_a_fault_on_the_way_is_the_last_event(service: Service) -> None:
    body = {"inputs": {"artwork": "t:unknown"}, "stream": True}

    response = service.client.post("/v1/retrievers/three-ways/execute", json=body)

    *_, (name, problem) = events_of(response)
    assert (name, problem["status"]) == ("error", 404)


def test_a_search_whose_client_has_gone_stops_and_is_made_for_the_next(service: Service) -> None:
    executor = service.app.state.executor
    prepared = executor.prepare("search", Request({"q": "a client that will not wait"}))
    gone, stopped = threading.Event(), threading.Event()

    def run(watch: Watcher) -> bytes:
        watch.begin("before it goes")
        gone.wait()
        try:
            return bytes(executor.run(prepared, watch=watch).body)
        except BaseException:
            stopped.set()
            raise

    events = as_events(run)
    next(events)
    events.close()
    gone.set()

    assert stopped.wait(10)
    assert not executor.run(prepared).report.hit


def test_events_end_when_their_client_goes_away() -> None:
    def run(watch: Watcher) -> bytes:
        try:
            while True:
                watch.begin("another step")
                time.sleep(0.001)
        finally:
            stopped.set()

    async def receive() -> Message:
        while len(told) < 3:
            await anyio.sleep(0.001)
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        told.append(message)

    told: list[Message] = []
    stopped = threading.Event()
    events = as_events(run)

    anyio.run(EventsResponse(events), {"type": "http"}, receive, send)

    assert stopped.wait(10)


def test_a_replay_searches_though_the_answer_is_kept(service: Service) -> None:
    body = {"inputs": {"q": "boats", "facets": ["medium"]}}
    executed = execute(service, "search", body["inputs"])["execution_id"]
    facts = {of.kind: of for of in service.services.cache.facts().kinds}

    service.client.post(f"/v1/executions/{executed}/replay")

    after = {of.kind: of for of in service.services.cache.facts().kinds}
    for kind in (CacheKind.STAGE, CacheKind.RESULT):
        assert (after[kind].hits, after[kind].misses) == (facts[kind].hits, facts[kind].misses)


def test_what_is_explained_is_what_a_search_then_does(service: Service) -> None:
    body = {"inputs": {"text": "boats", "artwork": LILIES}}

    told = service.client.post("/v1/retrievers/three-ways/explain", json=body).json()

    answer = execute(service, "three-ways", body["inputs"])
    assert [one["part"] for one in told["stages"][0]["left_out"]] == ["legs.1"]
    planned = {leg["name"]: leg["strategy"] for leg in told["legs"] if not leg["skipped"]}
    assert planned == {plan["leg"]: plan["strategy"] for plan in answer["plan"]}
    assert told["total"] == answer["total"]
    assert told["cache"]["key"] == answer["cache"]["key"]


def test_an_explanation_foresees_whether_the_answer_is_kept(service: Service) -> None:
    body = {"inputs": {"text": "a very particular tree"}}
    address = "/v1/retrievers/three-ways/explain"
    browsing = service.client.post("/v1/retrievers/search/explain", json={})
    browse = browsing.json()["cache"]

    before = service.client.post(address, json=body).json()["cache"]
    execute(service, "three-ways", body["inputs"])
    after = service.client.post(address, json=body).json()["cache"]

    assert (before["would_hit"], after["would_hit"]) == (False, True)
    assert before["would_keep"] == ["embedding", "stage", "result", "execution"]
    assert after["would_keep"] == ["execution"]
    assert browse["would_keep"] == ["result", "execution"]


def test_an_execution_can_be_read_again(service: Service) -> None:
    answer = execute(service, "three-ways", {"text": "boats"}, limit=3)

    kept = service.client.get(f"/v1/executions/{answer['execution_id']}").json()

    assert kept["retriever"] == "three-ways@1"
    assert kept["inputs"] == {"text": "boats"}
    assert kept["conditions"]["snapshot"] == answer["snapshot"]
    assert [hit["artwork"] for hit in kept["hits"]] == hit_ids(answer)


def test_an_execution_that_is_not_kept_is_not_found(service: Service) -> None:
    response = service.client.get("/v1/executions/0123")

    assert error_fields(response, 404) == ["execution"]


def test_a_replay_under_equal_conditions_is_the_same(service: Service) -> None:
    inputs = {"text": "boats", "image": as_image(RED)}
    executed = execute(service, "three-ways", inputs)["execution_id"]

    replayed = service.client.post(f"/v1/executions/{executed}/replay").json()

    assert replayed["is_same"]
    assert replayed["conditions"] == []


def test_the_envelope_is_all_that_two_executions_differ_in(service: Service) -> None:
    first = execute(service, "three-ways", {"text": "a quiet pond"})

    second = execute(service, "three-ways", {"text": "a quiet pond"})

    assert second["cache"]["hit"]
    assert first["execution_id"] != second["execution_id"]
    assert {name for name in first if first[name] != second[name]} <= set(ENVELOPE)
