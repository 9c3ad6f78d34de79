"""An NVIDIA GPU as a device: FAISS for the cells, torch for exact products under a filter.

Run on an H100 with `faiss-gpu` 1.15.1 (its cuBLAS calls answered by CUDA 13) and torch 2.11, in
November 2026: all tests of `tests/contract/test_gpu*.py`, and `python -m bench.ann.gpu`, whose
figures lie in `bench/results/gpu.jsonl`. The selector was seen to be ignored there, as its source
says. Read in FAISS's source, not run: that running out of memory raises, and that any other CUDA
error, so a lost device, *ends the process* (CUDA_VERIFY asserts).
"""

import logging
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import DeviceError
from core.types import Mask, Matrix
from index.gpu.device import Best, DeviceRows, Index, search_ivf
from index.gpu.space import GpuSpace
from index.vectors.faiss_library import faiss_for_search, open_index

# FAISS would take 1.5 GB, which a model on the same GPU may need. Its scan keeps 12 bytes for each
# query, cell and hit: 64 queries x 256 cells x 100 hits are 20 MB. It cuts larger batches up.
TEMP_MEMORY_BYTES = 256 << 20
_SCORES_AT_ONCE = 1 << 25  # 134 MB, of a product
_COPIED_AT_ONCE = 1 << 16  # rows: 200 MB of 768 numbers

_log = logging.getLogger(__name__)


def open_gpu_space(
    vectors: Matrix,
    cells: Index | Path | None,
    *,
    device: int = 0,
    temp_memory_bytes: int = TEMP_MEMORY_BYTES,
) -> GpuSpace | None:
    """Place a space on a GPU; None, with the reason logged, where there is none or it fails.

    `cells` is the CPU index of record or its file: an IVFFlat is copied with its rows, of any
    other IVF the centroids are kept and the rows added in full precision. Without cells there are
    exact products only.
    """
    if reason := missing_gpu(device):
        _log.info("searching on the CPU: %s", reason)
        return None
    index = open_index(cells) if isinstance(cells, Path) else cells
    try:
        return GpuSpace(partial(CudaDevice, device, temp_memory_bytes), vectors, index)
    except DeviceError as error:
        _log.warning("searching on the CPU: %s", error)
        return None


def missing_gpu(device: int = 0) -> str | None:
    """Say why a GPU cannot be used; None where FAISS sees it."""
    faiss = faiss_for_search()
    if not hasattr(faiss, "StandardGpuResources"):
        return "FAISS is built for the CPU; for a GPU: pip install -e '.[gpu]' without faiss-cpu"
    if device >= (count := faiss.get_num_gpus()):
        return f"FAISS sees {count} GPUs, and none with the number {device}"
    return None


class CudaDevice:
    """One GPU under resources of its own; for the one thread that makes it."""

    def __init__(self, number: int, temp_memory_bytes: int) -> None:
        faiss = faiss_for_search()
        self.name = f"cuda:{number}"
        self.overhead_bytes = temp_memory_bytes
        self._number = number
        self._resources = faiss.StandardGpuResources()
        self._resources.setPinnedMemory(0)  # 256 MB of host memory, for batches of such a size
        self._resources.setTempMemory(temp_memory_bytes)
        self._options = faiss.GpuClonerOptions()
        self._options.useFloat16CoarseQuantizer = False  # the cells must be those of the CPU
        self._options.indicesOptions = faiss.INDICES_64_BIT

    def place_cells(self, cells: Index, more: Iterable[Matrix]) -> Index:
        """Copy an IVFFlat index to the GPU, then add more rows to the copy."""
        faiss = faiss_for_search()
        placed = faiss.index_cpu_to_gpu(self._resources, self._number, cells, self._options)
        for rows in more:
            placed.add(rows)
        placed.reclaimMemory()  # lists grow by doubling
        return placed

    def search_cells(
        self, placed: Index, queries: Matrix, k: int, *, nprobe: int, mask: Mask | None = None
    ) -> Best:
        """Search what `place_cells` gave."""
        return search_ivf(placed, queries, k, nprobe=nprobe, mask=mask)

    def place_rows(self, vectors: Matrix) -> DeviceRows | None:
        """Copy all rows to the GPU; None where torch is missing or was built without CUDA."""
        try:
            import torch
        except ImportError:
            return None
        return TorchRows(vectors, self.name) if torch.cuda.is_available() else None

    def close(self) -> None:
        """Give back the resources; FAISS frees them with the last index on them."""
        del self._resources
        try:
            import torch
        except ImportError:
            return
        cuda: Any = torch.cuda  # half of it has types, and only where torch is installed
        if cuda.is_initialized():
            cuda.empty_cache()  # torch keeps what it frees, and FAISS has its own memory


class TorchRows:
    """All rows of a space as a float32 tensor.

    Not in float16 with a second pass: the first would have to be proved to leave out no hit, and
    what it saves is 1.5 of 3 GB at a million rows of 768.
    """

    def __init__(self, vectors: Matrix, device: str) -> None:
        import torch

        self._torch: Any = torch
        self._rows = torch.empty(vectors.shape, dtype=torch.float32, device=device)
        for start in range(0, len(vectors), _COPIED_AT_ONCE):
            # A copy, since torch warns of rows that are mapped read-only.
            piece = np.array(vectors[start : start + _COPIED_AT_ONCE], np.float32)
            self._rows[start : start + len(piece)] = torch.from_numpy(piece)

    def best(self, queries: Matrix, masks: Sequence[Mask | None], k: int) -> Best:
        """Find the best of all rows that each query's mask leaves, exactly."""
        torch, device = self._torch, self._rows.device
        with torch.inference_mode():
            on_device = torch.from_numpy(np.array(queries, np.float32)).to(device)
            scores = torch.empty((len(queries), 0), device=device)
            rows = torch.empty((len(queries), 0), dtype=torch.int64, device=device)
            step = max(_SCORES_AT_ONCE // len(queries), 1)
            for start in range(0, len(self._rows), step):
                piece = self._rows[start : start + step]
                products = on_device @ piece.T
                excluded = _excluded(masks, start, len(piece))
                products.masked_fill_(torch.from_numpy(excluded).to(device), -torch.inf)
                top = products.topk(min(k, len(piece)), dim=1)
                scores = torch.cat([scores, top.values], dim=1)
                rows = torch.cat([rows, top.indices + start], dim=1)
                top = scores.topk(min(k, scores.shape[1]), dim=1)
                scores, rows = top.values, rows.gather(1, top.indices)
            return Best(rows.cpu().numpy(), scores.cpu().numpy())


def _excluded(masks: Sequence[Mask | None], start: int, count: int) -> Mask:
    excluded = np.zeros((len(masks), count), np.bool_)
    for row, mask in zip(excluded, masks, strict=True):
        if mask is not None:
            np.logical_not(mask[start : start + count], out=row)
    return excluded
