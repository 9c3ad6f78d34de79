"""Loading SigLIP: what decides about the space, and what is refused, with the remedy."""

import json
import shutil
import socket
from pathlib import Path

import pytest

from core.errors import (
    ConfigurationError,
    DamagedError,
    ModelUnavailableError,
    NotEnoughMemoryError,
)
from core.types import Modality
from models import footprint
from models.options import Device, Dtype, EncoderOptions
from models.registry import encoder_reads, load_encoder, open_checkpoint
from models.siglip.pictures import read_picture_input
from models.torch_runtime import TorchRuntime, TorchWorker
from tests.requirements import require
from tests.siglip_checkpoints import DIM, load

require("models")


@pytest.fixture(params=["siglip", "siglip2"])
def checkpoint(request: pytest.FixtureRequest) -> Path:
    return Path(request.getfixturevalue(request.param))


def test_a_card_says_what_decides_about_the_space(siglip: Path) -> None:
    fp32, bf16 = load(siglip).card, load(siglip, Dtype.BF16).card

    assert (fp32.name, fp32.dtype, fp32.dim) == ("tiny-siglip", "fp32", DIM)
    assert fp32.modalities == (Modality.TEXT, Modality.IMAGE)
    assert fp32.revision == bf16.revision
    assert bf16.dtype == "bf16"


def test_another_resampling_is_another_preprocessing(siglip: Path, tmp_path: Path) -> None:
    changed = shutil.copytree(siglip, tmp_path / siglip.name)
    file = changed / "preprocessor_config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"resample": 2}))

    before, after = load(siglip).card, load(changed).card

    assert after.revision == before.revision
    assert after.preprocessing != before.preprocessing


def test_loading_opens_no_connection(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: socket.socket, address: object) -> None:
        raise AssertionError(f"a connection to {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)

    load_encoder(str(checkpoint), EncoderOptions(threads=1)).encode_texts(["boats"])


def test_a_missing_weight_is_not_made_up(siglip: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    partial = shutil.copytree(siglip, tmp_path / "partial")
    weights = load_file(partial / "model.safetensors")
    del weights["text_model.head.bias"]
    save_file(weights, partial / "model.safetensors", metadata={"format": "pt"})

    with pytest.raises(DamagedError, match=r"partial lacks weights: text_model\.head\.bias"):
        load(partial)


def test_weights_of_another_architecture_are_told(siglip: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    other = shutil.copytree(siglip, tmp_path / "other")
    weights = {f"bert.{name}": w for name, w in load_file(other / "model.safetensors").items()}
    save_file(weights, other / "model.safetensors", metadata={"format": "pt"})

    with pytest.raises(DamagedError, match="this is no SigLIP checkpoint"):
        load(other)


@pytest.mark.parametrize(
    ("file", "config", "error", "said"),
    [
        ("config.json", {"model_type": "bert"}, ConfigurationError, "is a 'bert' model; only"),
        ("preprocessor_config.json", {"size": {"shortest_edge": 32}}, ConfigurationError, "fixed"),
        ("preprocessor_config.json", {"do_center_crop": True}, ConfigurationError, "center_crop"),
        (
            "preprocessor_config.json",
            {"size": {"height": 64, "width": 32}},
            DamagedError,
            "16 patches of 8 pixels, and pictures are prepared as 32 × 64",
        ),
    ],
)
def test_what_is_not_supported_is_told(
    siglip: Path, tmp_path: Path, file: str, config: dict[str, object], error: type, said: str
) -> None:
    changed = shutil.copytree(siglip, tmp_path / "changed")
    kept = json.loads((changed / file).read_text())
    (changed / file).write_text(json.dumps(kept | config))

    with pytest.raises(error, match=said):
        load(changed)


def test_what_transformers_5_writes_for_a_whole_processor_is_read_too(
    siglip: Path, tmp_path: Path
) -> None:
    changed = shutil.copytree(siglip, tmp_path / "changed")
    config = json.loads((changed / "preprocessor_config.json").read_text())
    (changed / "preprocessor_config.json").unlink()
    (changed / "processor_config.json").write_text(json.dumps({"image_processor": config}))

    found, _ = open_checkpoint(str(changed))

    assert read_picture_input(found) == load(siglip).pictures


def test_a_gpu_that_is_not_there_is_not_replaced_by_the_cpu(siglip: Path) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    with pytest.raises(ConfigurationError, match="or set VASARI_DEVICE=cpu"):
        load(siglip, device=Device.CUDA)


def test_a_model_is_refused_before_it_is_loaded(
    siglip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "meminfo").write_text("MemAvailable: 100 kB\n")
    monkeypatch.setattr(footprint, "_MEMINFO", tmp_path / "meminfo")

    with pytest.raises(NotEnoughMemoryError, match=r"tiny-siglip needs 0\.00 GB on cpu"):
        load_encoder(str(siglip), EncoderOptions(device=Device.CPU))


@pytest.mark.parametrize(("dtype", "size_bytes"), [(Dtype.AUTO, 4), (Dtype.BF16, 2)])
def test_what_is_said_of_the_weights_is_what_they_take(
    checkpoint: Path, dtype: Dtype, size_bytes: int
) -> None:
    from transformers import SiglipModel

    found, kind = open_checkpoint(str(checkpoint))
    count = SiglipModel.from_pretrained(checkpoint).num_parameters()

    needed, _ = kind.footprint(found, EncoderOptions(device=Device.CPU, dtype=dtype))

    assert needed.weights_bytes == load(checkpoint, dtype).memory_bytes() == count * size_bytes


def test_a_device_that_runs_out_of_memory_is_told_in_words() -> None:
    import torch

    def too_much() -> object:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 7.00 GiB.")

    worker = TorchWorker("seer", TorchRuntime(Device.CUDA, Dtype.BF16, batch=512))

    with pytest.raises(
        ModelUnavailableError, match="on cuda with batches of 512: lower VASARI_BATCH"
    ):
        worker.run(too_much)


def test_a_small_vocabulary_reads_english(siglip: Path) -> None:
    assert encoder_reads(str(siglip)) == frozenset({"en"})
    assert encoder_reads("owner/not-here") is None
