"""What a device must be able to do to search embeddings, and a device that is the CPU.

A device holds a space in two ways: as inverted cells in full precision (FAISS IVFFlat), for
searches without a filter, and as plain rows, for exact products under a filter. Official
`faiss-gpu` takes a selector for its cells and ignores it without an error, so no device is given
one before `self_test` has seen it honoured there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.types import Mask, Matrix
from index.vectors.faiss_library import faiss_for_search

Index: TypeAlias = Any  # of FAISS, which has no types; on a device or not

MOST = 2048  # k and nprobe that FAISS takes on a GPU (faiss/gpu/impl/IndexUtils.cu)
_TRIED = 64  # vectors of the self-test: one for each degree from the query
_WANTED = 10
# Products of unit vectors in float32 are off by some 1e-7; in TF32 or float16 by 1e-5 and more.
_PRECISION = 1e-6
_BLOCK = 16_384  # rows scored at once on the CPU


@dataclass(frozen=True, slots=True)
class Best:
    """For each query its best rows, best first."""

    rows: NDArray[np.int64]  # (queries, k); -1 where there are no more …
    scores: NDArray[np.float32]  # … or -inf here


class DeviceRows(Protocol):
    """All rows of a space on a device, in full precision."""

    def best(self, queries: Matrix, masks: Sequence[Mask | None], k: int) -> Best:
        """Find the best of all rows that each query's mask leaves, exactly."""


class Device(Protocol):
    """Holds and searches embeddings; made, used and closed by one thread.

    What fails raises RuntimeError or MemoryError, as FAISS and torch do.
    """

    @property
    def name(self) -> str:
        """Name for people."""

    @property
    def overhead_bytes(self) -> int:
        """Bytes that it takes for itself, whatever it holds."""

    def place_cells(self, cells: Index, more: Iterable[Matrix]) -> Index:
        """Copy an IVFFlat index to the device, then add more rows to the copy."""

    def search_cells(
        self,
        placed: Index,
        queries: Matrix,
        k: int,
        *,
        nprobe: int,
        mask: Mask | None = None,
    ) -> Best:
        """Search what `place_cells` gave; a mask only where `self_test` saw it honoured."""

    def place_rows(self, vectors: Matrix) -> DeviceRows | None:
        """Copy all rows to the device; None where it cannot multiply."""

    def close(self) -> None:
        """Give back what the device holds."""


def search_ivf(
    index: Index,
    queries: Matrix,
    k: int,
    *,
    nprobe: int,
    mask: Mask | None = None,
) -> Best:
    """Search an IVF index of FAISS, wherever it lies."""
    faiss = faiss_for_search()
    bits = None if mask is None else np.packbits(mask, bitorder="little")
    selector = None if bits is None else faiss.IDSelectorBitmap(bits)
    parameters = faiss.SearchParametersIVF(nprobe=nprobe, sel=selector)
    scores, rows = index.search(queries, k, params=parameters)
    return Best(rows, scores)


class CpuDevice:
    """The CPU as a device: small enough to trust, for tests and for trying things out."""

    def __init__(self, *, ignores_selectors: bool = False, multiplies: bool = True) -> None:
        self.name = "cpu"
        self.overhead_bytes = 0
        self._ignores_selectors = ignores_selectors  # as the official GPU build does
        self._multiplies = multiplies

    def place_cells(self, cells: Index, more: Iterable[Matrix]) -> Index:
        """Copy an IVFFlat index, then add more rows to the copy."""
        placed = faiss_for_search().clone_index(cells)
        for rows in more:
            placed.add(rows)
        return placed

    def search_cells(
        self,
        placed: Index,
        queries: Matrix,
        k: int,
        *,
        nprobe: int,
        mask: Mask | None = None,
    ) -> Best:
        """Search what `place_cells` gave."""
        honoured = None if self._ignores_selectors else mask
        return search_ivf(placed, queries, k, nprobe=nprobe, mask=honoured)

    def place_rows(self, vectors: Matrix) -> DeviceRows | None:
        """Take the rows where they are."""
        return NumpyRows(vectors) if self._multiplies else None

    def close(self) -> None:
        """Nothing is held."""


