"""What makes a space of Qwen3-VL-Embedding, and what is refused before it is loaded."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from core.errors import ConfigurationError, DamagedError
from core.spaces import Space
from core.types import Modality, SpaceField
from models import footprint
from models.options import Device, Dtype, EncoderOptions
from models.registry import encoder_reads, load_encoder
from tests.integration.test_qwen_encoder import DOCUMENT, PICTURES, QUERY, SMALL, load
from tests.qwen_checkpoints import DIM
from tests.requirements import require

require("models")


@pytest.mark.parametrize(
    "other",
    [
        "dim=64&visual_tokens=4-12",
        f"dim={DIM}&visual_tokens=5-12",
        f"dim={DIM}&visual_tokens=4-11",
        f"{SMALL}&max_length=100",
        f"{SMALL}&instruction=Find+ships",
        f"{SMALL}&document_instruction=Find+ships",
    ],
)
def test_every_choice_makes_a_space_of_its_own(qwen: Path, other: str) -> None:
    spaces = [Space(SpaceField.PICTURE, load(qwen, choices).card) for choices in (SMALL, other)]

    assert spaces[0].key != spaces[1].key


def test_the_card_says_what_was_chosen(qwen: Path) -> None:
    card = load(qwen).card

    assert (card.name, card.dim, card.dtype) == ("tiny-qwen", DIM, "fp32")
    assert card.modalities == (Modality.TEXT, Modality.IMAGE)
    assert card.instruction == f"query: {QUERY} document: {DOCUMENT}"
    assert encoder_reads(str(qwen)) is None


def test_bf16_is_a_space_of_its_own_near_to_the_same(qwen: Path) -> None:
    options = EncoderOptions(threads=1, device=Device.CPU, dtype=Dtype.BF16)
    half = load_encoder(f"{qwen}?{SMALL}", options)

    encoded = half.encode_images(PICTURES)

    assert half.card.dtype == "bf16"
    assert encoded.dtype == np.float32
    assert (encoded * load(qwen).encode_images(PICTURES)).sum(axis=1).min() > 0.98
    assert half.memory_bytes() * 2 == load(qwen).memory_bytes()


@pytest.mark.parametrize("dim", [63, DIM + 1])
def test_a_dim_that_the_model_has_not_is_refused(qwen: Path, dim: int) -> None:
    with pytest.raises(ConfigurationError, match=f"64 to {DIM} numbers, not {dim}"):
        load(qwen, f"dim={dim}")


def test_a_model_without_room_is_refused_in_words(
    qwen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(footprint, "_available", lambda: 100_000)

    with pytest.raises(ConfigurationError, match=r"tiny-qwen needs .* GB on cpu"):
        load(qwen, "dim=65")


def test_a_tokenizer_of_another_model_is_refused(qwen: Path, tmp_path: Path) -> None:
    other = shutil.copytree(qwen, tmp_path / "other")
    config = json.loads((other / "config.json").read_text())
    (other / "config.json").write_text(json.dumps(config | {"image_token_id": 3}))

    with pytest.raises(DamagedError, match="tokenizer of other is not that of its weights"):
        load(other)


def test_a_checkpoint_that_does_not_say_how_wide_it_is_is_refused(
    qwen: Path, tmp_path: Path
) -> None:
    other = shutil.copytree(qwen, tmp_path / "other")
    (other / "config.json").write_text(json.dumps({"model_type": "qwen3_vl"}))

    with pytest.raises(DamagedError, match="no text_config"):
        load(other)


def test_a_kind_without_choices_takes_none(siglip: Path) -> None:
    with pytest.raises(ConfigurationError, match="tiny-siglip takes no options"):
        load_encoder(f"{siglip}?dim=64")
