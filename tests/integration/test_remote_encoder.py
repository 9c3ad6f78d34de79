"""Remote encoders, against a server that speaks the protocols."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.testing import assert_allclose

from core.breaker import Breakers
from core.errors import ConfigurationError, ModalityError, ModelServerError, ModelUnavailableError
from core.types import Modality, Pixels, Purpose
from models.remote.client import open_client
from models.remote.encoder import RemoteEncoder, load_remote_encoder
from models.remote.spec import parse_remote
from tests.clocks import Clock
from tests.model_server import (
    DIM,
    MODEL,
    REVISION,
    Mischief,
    ModelServer,
    serving_models,
    words_vector,
)

WRONG = [
    (Mischief.NAN, "zero or no number"),
    (Mischief.ZEROS, "zero or no number"),
    (Mischief.OTHER_MODEL, "answers for the model 'someone/else'"),
    (Mischief.MISSING_ROW, "answers 1 rows, wrongly numbered, to 2"),
    (Mischief.WRONG_DIM, "makes embeddings of 2 numbers now, 48 before"),
    (Mischief.GARBAGE, "does not answer JSON"),
]


@pytest.fixture
def models() -> Iterator[ModelServer]:
    with serving_models() as models:
        yield models


def encoder_of(models: ModelServer, speech: str = "openai", options: str = "") -> RemoteEncoder:
    return load_remote_encoder(f"{speech}+{models.url}?{options}#{MODEL}", Breakers())


def plain(colour: tuple[int, int, int], height: int = 40, width: int = 60) -> Pixels:
    return np.full((height, width, 3), colour, np.uint8)


def test_the_card_says_what_the_server_says(models: ModelServer) -> None:
    card = encoder_of(models).card

    assert (card.name, card.revision, card.dim) == (MODEL, REVISION, DIM)
    assert card.modalities == (Modality.TEXT,)


def test_the_server_is_not_asked_for_what_the_address_says(models: ModelServer) -> None:
    card = encoder_of(models, options="dim=16&revision=abc").card

    assert (card.revision, card.dim, models.requests) == ("abc", 16, [])


def test_a_server_that_lists_other_models_is_refused(models: ModelServer) -> None:
    models.model = "someone/else"

    with pytest.raises(ModelServerError, match="is not served there, but someone/else"):
        _ = encoder_of(models).card


def test_whatever_changes_embeddings_changes_the_card(models: ModelServer) -> None:
    options = ["", "document_prefix=d:", "query_prefix=q:"]
    cards = {encoder_of(models, "openai", one).card for one in options}
    cards |= {encoder_of(models, "vllm", one).card for one in ("", "instruction=Find.")}
    cards |= {encoder_of(models, "vllm", f"visual_tokens={n}").card for n in (0, 300)}

    assert len(cards) == 7


@pytest.mark.parametrize("speech", ["openai", "vllm"])
def test_texts_are_encoded_in_their_order_to_unit_length(models: ModelServer, speech: str) -> None:
    texts = [f"word{n} red" for n in range(70)]

    vectors = encoder_of(models, speech).encode_texts(texts)

    expected = np.stack([words_vector({f"word{n}", "red"}) for n in range(70)])
    assert_allclose(vectors, expected, atol=1e-6)


def test_embeddings_are_cut_before_they_are_brought_to_unit_length(models: ModelServer) -> None:
    vector = encoder_of(models, options="dim=8").encode_texts(["red"])[0]

    cut = words_vector({"red"})[:8]
    assert_allclose(vector, cut / np.linalg.norm(cut), atol=1e-6)


def test_no_texts_give_no_rows(models: ModelServer) -> None:
    assert encoder_of(models).encode_texts([]).shape == (0, DIM)


def test_an_openai_style_server_gets_batches_with_their_prefix(models: ModelServer) -> None:
    encoder = encoder_of(models, options="dim=48&revision=r&batch=2&document_prefix=passage:%20")

    encoder.encode_texts(["a", "b", "c"])

    bodies = sorted((r.body for r in models.requests), key=lambda body: str(body["input"]))
    assert bodies == [
        {"model": MODEL, "encoding_format": "base64", "input": ["passage: a", "passage: b"]},
        {"model": MODEL, "encoding_format": "base64", "input": ["passage: c"]},
    ]


def test_vllm_gets_the_instruction_as_the_system_turn(models: ModelServer) -> None:
    encoder = encoder_of(models, "vllm", "dim=48&revision=r&instruction=Find%20art")

    encoder.encode_texts(["a storm"], purpose=Purpose.QUERY)

    assert models.requests[0].body == {
        "model": MODEL,
        "encoding_format": "base64",
        "messages": [
            {"role": "system", "content": [{"type": "text", "text": "Find art."}]},
            {"role": "user", "content": [{"type": "text", "text": "a storm"}]},
        ],
        "add_generation_prompt": True,
        "add_special_tokens": True,
    }


def test_documents_have_the_model_s_own_instruction(models: ModelServer) -> None:
    encoder_of(models, "vllm", "dim=48&revision=r").encode_texts(["a storm"])

    system = models.requests[0].body["messages"][0]
    assert system["content"][0]["text"] == "Represent the user's input."


def test_without_an_instruction_there_is_no_system_turn(models: ModelServer) -> None:
    encoder_of(models, "vllm", "dim=48&revision=r&instruction=").encode_texts(["a storm"])

    assert [turn["role"] for turn in models.requests[0].body["messages"]] == ["user"]


def test_pictures_and_words_meet_in_one_space(models: ModelServer) -> None:
    encoder = encoder_of(models, "vllm")

    pictures = encoder.encode_images([plain((250, 0, 0)), plain((0, 0, 250)), plain((0, 250, 0))])

    words = encoder.encode_texts(["red", "blue", "green"])
    assert_allclose(np.diag(pictures @ words.T), 1, atol=1e-6)


def test_an_openai_style_server_reads_no_pictures(models: ModelServer) -> None:
    with pytest.raises(ModalityError):
        encoder_of(models).encode_images([plain((250, 0, 0))])


def test_an_encoder_of_pictures_alone_is_sent_no_texts(models: ModelServer) -> None:
    encoder = encoder_of(models, "vllm", f"texts=0&dim={DIM}")

    encoder.encode_images([plain((250, 0, 0))])

    assert encoder.card.modalities == (Modality.IMAGE,)
    with pytest.raises(ModalityError):
        encoder.encode_texts(["red"])


@pytest.mark.parametrize(("mischief", "told"), WRONG)
def test_an_answer_that_is_wrong_is_refused(
    models: ModelServer, mischief: Mischief, told: str
) -> None:
    encoder = encoder_of(models)
    encoder.encode_texts(["before"])
    models.always = mischief

    with pytest.raises(ModelServerError, match=told):
        encoder.encode_texts(["red", "blue"])


def test_embeddings_shorter_than_asked_for_are_refused(models: ModelServer) -> None:
    with pytest.raises(ModelServerError, match="makes embeddings of 48, fewer than 64"):
        encoder_of(models, options="dim=64&revision=r").encode_texts(["red"])


def test_a_server_that_comes_up_later_is_found(models: ModelServer) -> None:
    encoder = encoder_of(models)
    models.next.append(Mischief.ERROR)
    with pytest.raises(ModelUnavailableError):
        _ = encoder.card

    assert encoder.card.dim == DIM


def test_weights_that_are_changed_behind_the_name_are_noticed_within_a_minute(
    models: ModelServer,
) -> None:
    spec, clock = parse_remote(f"vllm+{models.url}#{MODEL}"), Clock()
    encoder = RemoteEncoder(spec, open_client(spec, Breakers(), None), clock=clock)
    encoder.encode_texts(["red"])
    models.revision = "r2"

    encoder.encode_texts(["red"])
    clock.now += 60
    with pytest.raises(ModelServerError, match="serves revision r2 now, r1 before"):
        encoder.encode_texts(["red"])

    assert models.paths().count("/v1/models") == 2


def test_the_address_of_a_reranker_is_no_encoder() -> None:
    with pytest.raises(ConfigurationError, match="is the address of a reranker"):
        load_remote_encoder("rerank+http://h/v1#m", Breakers())
