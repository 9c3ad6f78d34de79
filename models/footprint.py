"""Memory before loading: what a model needs, from the headers of its weights, and what there is."""

import json
import math
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import DamagedError, NotEnoughMemoryError
from models.options import Dtype

_MEMINFO = Path("/proc/meminfo")
_CGROUP = Path("/sys/fs/cgroup")
_LARGEST_HEADER = 100_000_000  # bytes; the limit of the safetensors library itself

DTYPE_BYTES: Mapping[Dtype, int] = {Dtype.FP32: 4, Dtype.BF16: 2, Dtype.FP16: 2}
_STORED: Mapping[str, Dtype] = {"F32": Dtype.FP32, "BF16": Dtype.BF16, "F16": Dtype.FP16}


@dataclass(frozen=True, slots=True)
class Tensor:
    """What the header of a file of weights says of one tensor."""

    dtype: str
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a loaded model takes on its device."""

    weights_bytes: int
    activations_bytes: int  # while the largest batch is encoded
    batch: int

    @property
    def total_bytes(self) -> int:
        """All of it together."""
        return self.weights_bytes + self.activations_bytes

    def describe(self) -> str:
        """Say it in words."""
        weights, activations = gigabytes(self.weights_bytes), gigabytes(self.activations_bytes)
        return f"{weights} of weights, {activations} for batches of {self.batch}"


def gigabytes(size_bytes: int) -> str:
    """Write a size as people compare it with a device's."""
    return f"{size_bytes / 1e9:.2f} GB"


def read_tensors(files: Iterable[Path]) -> dict[str, Tensor]:
    """Read the names, types and shapes of weights; the weights themselves stay on disk.

    Raises:
        DamagedError: a file is cut short, or is not safetensors.
    """
    return {name: tensor for file in files for name, tensor in _header(file).items()}


def stored_dtype(tensors: Mapping[str, Tensor]) -> Dtype:
    """Tell the precision that most of the weights are stored in; fp32 where it is another."""
    sizes: dict[str, int] = {}
    for tensor in tensors.values():
        sizes[tensor.dtype] = sizes.get(tensor.dtype, 0) + math.prod(tensor.shape)
    commonest = max(sizes, key=sizes.__getitem__, default="F32")
    return _STORED.get(commonest, Dtype.FP32)


def weights_bytes(tensors: Mapping[str, Tensor], dtype: Dtype) -> int:
    """Count what weights take once loaded in a precision."""
    return DTYPE_BYTES[dtype] * sum(math.prod(tensor.shape) for tensor in tensors.values())


def free_memory() -> int | None:
    """Count the bytes that this process may still take in memory; None where nothing tells."""
    known = [size for size in (_available(), _left_in_cgroup()) if size is not None]
    return min(known, default=None)


def check_fits(name: str, needed: Footprint, free_bytes: int | None, *, device: str) -> None:
    """Refuse a model that its device has no room for. Raises NotEnoughMemoryError."""
    if free_bytes is not None and needed.total_bytes > free_bytes:
        raise NotEnoughMemoryError(
            f"{name} needs {gigabytes(needed.total_bytes)} on {device} ({needed.describe()}), and "
            f"{gigabytes(free_bytes)} are free: set VASARI_DTYPE=bf16, lower VASARI_BATCH, or "
            "choose a smaller model"
        )


def _header(file: Path) -> dict[str, Tensor]:
    with file.open("rb") as opened:
        start = opened.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
        header = opened.read(length) if length <= _LARGEST_HEADER else b""
        opened.seek(0, 2)
        size = opened.tell()
    try:
        tensors = json.loads(header)
        tensors.pop("__metadata__", None)
        end = max((one["data_offsets"][1] for one in tensors.values()), default=0)
        found = {name: Tensor(one["dtype"], tuple(one["shape"])) for name, one in tensors.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedError(
            f"{file} is no safetensors file: fetch it again (with `git lfs pull` where it was "
            "cloned)"
        ) from error
    if 8 + length + end != size:
        raise DamagedError(f"{file} has {size} bytes instead of {8 + length + end}: fetch it again")
    return found


def _available() -> int | None:
    for line in _read(_MEMINFO).splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def _left_in_cgroup() -> int | None:
    """Count what a container's limit leaves; pages of files are given back when needed."""
    limit, used = _read(_CGROUP / "memory.max").strip(), _read(_CGROUP / "memory.current").strip()
    if not (limit.isdigit() and used.isdigit()):
        return None
    statistics = dict(
        line.split(maxsplit=1) for line in _read(_CGROUP / "memory.stat").splitlines()
    )
    reclaimable = int(statistics.get("inactive_file", 0)) + int(statistics.get("active_file", 0))
    return max(int(limit) - int(used) + reclaimable, 0)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
