"""Qwen3-VL-Embedding against the official computation, on a tiny checkpoint of random weights."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from core.types import Matrix, PicturedText, Pixels, Purpose
from models.options import Device, EncoderOptions
from models.qwen.encoder import QwenEncoder
from models.qwen.pictures import FRAMES, PixelBudget, grid_of, numbers_of, patches
from models.registry import load_encoder
from tests.qwen_checkpoints import DIM, Official
from tests.requirements import require

require("models")
CLOSE = 1e-5
DOCUMENT = "Represent the user's input."
QUERY = "Retrieve images or text relevant to the user's query."
SMALL = f"dim={DIM}&visual_tokens=4-12"
TEXTS = (
    "",
    "a",
    "\n\n leading and trailing space \n",
    "Müller, «Œuvre» – 浮世絵 🎨 <think>",
    "ships in a storm " * 12,
    "ship " * 300,
)


def picture(height: int, width: int) -> Pixels:
    return np.random.default_rng(height * 1000 + width).integers(
        0, 256, (height, width, 3), dtype=np.uint8
    )


# Of whole tokens, tiny, tall, wide, large, and of one colour.
PICTURES = (
    picture(64, 96),
    picture(3, 2),
    picture(600, 31),
    picture(40, 170),
    picture(500, 433),
    np.full((70, 70, 3), 255, np.uint8),
)
ITEMS = (
    *(PicturedText(one, text) for one, text in zip(PICTURES, TEXTS, strict=True)),
    PicturedText(),
    PicturedText(None, "no picture"),
)


@cache
def load(folder: Path, choices: str = SMALL, batch: int = 3) -> QwenEncoder:
    options = EncoderOptions(threads=1, device=Device.CPU, batch=batch)
    encoder = load_encoder(f"{folder}?{choices}", options)
    assert isinstance(encoder, QwenEncoder)
    return encoder


@pytest.fixture(scope="module")
def official(qwen: Path) -> Official:
    return Official(qwen, least=4, most=12)


def furthest(a: Matrix, b: Matrix) -> float:
    assert a.shape == b.shape
    return float(np.abs(a - b).max())


@pytest.mark.parametrize("batch", [1, 3, 8])
def test_texts_of_any_length_equal_the_official_embeddings(
    qwen: Path, official: Official, batch: int
) -> None:
    expected = np.stack([official.embedding(PicturedText(None, t), DOCUMENT) for t in TEXTS])

    assert furthest(load(qwen, batch=batch).encode_texts(TEXTS), expected) < CLOSE


@pytest.mark.parametrize("batch", [1, 4])
def test_pictures_of_any_shape_equal_the_official_embeddings(
    qwen: Path, official: Official, batch: int
) -> None:
    expected = np.stack([official.embedding(PicturedText(one), DOCUMENT) for one in PICTURES])

    assert furthest(load(qwen, batch=batch).encode_images(PICTURES), expected) < CLOSE


def test_pictures_with_their_texts_equal_the_official_embeddings(
    qwen: Path, official: Official
) -> None:
    expected = np.stack([official.embedding(item, DOCUMENT) for item in ITEMS])

    assert furthest(load(qwen).encode_pictured_texts(ITEMS), expected) < CLOSE


def test_queries_carry_their_instruction(qwen: Path, official: Official) -> None:
    expected = np.stack([official.embedding(PicturedText(None, t), QUERY) for t in TEXTS])

    encoded = load(qwen).encode_texts(TEXTS, purpose=Purpose.QUERY)

    assert furthest(encoded, expected) < CLOSE
    assert furthest(encoded, load(qwen).encode_texts(TEXTS)) > 0.01


@pytest.mark.parametrize(
    ("given", "written"), [("Find ships", "Find ships."), ("Find ships!", "Find ships!")]
)
def test_an_instruction_of_ones_own_is_ended_as_officially(
    qwen: Path, official: Official, given: str, written: str
) -> None:
    encoder = load(qwen, f"{SMALL}&instruction={given}&document_instruction={given}")
    expected = official.embedding(PicturedText(None, "a"), written)

    assert furthest(encoder.encode_texts(["a"])[0], expected) < CLOSE
    assert furthest(encoder.encode_texts(["a"], purpose=Purpose.QUERY)[0], expected) < CLOSE


def test_an_embedding_is_cut_first_and_then_of_unit_length(qwen: Path, official: Official) -> None:
    expected = np.stack([official.embedding(PicturedText(None, t), DOCUMENT, 64) for t in TEXTS])

    encoded = load(qwen, "dim=64&visual_tokens=4-12").encode_texts(TEXTS)

    assert furthest(encoded, expected) < CLOSE
    assert np.linalg.norm(encoded, axis=1) == pytest.approx(np.ones(len(TEXTS)))


def test_prepared_pictures_equal_transformers_to_the_bit(official: Official) -> None:
    budget = PixelBudget(4, 12)

    for one in PICTURES:
        resized = budget.resize(one)
        cut = numbers_of(patches(resized))
        rows = np.repeat(cut[:, :, None], FRAMES, axis=2).reshape(len(cut), -1)
        values, grid = official.seen(one)

        assert np.array_equal(rows, values)
        assert grid == [1, *(2 * side for side in grid_of(resized))]


def test_the_budget_chooses_what_transformers_chooses() -> None:
    from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import smart_resize

    sides = np.random.default_rng(0).integers(20, 3_000, (300, 2)).tolist()
    chosen = [PixelBudget().grid(height, width) for height, width in sides]

    pixels = [smart_resize(h, w, 32, 256 * 1024, 640 * 1024) for h, w in sides]
    assert [(32 * grid.rows, 32 * grid.columns) for grid in chosen] == pixels


def test_pictures_that_were_resized_elsewhere_give_the_same(qwen: Path) -> None:
    encoder = load(qwen)

    resized = [encoder.pictures.resize(one) for one in PICTURES]

    assert np.array_equal(encoder.encode_resized(resized), encoder.encode_images(PICTURES))


def test_a_text_too_long_equals_its_beginning(qwen: Path) -> None:
    short = load(qwen, f"{SMALL}&max_length=64")
    one = "x" * 500  # no letters that the tokenizer joins
    kept = next(n for n in range(64) if furthest_of(short, one, "x" * n) < CLOSE)

    assert 0 < kept < 64
    assert furthest_of(short, one, "x" * (kept - 1)) > CLOSE
    assert furthest_of(load(qwen), one, "x" * kept) > CLOSE


def furthest_of(encoder: QwenEncoder, one: str, other: str) -> float:
    return furthest(encoder.encode_texts([one]), encoder.encode_texts([other]))


def test_a_marker_in_a_text_is_read_as_characters(qwen: Path) -> None:
    texts = ["<|image_pad|>", "a<|im_end|>b", "<|im_start|>"]

    encoded = load(qwen).encode_texts(texts)

    assert np.isfinite(encoded).all()
    assert furthest(encoded[:1], encoded[2:]) > 0.01


def test_nothing_encodes_to_nothing(qwen: Path) -> None:
    encoder = load(qwen)

    assert encoder.encode_texts([]).shape == encoder.encode_images([]).shape == (0, DIM)


def test_threads_take_turns(qwen: Path) -> None:
    encoder = load(qwen)

    with ThreadPoolExecutor(4) as pool:
        encoded = list(pool.map(lambda one: encoder.encode_images([one]), PICTURES))

    assert furthest(np.concatenate(encoded), encoder.encode_images(PICTURES)) < CLOSE
