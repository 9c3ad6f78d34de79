"""Models on Ray Serve, asked by the remote encoder and reranker, and by hand."""

import base64
import io
import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import Message

import numpy as np
import pytest
from numpy.testing import assert_allclose
from PIL import Image

from cluster.serve import Served
from core.breaker import Breakers
from core.errors import ModelServerError, ModelUnavailableError
from core.types import Json, PicturedText, Purpose
from models.images import decode_picture
from models.registry import load_encoder
from models.remote.encoder import load_remote_encoder
from models.remote.pictures import picture_part
from models.remote.reranker import load_remote_reranker
from models.remote.spec import parse_remote
from models.words_reranker import WordsReranker
from tests_cluster.conftest import BATCH, KEY

TEXTS = ["a storm at sea", "Still life with lemons, 1640", "", "a bridge over a river " * 40]
PICTURE = np.random.default_rng(5).integers(0, 256, (90, 130, 3), dtype=np.uint8)


@dataclass(frozen=True)
class Got:
    status: int
    body: Json
    headers: Message

    @property
    def batch_size(self) -> int:
        return int(self.headers["X-Batch-Size"])


def ask(served: Served, path: str, body: object, *, key: str = KEY) -> Got:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {key}"}
    url = f"{served.url}/{path}"
    request = urllib.request.Request(url, data if body else None, headers)  # noqa: S310 - http
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - http
            return Got(answer.status, json.load(answer), answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return Got(error.code, json.load(error), error.headers)


def message(*parts: Json) -> Json:
    return {"messages": [{"role": "user", "content": list(parts)}]}


def png(pixels: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> Json:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    data = base64.b64encode(buffer.getvalue()).decode()
    return {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}}


def test_texts_are_encoded_as_by_the_local_encoder(served: dict[str, Served]) -> None:
    remote = load_remote_encoder(served["text"].address, Breakers(), KEY)

    encoded = remote.encode_texts(TEXTS, purpose=Purpose.QUERY)

    assert_allclose(encoded, load_encoder("minilm-int8").encode_texts(TEXTS), atol=1e-6)


def test_the_remote_encoder_learns_name_dim_and_revision(served: dict[str, Served]) -> None:
    card = load_remote_encoder(served["text"].address, Breakers(), KEY).card

    local = load_encoder("minilm-int8").card
    assert (card.name, card.dim) == (local.name, local.dim)
    assert card.revision.startswith(local.revision)


def test_a_lossless_picture_is_encoded_as_by_the_local_encoder(served: dict[str, Served]) -> None:
    body = {"model": "efficientnet-lite0", **message(png(PICTURE))}

    vector = ask(served["picture"], "embeddings", body).body["data"][0]["embedding"]

    local = load_encoder("efficientnet-lite0").encode_images([PICTURE])[0]
    assert_allclose(np.array(vector), local, atol=1e-6)


def test_the_remote_encoders_picture_is_encoded_as_it_was_sent(served: dict[str, Served]) -> None:
    address = served["picture"].address
    remote = load_remote_encoder(address, Breakers(), KEY)
    url = picture_part(PICTURE, parse_remote(address).visual_tokens)["image_url"]["url"]
    sent = decode_picture(base64.b64decode(url.partition(",")[2]))

    encoded = remote.encode_images([PICTURE, PICTURE])

    local = load_encoder("efficientnet-lite0").encode_images([sent, sent])
    assert_allclose(encoded, local, atol=1e-6)


@pytest.mark.parametrize("speech", ["vllm", "rerank"])
def test_pairs_are_scored_as_by_the_local_reranker(served: dict[str, Served], speech: str) -> None:
    address = served["reranker"].address.replace("vllm+", f"{speech}+")
    candidates = [PicturedText(text=text) for text in ("a storm", "at sea", "nothing")]

    scores = load_remote_reranker(address, Breakers(), KEY).score("a storm at sea", candidates)

    assert_allclose(scores, WordsReranker().score("a storm at sea", candidates))


def test_concurrent_requests_share_a_batch(served: dict[str, Served]) -> None:
    def one(number: int) -> Got:
        body = {"model": "minilm-int8", "input": f"query {number}"}
        return ask(served["text"], "embeddings", body)

    with ThreadPoolExecutor(12) as pool:
        sizes = [got.batch_size for got in pool.map(one, range(24))]

    assert 1 < max(sizes) <= BATCH.most
    assert ask(served["text"], "health", None).body["largest_batch"] <= BATCH.most


def test_pairs_of_several_queries_share_a_batch(served: dict[str, Served]) -> None:
    def one(word: str) -> Got:
        body = {"model": "words+20ms", "text_1": word, "text_2": ["a river", "a storm"]}
        return ask(served["reranker"], "score", body)

    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(one, ("river", "storm") * 4))

    scores = [[row["score"] for row in one.body["data"]] for one in got]
    assert scores == [[1, 0], [0, 1]] * 4
    assert max(one.batch_size for one in got) > 2


