import json
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ModalityError
from core.ports import Encoder
from core.types import Matrix, Modality, Pixels, Purpose
from models.builtin.runtime import available_cores
from models.builtin.text_encoder import MiniLmEncoder, batches_by_length
from models.builtin.visual_encoder import network_input
from models.registry import ENCODERS, MINILM_TOKENIZER, WEIGHTS, load_encoder

REFERENCE = WEIGHTS / "reference"
EQUAL = 0.9999  # cosine with the vectors of torch in full precision


@cache
def loaded(name: str) -> Encoder:
    return load_encoder(name)


@cache
def text_reference() -> tuple[list[str], Matrix, list[int]]:
    texts = json.loads((REFERENCE / "minilm-l6-v2.json").read_text())["texts"]
    with np.load(REFERENCE / "minilm-l6-v2.npz") as arrays:
        return texts, arrays["vectors"], arrays["tokens"].tolist()


@cache
def picture_reference() -> tuple[list[Pixels], Matrix]:
    with np.load(REFERENCE / "efficientnet-lite0.npz") as arrays:
        pictures = [arrays[name] for name in sorted(arrays) if name != "vectors"]
        return pictures, arrays["vectors"]


def cosines(a: Matrix, b: Matrix) -> Matrix:
    return np.asarray(np.einsum("ij,ij->i", a, b))


def test_the_reference_holds_texts_of_every_length() -> None:
    _, vectors, tokens = text_reference()

    assert {2, 3, 4, 5, 255, 256} <= set(tokens)
    assert len(set(tokens)) >= 40
    assert max(tokens) == 256
    assert len(vectors) == len(tokens)


def test_each_text_alone_equals_torch() -> None:
    texts, vectors, _ = text_reference()

    encoded = np.concatenate([loaded("minilm").encode_texts([text]) for text in texts])

    assert cosines(encoded, vectors).min() >= EQUAL


def test_all_texts_together_equal_torch() -> None:
    texts, vectors, _ = text_reference()

    assert cosines(loaded("minilm").encode_texts(texts), vectors).min() >= EQUAL


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=24))
def test_any_batch_in_any_order_equals_torch(places: list[int]) -> None:
    texts, vectors, _ = text_reference()

    encoded = loaded("minilm").encode_texts([texts[place] for place in places])

    assert cosines(encoded, vectors[places]).min() >= EQUAL


def test_a_short_text_padded_to_256_tokens_equals_torch() -> None:
    texts, vectors, tokens = text_reference()
    places = [tokens.index(3), tokens.index(256)]
    card = loaded("minilm").card
    graph, tokenizer = WEIGHTS / "minilm-l6-v2.onnx", WEIGHTS / MINILM_TOKENIZER
    encoder = MiniLmEncoder(graph, tokenizer, card, loaded_bytes=0, threads=1, batch_tokens=10_000)

    encoded = encoder.encode_texts([texts[place] for place in places])

    assert cosines(encoded, vectors[places]).min() >= EQUAL


def test_the_int8_form_stays_near_the_full_one() -> None:
    texts, vectors, _ = text_reference()

    near = cosines(loaded("minilm-int8").encode_texts(texts), vectors)

    assert near.min() >= 0.97
    assert near.mean() >= 0.99


def test_neighbours_change_no_int8_embedding() -> None:
    texts, _, _ = text_reference()
    encoder = loaded("minilm-int8")

    together = encoder.encode_texts(texts[:12])

    assert np.array_equal(together[3:4], encoder.encode_texts([texts[3]]))


def test_what_stands_past_256_tokens_changes_nothing() -> None:
    long = "river bridge " * 127 + "river"  # 255 words, 254 of which fit between the two marks

    short, longer = loaded("minilm").encode_texts([long, long + " portrait of a cat" * 50])

    assert short @ longer == pytest.approx(1, abs=1e-6)


def test_equal_texts_give_equal_rows() -> None:
    encoded = loaded("minilm").encode_texts(["a cat", "the sea", "a cat", "a cat"])

    assert np.array_equal(encoded[0], encoded[2])
    assert np.array_equal(encoded[0], encoded[3])
    assert encoded[0] @ encoded[1] < 0.9


def test_queries_and_documents_are_encoded_alike() -> None:
    encoder = loaded("minilm")

    query = encoder.encode_texts(["a cat"], purpose=Purpose.QUERY)

    assert np.array_equal(query, encoder.encode_texts(["a cat"], purpose=Purpose.DOCUMENT))


def test_texts_of_like_meaning_are_near() -> None:
    queen, monarch, boat = loaded("minilm").encode_texts(
        ["portrait of a queen", "painting of a female monarch", "boats in a harbour at dawn"]
    )

    assert queen @ monarch > 0.5 > queen @ boat


def test_threads_that_share_an_encoder_get_their_own_rows() -> None:
    texts, vectors, _ = text_reference()
    some = range(0, 30, 2)

    with ThreadPoolExecutor(4) as pool:
        encoded = list(pool.map(lambda i: loaded("minilm").encode_texts([texts[i]])[0], some))

    assert cosines(np.stack(encoded), vectors[list(some)]).min() >= EQUAL


def test_pictures_equal_torch_alone_and_together() -> None:
    pictures, vectors = picture_reference()
    encoder = loaded("efficientnet-lite0")

    alone = np.concatenate([encoder.encode_images([picture]) for picture in pictures])

    assert cosines(alone, vectors).min() >= EQUAL
    assert cosines(encoder.encode_images(pictures), vectors).min() >= EQUAL


def test_pictures_keep_their_order() -> None:
    pictures, vectors = picture_reference()

    encoded = loaded("efficientnet-lite0").encode_images(pictures[::-1])

    assert cosines(encoded, vectors[::-1]).min() >= EQUAL


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 500, 3), (2000, 3, 3), (224, 224, 3)])
def test_a_picture_of_any_shape_is_read(shape: tuple[int, int, int]) -> None:
    prepared = network_input(np.full(shape, 255, dtype=np.uint8))

    assert prepared.shape == (3, 224, 224)
    assert prepared.min() == prepared.max() == 1.0


@pytest.mark.parametrize("name", ENCODERS)
def test_embeddings_have_unit_length(name: str) -> None:
    encoder = loaded(name)
    pictures = [np.zeros((9, 9, 3), np.uint8), np.full((9, 9, 3), 255, np.uint8)]

    encoded = (
        encoder.encode_texts(["", "a", "🎨"])
        if Modality.TEXT in encoder.card.modalities
        else encoder.encode_images(pictures)
    )

    assert encoded.dtype == np.float32
    assert np.linalg.norm(encoded, axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("name", ENCODERS)
def test_nothing_gives_no_rows(name: str) -> None:
    encoder = loaded(name)

    encoded = (
        encoder.encode_texts([])
        if Modality.TEXT in encoder.card.modalities
        else encoder.encode_images([])
    )

    assert encoded.shape == (0, encoder.card.dim)


def test_an_encoder_refuses_what_it_cannot_read() -> None:
    with pytest.raises(ModalityError, match="minilm does not read image"):
        loaded("minilm").encode_images([])
    with pytest.raises(ModalityError, match="efficientnet-lite0 does not read text"):
        loaded("efficientnet-lite0").encode_texts([])


def test_batches_hold_each_text_once_within_the_budget() -> None:
    batches = list(batches_by_length([5, 300, 2, 5, 4], budget=10))

    assert batches == [[1], [0, 3], [4, 2]]


def test_there_is_at_least_one_core() -> None:
    assert available_cores() >= 1
