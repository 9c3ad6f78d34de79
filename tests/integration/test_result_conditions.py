"""Answers that are kept belong to the settings, the models and the release that made them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from api.render import build_executor
from core.settings import load_settings
from search.build import Services, build_services
from search.retrievers.executor import Executor
from search.retrievers.prepare import Request
from tests.exchanging import Installations
from tests.executing import ask
from tests.reranking import environ


@pytest.fixture
def services(installations: Installations, tmp_path: Path) -> Services:
    return installations.copy(tmp_path / "home")


def reranking(services: Services, depth: int) -> Executor:
    """Start the service anew with a reranker and the same cache."""
    home = services.settings.home
    again = build_services(load_settings({**environ(home), "VASARI_RERANK_DEPTH": str(depth)}))
    return build_executor(replace(again, cache=services.cache))


def test_an_answer_belongs_to_the_settings_that_it_was_reranked_by(services: Services) -> None:
    words = {"q": "tree", "rerank": True}
    ten, twenty = reranking(services, 10), reranking(services, 20)
    for executor in (ten, ten, twenty):  # the first search of each loads the reranker
        ask(executor, words)

    answer = ask(twenty, words)

    assert not answer["cache"]["hit"]
    assert answer["reranked"]["of"] == 20
    assert ask(ten, words)["cache"]["hit"]


def test_an_answer_is_kept_under_the_models_that_made_it(services: Services) -> None:
    words = {"q": "tree", "rerank": True}
    executor = reranking(services, 10)

    loading = executor.run(executor.prepare("search", Request(words)))
    loaded = executor.run(executor.prepare("search", Request(words)))

    assert json.loads(loading.body)["models"]["reranker"] is not None
    assert (loading.is_kept, loaded.is_kept) == (False, True)
    assert loaded.report.missed_because == ("models.reranker",)


def test_another_release_answers_anew(services: Services) -> None:
    executor = build_executor(services)
    configured = {**executor._preparer.configured, "program": "9.9.9 1"}
    newer = build_executor(services)
    newer._preparer = replace(newer._preparer, configured=configured)
    ask(executor, {"q": "tree"})

    assert ask(newer, {"q": "tree"})["cache"]["missed_because"] == ["program"]
