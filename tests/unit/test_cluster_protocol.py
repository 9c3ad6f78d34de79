import contextlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.model_server import failure, parse_body
from cluster.protocol import (
    MOST_CHARACTERS,
    Encoding,
    parse_embedding,
    parse_rerank,
    parse_score,
    write_embeddings,
    write_ranking,
)
from cluster.replicas import encoder_facts, reranker_facts
from cluster.worker import Sight, check_sight
from core.blob_keys import picture_key
from core.errors import ConfigurationError, DamagedError, InputError, ModelUnavailableError
from core.settings import load_settings
from core.types import EncoderCard, Json, Modality, Purpose
from models.qwen.prompt import DOCUMENT_INSTRUCTION, QUERY_INSTRUCTION
from models.remote.vectors import parse_vectors
from storage.folder import FolderBlobStore

PLAIN = EncoderCard("m", "r", "fp32", "0" * 16, 2, (Modality.TEXT, Modality.IMAGE))
INSTRUCTED = EncoderCard(
    "q",
    "r",
    "bf16",
    "0" * 16,
    2,
    (Modality.TEXT, Modality.IMAGE),
    instruction=f"query: {QUERY_INSTRUCTION} document: {DOCUMENT_INSTRUCTION}",
)
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}
HASH = "a" * 64
KEYS = st.sampled_from(
    ["input", "messages", "role", "content", "type", "text", "image_url", "url", "text_1", "text_2"]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=10,
)


def turns(*parts: Json, system: str | None = None) -> Json:
    user = {"role": "user", "content": list(parts)}
    before = [{"role": "system", "content": system}] if system is not None else []
    return {"messages": [*before, user]}


def text(value: str) -> Json:
    return {"type": "text", "text": value}


def test_a_text_and_a_list_of_texts_are_read() -> None:
    assert parse_embedding({"input": "a"}, PLAIN).items[0].text == "a"
    assert [item.text for item in parse_embedding({"input": ["a", "b"]}, PLAIN).items] == ["a", "b"]


def test_a_picture_is_read_from_its_data_url() -> None:
    assert parse_embedding(turns(PICTURE), PLAIN).items[0].picture == b"hi"


@pytest.mark.parametrize(
    ("system", "purpose"),
    [
        (QUERY_INSTRUCTION, Purpose.QUERY),
        (DOCUMENT_INSTRUCTION, Purpose.DOCUMENT),
        (DOCUMENT_INSTRUCTION.rstrip("."), Purpose.DOCUMENT),
    ],
)
def test_the_system_turn_tells_a_query_from_a_document(system: str, purpose: Purpose) -> None:
    assert parse_embedding(turns(text("a"), system=system), INSTRUCTED).purpose is purpose


@pytest.mark.parametrize(
    ("card", "body"),
    [
        (INSTRUCTED, turns(text("a"))),
        (INSTRUCTED, {"input": "a"}),
        (INSTRUCTED, turns(text("a"), system="Find something else.")),
        (PLAIN, turns(text("a"), system=QUERY_INSTRUCTION)),
    ],
)
def test_an_instruction_that_would_give_other_embeddings_is_refused(
    card: EncoderCard, body: Json
) -> None:
    with pytest.raises(InputError, match="system"):
        parse_embedding(body, card)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"input": "a", "encoding_format": "hex"}, "encoding_format"),
        ({"input": "a", "dimensions": 1}, "dimensions"),
        ({"input": "a", "messages": []}, "input"),
        ({"input": ["a", 7]}, "input.1"),
        ({"input": "a" * (MOST_CHARACTERS + 1)}, "input.0"),
        ({"input": ["a"] * 2049}, "input"),
        ({"messages": [{"role": "assistant", "content": "a"}]}, "messages"),
        (turns(PICTURE, text("a")), "messages.user"),
        (turns(text("a"), text("b")), "messages.user"),
        (turns({"type": "image_url", "image_url": {"url": "http://h/a.png"}}), "messages.user"),
        (turns({"type": "audio"}), "messages.user"),
    ],
)
def test_a_wrong_request_is_refused_with_its_field(body: Json, field: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_embedding(body, PLAIN)

    assert refused.value.field == field


@given(st.dictionaries(KEYS, ANYTHING, max_size=4))
def test_whatever_is_sent_is_read_or_refused_in_words(body: dict[str, Any]) -> None:
    for parse in (lambda one: parse_embedding(one, PLAIN), parse_score, parse_rerank):
        with contextlib.suppress(InputError):
            parse(body)


def test_pairs_are_texts_or_a_picture_with_its_card() -> None:
    body = {"text_1": "storm", "text_2": [{"content": [PICTURE, text("card")]}, "plain"]}

    request = parse_score(body)

    assert request.query.text == "storm"
    assert [(one.text, one.picture) for one in request.candidates] == [
        ("card", b"hi"),
        ("plain", None),
    ]


def test_a_ranking_is_best_first() -> None:
    ranked = write_ranking("m", [0.25, 1.0, 0.5])["results"]

    assert [row["index"] for row in ranked] == [1, 2, 0]


@pytest.mark.parametrize("encoding", list(Encoding))
def test_embeddings_come_back_to_the_bit(encoding: Encoding) -> None:
    vectors = np.array([[0.1, -1e-20], [3.0, 0.7]], np.float32)

    read = parse_vectors(write_embeddings("m", vectors, encoding), 2, "h")

    assert np.array_equal(read, vectors)


def test_the_revision_changes_with_whatever_makes_embeddings_incomparable() -> None:
    other = EncoderCard("m", "r", "bf16", "0" * 16, 2, (Modality.TEXT, Modality.IMAGE))

    assert encoder_facts(PLAIN)["revision"] != encoder_facts(other)["revision"]
    assert encoder_facts(PLAIN)["revision"].startswith("r-")


def test_a_reranker_is_listed_by_its_name_and_revision() -> None:
    facts = reranker_facts("Qwen/R@abc")

    assert (facts["id"], facts["revision"]) == ("Qwen/R", "abc")


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="body"):
        parse_body(data)


def test_errors_have_their_status_by_their_class() -> None:
    assert failure(InputError("f", "m")).status_code == 400
    assert failure(DamagedError("m")).status_code == 500
    unavailable = failure(ModelUnavailableError("m"))
    assert (unavailable.status_code, unavailable.headers["retry-after"]) == (503, "1")


def test_a_worker_that_sees_another_home_says_so(tmp_path: Path) -> None:
    settings = load_settings({"VASARI_HOME": str(tmp_path)})

    with pytest.raises(ConfigurationError, match="VASARI_HOME"):
        check_sight(settings, Sight(tmp_path / "work" / "token"))


def test_a_worker_that_lacks_the_pictures_says_where_it_looked(tmp_path: Path) -> None:
    settings = load_settings({"VASARI_HOME": str(tmp_path)})
    token = tmp_path / "token"
    token.touch()

    with pytest.raises(ConfigurationError, match="VASARI_BLOBS_URL"):
        check_sight(settings, Sight(token, HASH))

    FolderBlobStore(settings.blobs_path).put(picture_key(HASH), b"x", "image/png")
    check_sight(settings, Sight(token, HASH))
