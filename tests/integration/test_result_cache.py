"""Whole answers that are kept: equal requests hit, and no change leaves an answer that is stale."""

import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.render import build_executor, rendered
from core.progress import SilentProgress
from core.rights import RightsPolicy
from core.types import Json
from search.build import Services
from search.retrievers.executor import Executor, Found
from tests.api_service import LILIES, WORKS
from tests.exchanging import Installations
from tests.executing import ENVELOPE, ask

QUERY: Json = {
    "q": "boats on a lake",
    "filter": {"or": [{"field": "medium", "op": "words", "value": ["paper", "canvas"]},
                      {"field": "year", "op": "overlaps", "value": {"from": 1800, "to": 1990}}]},
    "weights": {"catalogue": 2, "lexical": 1},
    "facets": ["medium"],
    "understand": "apply",
    "collapse": False,
}  # fmt: skip
fixture_is_shared = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def services(installations: Installations, tmp_path: Path) -> Services:
    return installations.copy(tmp_path / "home")


@pytest.fixture
def executor(services: Services) -> Executor:
    return build_executor(services)


def without_timings(value: object) -> object:
    if isinstance(value, dict):
        left = {k: without_timings(v) for k, v in value.items() if not k.endswith("_ms")}
        return {k: v for k, v in left.items() if k not in (*ENVELOPE, "cache_hit")}
    return [without_timings(one) for one in value] if isinstance(value, list) else value


def shuffled(value: object, draw: st.DataObject) -> Any:  # noqa: ANN401 - any JSON
    """Write an equal request in another way."""
    if isinstance(value, dict):
        names = draw.draw(st.permutations(list(value)))
        return {name: shuffled(value[name], draw) for name in names}
    if isinstance(value, list) and value and not isinstance(value[0], dict):
        return draw.draw(st.permutations(value)) if len(value) > 1 else value
    if isinstance(value, list):
        return draw.draw(st.permutations([shuffled(one, draw) for one in value]))
    return value


@given(data=st.data())
@fixture_is_shared
def test_an_equal_request_hits_whatever_it_looks_like(
    executor: Executor, data: st.DataObject
) -> None:
    first = ask(executor, QUERY)
    asked = shuffled(QUERY, data)
    asked["q"] = data.draw(st.sampled_from(["boats on a lake", " boats  on\ta lake\n"]))
    asked["weights"] = data.draw(st.permutations([("lexical", 1.0), ("catalogue", 2)]).map(dict))
    asked["understand"] = data.draw(st.sampled_from(["apply", "APPLY", "Apply"]))
    asked |= data.draw(st.sampled_from([{}, {"diversity": 0}, {"like": []}, {"image": None}]))

    again = ask(executor, asked)

    assert again["cache"]["hit"]
    assert again["cache"]["key"] == first["cache"]["key"]


def test_letters_in_another_unicode_form_are_the_same(executor: Executor) -> None:
    ask(executor, {"q": "caf\u00e9"})

    assert ask(executor, {"q": "cafe\u0301"})["cache"]["hit"]


@pytest.mark.parametrize(
    "inputs",
    [QUERY, {"like": [LILIES]}, {"q": "boats", "min_match": 0.2}, {"filter": QUERY["filter"]}],
)
def test_an_answer_that_was_kept_equals_a_fresh_one_but_for_timings(
    services: Services, executor: Executor, inputs: Json
) -> None:
    ask(executor, inputs)
    kept = ask(executor, inputs)
    services.cache.purge()

    fresh = ask(executor, inputs)

    assert (kept["cache"]["hit"], fresh["cache"]["hit"]) == (True, False)
    assert without_timings(kept) == without_timings(fresh)


def test_another_page_or_another_word_is_another_request(executor: Executor) -> None:
    first = ask(executor, {"q": "tree"})

    page = ask(executor, {"q": "tree"}, limit=3)
    word = ask(executor, {"q": "trees"})

    assert first["cache"]["missed_because"] == ["inputs"]
    assert page["cache"]["missed_because"] == ["page"]
    assert word["cache"]["missed_because"] == ["inputs"]