class NumpyRows:
    """All rows of a space in memory or mapped."""

    def __init__(self, vectors: Matrix) -> None:
        self._vectors = vectors

    def best(self, queries: Matrix, masks: Sequence[Mask | None], k: int) -> Best:
        """Find the best of all rows that each query's mask leaves, exactly."""
        found = Best(np.empty((len(queries), 0), np.int64), np.empty((len(queries), 0), np.float32))
        for start in range(0, len(self._vectors), _BLOCK):
            stop = min(start + _BLOCK, len(self._vectors))
            scores = queries @ self._vectors[start:stop].T
            rows = np.broadcast_to(np.arange(start, stop), scores.shape).copy()
            for place, mask in enumerate(masks):
                if mask is not None:
                    rows[place, ~mask[start:stop]] = -1
            scores[rows < 0] = -np.inf
            found = _best_of_both(found, Best(rows, scores), k)
        return found


def _best_of_both(one: Best, other: Best, k: int) -> Best:
    rows = np.concatenate([one.rows, other.rows], axis=1)
    scores = np.concatenate([one.scores, other.scores], axis=1)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return Best(np.take_along_axis(rows, order, 1), np.take_along_axis(scores, order, 1))


@dataclass(frozen=True, slots=True)
class SelfTest:
    """What a device was seen to do."""

    finds_neighbours: bool  # its cells give the nearest rows
    honours_selectors: bool  # its cells leave out what a selector excludes
    is_precise: bool  # its products are in full precision; False also where it has none


def self_test(device: Device) -> SelfTest:
    """Try a device with a few vectors, among them a selector that excludes the best ones."""
    cells = _fan()
    placed = device.place_cells(cells, ())
    query = np.eye(1, cells.d, dtype=np.float32)
    nearest = device.search_cells(placed, query, _WANTED, nprobe=cells.nlist)
    return SelfTest(
        finds_neighbours=np.array_equal(nearest.rows[0], np.arange(_WANTED)),
        honours_selectors=_honours_selectors(device, placed, query),
        is_precise=_is_precise(device),
    )


def _honours_selectors(device: Device, placed: Index, query: Matrix) -> bool:
    first = _TRIED // 2  # that the mask leaves
    mask = np.arange(_TRIED) >= first
    try:
        best = device.search_cells(placed, query, _WANTED, nprobe=placed.nlist, mask=mask)
    except RuntimeError:  # it says so
        return False
    return np.array_equal(best.rows[0], np.arange(first, first + _WANTED))


def _is_precise(device: Device) -> bool:
    rng = np.random.default_rng(_TRIED)
    drawn = rng.standard_normal((_TRIED, _TRIED))
    vectors = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)
    rows = device.place_rows(vectors)
    if rows is None:
        return False
    best = rows.best(vectors, [None] * _TRIED, _TRIED)
    products = vectors.astype(np.float64) @ vectors.T.astype(np.float64)
    expected = np.take_along_axis(products, best.rows, axis=1)
    error = float(np.abs(best.scores - expected).max())
    return error < _PRECISION


def _fan() -> Index:
    """Build two cells of vectors that turn away from (1, 0, …), a degree each."""
    angles = np.radians(np.arange(_TRIED))
    vectors = np.zeros((_TRIED, 8), np.float32)
    vectors[:, 0], vectors[:, 1] = np.cos(angles), np.sin(angles)
    cells = empty_cells(vectors[[_TRIED // 4, 3 * _TRIED // 4]])
    cells.add(vectors)
    return cells


def empty_cells(centroids: Matrix) -> Index:
    """Build an IVFFlat index without rows around given centroids."""
    faiss = faiss_for_search()
    nlist, dim = centroids.shape
    quantizer = faiss.IndexFlatIP(dim)
    quantizer.add(centroids)
    return faiss.IndexIVFFlat(quantizer, dim, nlist, faiss.METRIC_INNER_PRODUCT)
