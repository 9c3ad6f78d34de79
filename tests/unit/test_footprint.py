import json
import struct
from pathlib import Path

import pytest

from core.errors import DamagedError, NotEnoughMemoryError
from models import footprint
from models.footprint import (
    Footprint,
    Tensor,
    check_fits,
    free_memory,
    read_tensors,
    stored_dtype,
    weights_bytes,
)
from models.options import Dtype

# 10 × 20 numbers in bf16 and 5 in fp32: 205 numbers.
TENSORS = {"layer": Tensor("BF16", (10, 20)), "scale": Tensor("F32", (5,))}


def write_weights(path: Path) -> Path:
    header = json.dumps(
        {
            "__metadata__": {"format": "pt"},
            "layer": {"dtype": "BF16", "shape": [10, 20], "data_offsets": [0, 400]},
            "scale": {"dtype": "F32", "shape": [5], "data_offsets": [400, 420]},
        }
    ).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(420))
    return path


def test_the_header_of_a_file_tells_its_tensors(tmp_path: Path) -> None:
    assert read_tensors([write_weights(tmp_path / "model.safetensors")]) == TENSORS


def test_weights_take_what_their_numbers_take_in_the_precision_asked_for() -> None:
    assert stored_dtype(TENSORS) is Dtype.BF16
    assert weights_bytes(TENSORS, Dtype.BF16) == 410
    assert weights_bytes(TENSORS, Dtype.FP32) == 820


def test_a_file_that_was_cut_short_is_told(tmp_path: Path) -> None:
    file = write_weights(tmp_path / "model.safetensors")
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])

    with pytest.raises(DamagedError, match=f"has {len(whole) - 1} bytes instead of {len(whole)}"):
        read_tensors([file])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"short",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 813000000\n",
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 12) + b'{"a": "odd"}',
        b"\xff" * 16,
    ],
)
def test_what_is_no_file_of_weights_is_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "model.safetensors"
    file.write_bytes(content)

    with pytest.raises(DamagedError, match="is no safetensors file: fetch it again"):
        read_tensors([file])


def test_a_model_that_does_not_fit_is_refused_in_words() -> None:
    needed = Footprint(weights_bytes=4_000_000_000, activations_bytes=500_000_000, batch=64)

    check_fits("seer", needed, 4_500_000_000, device="cuda")
    check_fits("seer", needed, None, device="cuda")
    with pytest.raises(NotEnoughMemoryError) as caught:
        check_fits("seer", needed, 4_499_999_999, device="cuda")

    said = "seer needs 4.50 GB on cuda (4.00 GB of weights, 0.50 GB for batches of 64)"
    assert str(caught.value).startswith(said)
    assert "VASARI_DTYPE=bf16" in str(caught.value)


def test_the_limit_of_a_container_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(footprint, "_MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(footprint, "_CGROUP", tmp_path)
    assert free_memory() is None

    (tmp_path / "meminfo").write_text("MemTotal: 9000 kB\nMemAvailable:    8000 kB\n")
    assert free_memory() == 8000 * 1024

    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("3000000\n")
    assert free_memory() == 8000 * 1024

    (tmp_path / "memory.max").write_text("5000000\n")
    (tmp_path / "memory.stat").write_text("anon 1\nactive_file 200000\ninactive_file 300000\n")
    assert free_memory() == 2_500_000
