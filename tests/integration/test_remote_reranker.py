"""Remote rerankers, against a server that speaks the protocols."""

from collections.abc import Iterator

import numpy as np
import pytest

from core.breaker import Breakers
from core.errors import ConfigurationError, ModelServerError, ModelUnavailableError
from core.types import PicturedText
from models.remote.reranker import RemoteReranker, load_remote_reranker
from tests.model_server import MODEL, Mischief, ModelServer, serving_models

RED = np.full((40, 60, 3), (250, 0, 0), np.uint8)
CANDIDATES = [
    PicturedText(text="a green boat"),
    PicturedText(RED, "a boat"),
    PicturedText(RED),
    PicturedText(),
]


@pytest.fixture
def models() -> Iterator[ModelServer]:
    with serving_models() as models:
        yield models


def reranker_of(models: ModelServer, speech: str, options: str = "") -> RemoteReranker:
    return load_remote_reranker(f"{speech}+{models.url}?{options}#{MODEL}", Breakers())


@pytest.mark.parametrize("speech", ["vllm", "rerank"])
@pytest.mark.parametrize("options", ["", "batch=1"])
def test_pairs_are_scored_by_picture_and_card(
    models: ModelServer, speech: str, options: str
) -> None:
    scores = reranker_of(models, speech, options).score("red boat", CANDIDATES)

    np.testing.assert_array_equal(scores, [0.5, 1, 0.5, np.nan])


def test_a_picture_may_be_the_query(models: ModelServer) -> None:
    scores = reranker_of(models, "vllm").score(RED, CANDIDATES[:3])

    assert scores.tolist() == [0, 1, 1]


def test_vllm_gets_a_picture_before_its_text(models: ModelServer) -> None:
    reranker_of(models, "vllm").score("red boat", CANDIDATES[:2])

    request = models.requests[0]
    text, pictured = request.body["text_2"]
    assert (request.path, request.body["text_1"], text) == ("/v1/score", "red boat", "a green boat")
    assert [part["type"] for part in pictured["content"]] == ["image_url", "text"]


def test_a_server_of_texts_gets_texts_alone(models: ModelServer) -> None:
    scores = reranker_of(models, "rerank", "visual_tokens=0").score("red boat", CANDIDATES)

    np.testing.assert_array_equal(scores, [0.5, 0.5, np.nan, np.nan])
    assert models.requests[0].body["documents"] == ["a green boat", "a boat"]


def test_no_candidates_ask_nothing(models: ModelServer) -> None:
    assert reranker_of(models, "vllm").score("red", []).shape == (0,)
    assert models.requests == []


@pytest.mark.parametrize(
    ("mischief", "told"),
    [
        (Mischief.OTHER_MODEL, "answers for the model"),
        (Mischief.MISSING_ROW, "answers 1 rows, wrongly numbered, to 2"),
        (Mischief.REFUSED, "answers 400"),
    ],
)
@pytest.mark.parametrize("speech", ["vllm", "rerank"])
def test_an_answer_that_is_wrong_is_refused(
    models: ModelServer, speech: str, mischief: Mischief, told: str
) -> None:
    models.always = mischief

    with pytest.raises(ModelServerError, match=told):
        reranker_of(models, speech).score("red", CANDIDATES[:2])


def test_one_attempt_is_all_that_a_deadline_leaves(models: ModelServer) -> None:
    models.next.append(Mischief.DOWN)

    with pytest.raises(ModelUnavailableError, match="tried 1 of 1 times"):
        reranker_of(models, "vllm").score("red", CANDIDATES[:2])


def test_its_pace_is_known_after_the_first_pairs(models: ModelServer) -> None:
    reranker = reranker_of(models, "vllm", "revision=r1")
    before = reranker.pairs_per_second()

    reranker.score("red", CANDIDATES[:2])

    assert before is None
    assert (reranker.pairs_per_second() or 0) > 0
    assert reranker.name == f"{MODEL}@r1"


def test_the_address_of_an_openai_style_server_is_no_reranker() -> None:
    with pytest.raises(ConfigurationError, match="is the address of an encoder"):
        load_remote_reranker("openai+http://h/v1#m", Breakers())
