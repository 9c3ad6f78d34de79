"""SigLIP and SigLIP 2 against transformers, on tiny checkpoints with random weights."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.types import Matrix, Pixels
from models.options import Device, Dtype
from models.packed_linear import pack_linears
from tests.requirements import require
from tests.siglip_checkpoints import (
    DIM,
    load,
    reference_pictures,
    reference_pixels,
    reference_texts,
)

require("models")
CLOSE = 1e-4
TORCH_NAMES = {Dtype.FP32: "float32", Dtype.BF16: "bfloat16", Dtype.FP16: "float16"}
TEXTS = (
    "",
    "a",
    "Red Boat",
    "A WOMAN READING BY A WINDOW",
    "Müller, «Œuvre» – 浮世絵 🎨",
    "line\nand\ttab",
    "a b c d e f g h " * 4,
    "ship " * 200,
)


def picture(height: int, width: int) -> Pixels:
    return np.random.default_rng(height * 1000 + width).integers(
        0, 256, (height, width, 3), dtype=np.uint8
    )


def grey(height: int, width: int) -> Pixels:
    return np.repeat(picture(height, width)[:, :, :1], 3, axis=2)


# Of the network's own size, tiny, tall, wide, large, grey, and of one colour.
PICTURES = (
    picture(32, 32),
    picture(1, 1),
    picture(300, 7),
    picture(7, 300),
    picture(900, 1201),
    grey(40, 50),
    np.full((64, 64, 3), 255, np.uint8),
)


@pytest.fixture(params=["siglip", "siglip2"])
def checkpoint(request: pytest.FixtureRequest) -> Path:
    return Path(request.getfixturevalue(request.param))


def furthest(a: Matrix, b: Matrix) -> float:
    return float(np.abs(a - b).max())


@pytest.mark.parametrize("batch", [1, 3, 8])
def test_texts_of_any_length_equal_transformers(checkpoint: Path, batch: int) -> None:
    encoded = load(checkpoint, batch=batch).encode_texts(TEXTS)

    assert furthest(encoded, reference_texts(checkpoint, TEXTS)) < CLOSE


@pytest.mark.parametrize("batch", [1, 3, 8])
def test_pictures_of_any_shape_equal_transformers(checkpoint: Path, batch: int) -> None:
    encoded = load(checkpoint, batch=batch).encode_images(PICTURES)

    assert furthest(encoded, reference_pictures(checkpoint, PICTURES)) < CLOSE


@pytest.mark.parametrize("dtype", [Dtype.BF16, Dtype.FP16])
def test_half_precision_equals_transformers_in_it(checkpoint: Path, dtype: Dtype) -> None:
    encoder, name = load(checkpoint, dtype, batch=1), TORCH_NAMES[dtype]

    texts, pictures = encoder.encode_texts(TEXTS), encoder.encode_images(PICTURES)

    assert encoder.card.dtype == dtype
    assert texts.dtype == np.float32
    assert furthest(texts, reference_texts(checkpoint, TEXTS, name)) < CLOSE
    assert furthest(pictures, reference_pictures(checkpoint, PICTURES, name)) < CLOSE
    assert furthest(np.linalg.norm(pictures, axis=1), np.ones(len(PICTURES), np.float32)) < CLOSE


@pytest.mark.parametrize("dtype", TORCH_NAMES)
def test_a_gpu_gives_what_the_cpu_gives(siglip2: Path, dtype: Dtype) -> None:
    require("cuda")
    on_gpu, on_cpu = load(siglip2, dtype, Device.CUDA), load(siglip2, Dtype.FP32)
    close = CLOSE if dtype is Dtype.FP32 else 0.02  # 8 bits of precision, over two layers

    assert furthest(on_gpu.encode_texts(TEXTS), on_cpu.encode_texts(TEXTS)) < close
    assert furthest(on_gpu.encode_images(PICTURES), on_cpu.encode_images(PICTURES)) < close


def test_prepared_pictures_equal_transformers_to_the_bit(checkpoint: Path) -> None:
    pictures = load(checkpoint).pictures
    channels = np.arange(3)[:, None, None]

    for one in PICTURES:
        prepared = pictures.table()[channels, pictures.resize(one).transpose(2, 0, 1)]

        assert np.array_equal(prepared[None], reference_pixels(checkpoint, one))


def test_pictures_that_were_resized_elsewhere_give_the_same(siglip: Path) -> None:
    encoder = load(siglip)
    resized = [encoder.pictures.resize(one) for one in PICTURES]

    assert np.array_equal(encoder.encode_resized(resized), encoder.encode_images(PICTURES))


def test_capitals_mean_nothing_to_either(checkpoint: Path) -> None:
    encoder = load(checkpoint)

    assert np.array_equal(encoder.encode_texts(["Red BOAT"]), encoder.encode_texts(["red boat"]))


def test_nothing_to_encode_gives_no_rows(siglip: Path) -> None:
    encoder = load(siglip)

    assert encoder.encode_texts([]).shape == encoder.encode_images([]).shape == (0, DIM)


def test_threads_take_turns_and_get_their_own(siglip2: Path) -> None:
    encoder = load(siglip2, batch=2)
    alone = [encoder.encode_texts([text]) for text in TEXTS]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: encoder.encode_texts([text]), TEXTS))

    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("has_bias", [True, False])
def test_layers_laid_out_for_the_processor_multiply_alike(dtype: str, has_bias: bool) -> None:
    import torch

    model: Any = torch.nn.Sequential(
        torch.nn.Linear(48, 24, bias=has_bias, dtype=getattr(torch, dtype))
    )
    rows = torch.randn(2, 5, 48, dtype=getattr(torch, dtype))

    with torch.inference_mode():
        before = model(rows)
        pack_linears(model, rows.dtype)
        after = model(rows)

    assert torch.allclose(after, before, atol=1e-2 if dtype == "bfloat16" else 1e-5)