def test_a_request_larger_than_a_batch_is_answered_in_order(served: dict[str, Served]) -> None:
    texts = [f"text {number}" for number in range(3 * BATCH.most + 1)]

    got = ask(served["text"], "embeddings", {"model": "minilm-int8", "input": texts})

    rows = np.array([row["embedding"] for row in got.body["data"]], np.float32)
    assert_allclose(rows, load_encoder("minilm-int8").encode_texts(texts), atol=1e-6)
    assert got.batch_size == BATCH.most


def test_a_request_that_spoils_its_batch_fails_alone(served: dict[str, Served]) -> None:
    def one(query: object) -> Got:
        body = {"model": "words+20ms", "text_1": query, "text_2": ["a river"]}
        return ask(served["reranker"], "score", body)

    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(one, ({"content": [png(PICTURE)]}, "a", "river", "a river")))

    assert [one.status for one in got] == [400, 200, 200, 200]
    assert "does not read image" in got[0].body["error"]["message"]


WRONG: list[tuple[str, object, int, str]] = [
    ("embeddings", b"{", 400, "must be JSON"),
    ("embeddings", [1], 400, "must be a JSON object"),
    ("embeddings", {"model": "other", "input": "a"}, 404, "no model has the id 'other'"),
    ("embeddings", {"model": "minilm-int8"}, 400, "one of input and messages"),
    ("embeddings", {"model": "minilm-int8", "input": []}, 400, "must be 1 to 2,048, not 0"),
    ("embeddings", {"model": "minilm-int8", "input": [[1, 2]]}, 400, "input.0: must be a text"),
    ("embeddings", {"model": "minilm-int8", **message(png(PICTURE))}, 400, "does not read image"),
    ("score", {"model": "minilm-int8"}, 404, "POST /score"),
]


@pytest.mark.parametrize(("path", "body", "status", "reason"), WRONG)
def test_wrong_input_is_refused_in_words(
    served: dict[str, Served], path: str, body: object, status: int, reason: str
) -> None:
    got = ask(served["text"], path, body)

    assert got.status == status
    assert reason in got.body["error"]["message"]


def test_a_picture_that_cannot_be_read_is_refused(served: dict[str, Served]) -> None:
    part = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGVsbG8="}}

    got = ask(served["picture"], "embeddings", {"model": "efficientnet-lite0", **message(part)})

    assert got.status == 400


def test_a_body_beyond_the_limit_is_refused(served: dict[str, Served]) -> None:
    got = ask(served["text"], "embeddings", b" " * 64_000_001)

    assert got.status == 413


def test_a_wrong_key_is_refused_and_the_health_needs_none(served: dict[str, Served]) -> None:
    assert ask(served["text"], "models", None, key="other").status == 401
    assert ask(served["text"], "health", None, key="other").body["status"] == "ok"
    with pytest.raises(ModelServerError, match="VASARI_REMOTE_API_KEY"):
        _ = load_remote_encoder(served["text"].address, Breakers(), "other").card


def test_an_instruction_that_the_model_does_not_know_is_refused(
    served: dict[str, Served],
) -> None:
    address = served["picture"].address.replace("instruction=", "instruction=Find+it")

    with pytest.raises(ModelServerError, match="instruction="):
        load_remote_encoder(address, Breakers(), KEY).encode_images([PICTURE])


def test_a_model_that_is_not_there_ends_the_remote_encoder(served: dict[str, Served]) -> None:
    address = served["text"].address.replace("#minilm-int8", "#minilm")

    with pytest.raises(ModelUnavailableError, match="minilm-int8"):
        _ = load_remote_encoder(address, Breakers(), KEY).encode_texts(["a"])
