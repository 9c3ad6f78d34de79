"""What the one thread does that may use a device: places a space, and answers its jobs."""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.types import Json, Mask, Matrix
from index.gpu.device import Device, DeviceRows, Index, SelfTest, empty_cells, self_test
from index.vectors.faiss_library import faiss_for_search

FAILURES = (RuntimeError, MemoryError)  # as FAISS and torch raise them, out of memory included
_GIVE_UP_AFTER = 3  # failures in a row: a lost device fails for ever, one out of memory may not
_ADDED_AT_ONCE = 8_192  # rows: 25 MB of 768 numbers

_log = logging.getLogger(__name__)


class Found(NamedTuple):
    """The best rows of a space, best first; equal scores stand in any order."""

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]  # the device's own, some 1e-7 off those of the CPU


@dataclass(frozen=True, slots=True)
class GpuReport:
    """What a device holds of a space, and what it was seen to do."""

    device: str
    has_cells: bool
    has_rows: bool  # whether filtered searches can be answered by exact products
    honours_selectors: bool  # as tried on this very device when the space was placed
    device_bytes: int  # about: as computed from the sizes

    def to_json(self) -> Json:
        """Write it for `doctor`, the health of the service and the manifest."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One query, for the cells or for the exact product."""

    query: Matrix
    k: int
    mask: Mask | None
    nprobe: int | None  # None: the exact product

    @property
    def group(self) -> tuple[object, ...]:
        """What jobs that run in one call have in common.

        They are run with the largest k and nprobe of the group, so these must be alike: a power
        of two. FAISS takes one selector a call, a product a mask for each query.
        """
        if self.nprobe is None:
            return ("product", self.k.bit_length())
        selector = None if self.mask is None else id(self.mask)
        return ("cells", self.k.bit_length(), self.nprobe.bit_length(), selector)


Outcome: TypeAlias = Found | BaseException


@dataclass(slots=True)
class Placed:
    """A space on a device, as the one thread sees it that may use it."""

    device: Device
    cells: Index | None
    rows: DeviceRows | None
    nlist: int
    failures: int = 0  # in a row


@contextmanager
def place_space(
    open_device: Callable[[], Device],
    vectors: Matrix,
    cells: Index | None,
    told: "Future[GpuReport]",
) -> Iterator[Placed]:
    """Open a device, try it, and hold a space on it; tell what became of that."""
    with closing(open_device()) as device:
        seen = self_test(device)
        placed = _place(device, seen, vectors, cells)
        told.set_result(_report(placed, seen, vectors))
        try:
            yield placed
        finally:
            placed.cells = placed.rows = None  # here, and not where the last error is dropped


def _place(device: Device, seen: SelfTest, vectors: Matrix, cells: Index | None) -> Placed:
    if not seen.finds_neighbours:
        raise RuntimeError(f"{device.name} does not find the nearest vectors")
    rows = device.place_rows(vectors) if seen.is_precise else None
    on_device = _place_cells(device, vectors, cells)
    return Placed(device, on_device, rows, nlist=getattr(on_device, "nlist", 0))


def _place_cells(device: Device, vectors: Matrix, cells: Index | None) -> Index | None:
    """Copy cells with their rows, or only their centroids, to which the rows are then added.

    The centroids of compressed cells are those that the nprobe was calibrated with.
    """
    faiss = faiss_for_search()
    if not isinstance(cells, faiss.IndexIVF) or cells.metric_type != faiss.METRIC_INNER_PRODUCT:
        return None
    quantizer = faiss.downcast_index(cells.quantizer)
    is_flat = type(cells) is faiss.IndexIVFFlat and isinstance(quantizer, faiss.IndexFlat)
    if is_flat and cells.ntotal == len(vectors):
        return device.place_cells(cells, ())
    pieces = (
        np.ascontiguousarray(vectors[start : start + _ADDED_AT_ONCE], np.float32)
        for start in range(0, len(vectors), _ADDED_AT_ONCE)
    )
    return device.place_cells(empty_cells(quantizer.reconstruct_n(0, cells.nlist)), pieces)


def _report(placed: Placed, seen: SelfTest, vectors: Matrix) -> GpuReport:
    numbers = vectors.size * np.dtype(np.float32).itemsize
    in_cells = numbers + len(vectors) * np.dtype(np.int64).itemsize
    has_cells, has_rows = placed.cells is not None, placed.rows is not None
    size = has_cells * in_cells + has_rows * numbers + placed.device.overhead_bytes
    return GpuReport(placed.device.name, has_cells, has_rows, seen.honours_selectors, size)


def run_jobs(placed: Placed, jobs: Sequence[Job]) -> list[Outcome]:
    """Answer each job; a failure is the answer of those that were run with it."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for place, job in enumerate(jobs):
        groups.setdefault(job.group, []).append(place)
    outcomes: dict[int, Outcome] = {}
    for places in groups.values():
        group = [jobs[place] for place in places]
        outcomes.update(zip(places, _run_group(placed, group), strict=True))
    return [outcomes[place] for place in range(len(jobs))]


def _run_group(placed: Placed, jobs: Sequence[Job]) -> Sequence[Outcome]:
    if placed.failures >= _GIVE_UP_AFTER:
        given_up = RuntimeError(f"given up after {_GIVE_UP_AFTER} failures in a row")
        return [given_up] * len(jobs)
    try:
        found = _search(placed, jobs)
    except FAILURES as error:
        placed.failures += 1
        _log.warning("%s failed, the CPU goes on: %s", placed.device.name, error)
        return [error] * len(jobs)
    placed.failures = 0
    return found


def _search(placed: Placed, jobs: Sequence[Job]) -> list[Found]:
    queries = np.concatenate([job.query for job in jobs])
    k, mask = max(job.k for job in jobs), jobs[0].mask
    nprobes = [job.nprobe for job in jobs if job.nprobe is not None]
    if placed.rows and not nprobes:
        best = placed.rows.best(queries, [job.mask for job in jobs], k)
    else:
        nprobe = min(max(nprobes), placed.nlist)
        best = placed.device.search_cells(placed.cells, queries, k, nprobe=nprobe, mask=mask)
    pairs = zip(jobs, best.rows, best.scores, strict=True)
    return [_cut(rows, scores, job.k) for job, rows, scores in pairs]


def _cut(rows: NDArray[np.int64], scores: NDArray[np.float32], k: int) -> Found:
    is_found = (rows >= 0) & np.isfinite(scores)
    return Found(rows[is_found][:k], scores[is_found][:k])
