import shutil
from pathlib import Path

import pytest

from core.errors import ConfigurationError, DamagedError
from models import registry
from models.registry import ENCODERS, WEIGHTS, load_encoder, verify_weights


@pytest.mark.parametrize("name", ENCODERS)
def test_a_card_says_what_decides_about_the_space(name: str) -> None:
    encoder = load_encoder(name)

    assert encoder.card.name == name
    assert len(encoder.card.revision) == 12
    assert len(encoder.card.preprocessing) == 16
    assert encoder.memory_bytes() > 10_000_000


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match="'clip'; choose minilm or "):
        load_encoder("clip")


def test_the_shipped_weights_are_the_listed_ones() -> None:
    assert verify_weights() == []


def test_changed_and_missing_weights_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(WEIGHTS, tmp_path, dirs_exist_ok=True)
    tokenizer = tmp_path / registry.MINILM_TOKENIZER
    tokenizer.write_bytes(tokenizer.read_bytes().replace(b"museum", b"nuseum"))
    (tmp_path / "efficientnet-lite0.onnx").unlink()
    monkeypatch.setattr(registry, "WEIGHTS", tmp_path)

    faults = verify_weights()

    assert faults == [
        "minilm-l6-v2.tokenizer.json has been changed",
        "efficientnet-lite0.onnx is missing",
    ]
    with pytest.raises(DamagedError, match=r"efficientnet-lite0.onnx has 0 bytes instead of"):
        load_encoder("efficientnet-lite0")
