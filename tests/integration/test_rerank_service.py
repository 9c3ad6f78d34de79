"""Reranking through HTTP and on the command line, by a server and by a checkpoint."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.schemas import Problem
from bench.quality.judged import Judged
from bench.quality.rerank import ask_both_ways
from cli.main import app
from core.errors import ConfigurationError
from core.progress import SilentProgress
from core.queries import Query
from core.rerank import Rerank
from core.settings import load_settings
from search.build import Services, build_engine, build_services
from search.engine import SearchEngine
from search.rerank import LOST
from tests.api_service import BLUE, LILIES, Service, fill, serving
from tests.model_server import MODEL, Mischief, serving_models
from tests.reranking import (
    NO_DEADLINE,
    TREES,
    degraded,
    engine_by,
    environ,
    ids,
    reranked_services,
    scores,
)


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Services:
    return reranked_services(tmp_path_factory.mktemp("reranked"))


@pytest.fixture(scope="module")
def serving_words(services: Services) -> Iterator[Service]:
    with serving(services) as running:
        yield running


def test_the_api_reranks_and_says_how_much(serving_words: Service) -> None:
    client = serving_words.client
    asked = {"q": "tree, no. 7", "rerank": {"depth": 20, "deadline_ms": 30_000}, "limit": 3}

    answer: dict[str, Any] = client.post("/v1/search", json=asked).json()
    by_address = client.get("/v1/search", params={"q": "tree, no. 7", "rerank": "true"}).json()

    assert answer["reranked"] == {
        "reranker": "words",
        "summary": "20 of 20",
        "count": 20,
        "of": 20,
        "deadline_ms": 30_000,
        "overshoot_ms": 0.0,
    }
    assert answer["hits"][0]["is_reranked"] is True
    assert answer["hits"][0]["rerank_score"] == 1.0
    assert by_address["reranked"]["summary"] == "10 of 10"
    assert client.get("/v1/search", params={"q": "tree"}).json()["reranked"] is None


def test_metrics_and_readiness_tell_of_the_reranker(serving_words: Service) -> None:
    serving_words.client.get("/v1/search", params={"q": "tree", "rerank": "true"})

    metrics = serving_words.client.get("/metrics").text
    checks = serving_words.client.get("/readyz").json()["checks"]

    assert 'vasari_rerank_pairs_total{outcome="reranked"}' in metrics
    assert "vasari_rerank_overshoot_seconds_count" in metrics
    assert 'vasari_model_breaker_state{model="reranker",state="closed"} 1.0' in metrics
    assert {"name": "reranker", "ok": True, "detail": "answers", "required": False} in checks


@pytest.mark.parametrize(
    ("rerank", "field"),
    [
        ("yes", "rerank"),
        (3, "rerank"),
        ({"depth": 0}, "rerank"),
        ({"depth": 201}, "rerank"),
        ({"deadline_ms": 0}, "rerank"),
        ({"deadline_ms": 60_001}, "rerank"),
        ({"deadline": 5}, "rerank"),
    ],
)
def test_a_wrong_wish_is_refused_by_its_name(
    serving_words: Service, rerank: object, field: str
) -> None:
    response = serving_words.client.post("/v1/search", json={"q": "tree", "rerank": rerank})

    assert response.status_code == 422
    assert Problem.model_validate_json(response.content).errors[0].field.startswith(field)


def test_a_service_without_a_reranker_says_so(service: Service) -> None:
    response = service.client.get("/v1/search", params={"q": "tree", "rerank": "true"})

    assert response.status_code == 422
    assert Problem.model_validate_json(response.content).errors[0].field == "rerank"


def test_a_reranker_that_cannot_be_loaded_is_told_and_the_service_is_ready(tmp_path: Path) -> None:
    wrong = {**environ(tmp_path), "VASARI_RERANKER": "no-such"}
    services = build_services(load_settings(wrong))
    fill(services)
    services.publisher.build(SilentProgress())

    with serving(services) as running:
        state = running.client.get("/readyz")
        response = running.client.get("/v1/search", params={"q": "tree", "rerank": "true"})

    answer = response.json()
    check = next(check for check in state.json()["checks"] if check["name"] == "reranker")
    assert state.status_code == 200
    assert not check["ok"]
    assert "no reranker is named 'no-such'" in check["detail"]
    assert answer["reranked"]["summary"] == "0 of 10"
    assert answer["hits"]
    assert "etag" not in response.headers  # once it is mended, the answer is another


def test_the_command_line_reranks(services: Services) -> None:
    runner = CliRunner(env={**environ(services.settings.home), "COLUMNS": "250"})

    done = runner.invoke(app, ["search", "tree, no. 7", "--rerank", "--explain"])

    assert done.exit_code == 0, done.output
    assert "10 of 10 reranked" in done.stdout
    assert "reranked 1.000" in done.stdout


def test_the_command_line_says_whether_reranking_is_worth_it(
    services: Services, tmp_path: Path
) -> None:
    judged = tmp_path / "judged.jsonl"
    rows = [
        {"query": f"study of a tree {n}", "relevant_ids": [f"t:study-{n:02}"]} for n in range(24)
    ]
    judged.write_text("\n".join(map(json.dumps, rows)))
    runner = CliRunner(env={**environ(services.settings.home), "COLUMNS": "250"})

    done = runner.invoke(
        app, ["bench", "rerank", "--queries", str(judged), "--deadline-ms", "30000"]
    )

    assert done.exit_code == 0, done.output
    assert "24 queries; 10 of 10 reranked in the mean" in done.stdout
    assert "Switch it on" in done.stdout or "Leave it off" in done.stdout


def with_reranker(services: Services, name: str) -> SearchEngine:
    wired = replace(services.settings, reranker=name)
    return build_engine(wired)


def test_a_server_reranks_and_answers_go_on_when_it_does_not(services: Services) -> None:
    with serving_models() as models:
        engine = with_reranker(services, f"vllm+{models.url}#{MODEL}")
        whole = engine.search(replace(TREES, rerank=Rerank(10, NO_DEADLINE)))
        models.always = Mischief.ERROR
        lost = engine.search(replace(TREES, rerank=Rerank(10, NO_DEADLINE)))

    assert whole.reranked is not None
    assert whole.reranked.summary == "10 of 10"
    assert degraded(lost) == f"0 of 10 reranked: {LOST}"
    assert len(ids(lost)) == len(ids(whole))


def test_a_checkpoint_reranks_words_and_pictures(services: Services, qwen: Path) -> None:
    engine = with_reranker(services, str(qwen))
    few = Rerank(3, NO_DEADLINE)

    by_words = engine.search(Query(text="tree", rerank=few))
    by_picture = engine.search(Query(picture=services.decode_picture(BLUE), rerank=few))

    for page in (by_words, by_picture):
        assert page.reranked is not None
        assert page.reranked.summary == "3 of 3"
        assert [score is not None for score in scores(page)][:3] == [True] * 3


def test_nothing_can_be_said_where_nothing_was_reranked(services: Services) -> None:
    engine = engine_by(services, lambda _: [1 / 0])
    judged = [Judged("Q1", "tree", "any", frozenset({LILIES}))]

    with pytest.raises(ConfigurationError, match="nothing was reranked"):
        ask_both_ways(engine, judged, Rerank(), SilentProgress())