def test_a_publish_a_rollback_and_a_withdrawal_change_the_answer(
    services: Services, executor: Executor
) -> None:
    words = {"q": "a storm at sea"}
    first = ask(executor, words)
    new = replace(WORKS[1], id="t:new", title="A Storm at Sea")
    services.catalogue.upsert([new])
    services.publisher.build(SilentProgress())

    published = ask(executor, words)
    services.publisher.rollback()
    rolled_back = ask(executor, words)
    services.snapshots.withdraw([first["hits"][0]["artwork"]["id"]])
    withdrawn = ask(executor, words)

    assert published["hits"][0]["artwork"]["id"] == "t:new"
    assert published["cache"]["missed_because"] == ["snapshot"]
    assert rolled_back["cache"]["hit"]  # the key of before is good again
    assert rolled_back["hits"] == first["hits"]
    assert withdrawn["cache"]["missed_because"] == ["withdrawals"]
    assert first["hits"][0]["artwork"]["id"] not in str(withdrawn["hits"])


def test_what_is_restored_is_found_again(services: Services, executor: Executor) -> None:
    words = {"q": "bronze dog"}
    first = ask(executor, words)
    services.snapshots.withdraw(["t:closed"])
    ask(executor, words)

    services.snapshots.restore(["t:closed"])

    again = ask(executor, words)
    assert again["cache"]["hit"]
    assert again["hits"] == first["hits"]


def test_a_stricter_rule_of_rights_shows_no_picture_that_was_shown(services: Services) -> None:
    strict = replace(services, settings=replace(services.settings, rights="strict"))
    words = {"q": "bronze dog"}
    permissive = ask(build_executor(services), words)["hits"][0]["artwork"]["image"]

    answer = ask(build_executor(strict), words)

    assert permissive["url"] == "https://museum.example/no.jpg"
    assert answer["cache"]["missed_because"] == ["rights"]
    assert answer["hits"][0]["artwork"]["image"]["url"] is None


def test_a_new_version_of_a_retriever_answers_at_once(
    services: Services, executor: Executor
) -> None:
    def finder(hits: int) -> Json:
        stage = {"type": "feature_search", "parameters": {"text": "{{ INPUT.text }}"}}
        limit = {"type": "limit", "parameters": {"hits": hits}}
        return {"inputs": {"text": {"type": "string"}}, "stages": [stage, limit]}

    services.retrievers.create("finder", finder(3))
    ask(executor, {"text": "tree"}, "finder")
    services.retrievers.create("finder", finder(2), publish=True)

    answer = ask(executor, {"text": "tree"}, "finder")

    assert answer["cache"]["missed_because"] == ["pipeline"]
    assert answer["window"] == 2


def test_what_is_withdrawn_during_a_search_is_not_kept_in_its_answer(services: Services) -> None:
    def withdrawing(found: Found) -> bytes:
        services.snapshots.withdraw(["t:closed"])
        return rendered(found, policy=RightsPolicy("permissive"))

    late = build_executor(services)
    late._render = withdrawing
    ask(late, {"q": "bronze dog"})
    services.snapshots.restore(["t:closed"])

    answer = ask(build_executor(services), {"q": "bronze dog"})

    assert not answer["cache"]["hit"]


def test_a_hundred_equal_requests_at_once_are_computed_once(
    services: Services, executor: Executor
) -> None:
    answers: list[dict[str, Any]] = []
    start = threading.Barrier(100)

    def work() -> None:
        start.wait()
        answers.append(ask(executor, {"q": "a crowd that asks for one thing"}))

    threads = [threading.Thread(target=work) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(not answer["cache"]["hit"] for answer in answers) == 1
    assert len({json.dumps(answer["hits"]) for answer in answers}) == 1
