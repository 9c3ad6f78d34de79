"""Inverted cells over the vectors of a space: FAISS IVFFlat, built once, then only read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DamagedError
from core.progress import Progress
from core.types import Mask, Matrix
from index.arrays import open_array, write_array
from index.faiss_library import faiss_for_build, faiss_for_search
from index.postings import smallest_type

MIN_VECTORS = 5_000  # below, an exact scan takes less than 1 ms
ROUNDING = 1e-6  # two ways to add up one product of unit vectors differ by some 1e-7
_BATCH = 8_192  # vectors added at once
_INDEX = "index.faiss"
_CELL_OF = "cells.npy"
_ITERATIONS = 10  # of k-means, as FAISS does by default
_TRAINING_VECTORS_PER_CELL = 40  # FAISS asks for 39 or more
_SEED = 20_07


@dataclass(frozen=True)
class FoundRows:
    """The best rows of the visited cells."""

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]
    cells: int  # visited
    scored: int  # rows in them that the filter leaves


class CellIndex:
    """An IVF index opened by memory map; it must never be written to, FAISS would abort.

    Cells are visited, nearest first, until they hold a share of the rows *that match*. With a
    number of cells fixed, recall falls where a filter keeps rows far from the query: for works
    by Turner from 0.95 to 0.86, at 192 of 1,024 cells; by share it stays at 0.95.
    """

    def __init__(self, index: Any, cell_of: NDArray[Any]) -> None:  # noqa: ANN401 - FAISS has no types
        self._index = index
        self._cell_of = cell_of  # cell of each row
        self.nlist: int = index.nlist
        self._sizes = np.bincount(cell_of, minlength=self.nlist)

    def search(self, query: Matrix, k: int, mask: Mask | None, *, share: float) -> FoundRows:
        """Find the min(k, matching) best rows in cells with that share of the matching rows."""
        faiss_for_search()  # before the first call into FAISS: this thread may be a new one
        nearness, order = self._index.quantizer.search(query, self.nlist)
        sizes = self._sizes
        if mask is not None:
            sizes = np.bincount(self._cell_of[mask], minlength=self.nlist)
        held = np.cumsum(sizes[order[0]])
        wanted = max(int(share * held[-1]), min(k, int(held[-1])))
        last = int(np.searchsorted(held, wanted))
        useful = np.flatnonzero(sizes[order[0, : last + 1]])
        scores, rows = self._visit(query, k, mask, order[:, useful], nearness[:, useful])
        return FoundRows(rows[rows >= 0], scores[rows >= 0], len(useful), int(held[last]))

    def _visit(
        self,
        query: Matrix,
        k: int,
        mask: Mask | None,
        cells: NDArray[np.int64],
        nearness: NDArray[np.float32],
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        faiss = faiss_for_search()
        scores, rows = np.empty((1, k), np.float32), np.empty((1, k), np.int64)
        selector = None if mask is None else faiss.IDSelectorBitmap(_bits(mask))
        parameters = faiss.SearchParametersIVF(sel=selector, nprobe=cells.shape[1])
        cells, nearness = np.ascontiguousarray(cells), np.ascontiguousarray(nearness)
        addresses = map(faiss.swig_ptr, (cells, nearness, scores, rows))
        store_pairs = False
        # The C++ method, since FAISS's wrapper of it takes no parameters.
        self._index.search_preassigned_c(
            1, faiss.swig_ptr(query), k, *addresses, store_pairs, parameters
        )
        return scores[0], rows[0]


def choose_nlist(vectors: int) -> int:
    """Choose the number of cells; 0 where a scan is better.

    The FAISS wiki gives 4 to 16 times the square root of the vectors, and 39 vectors a cell at
    least; a power of two below both.
    """
    if vectors < MIN_VECTORS:
        return 0
    most = min(4 * vectors**0.5, vectors / 39)
    return int(1 << (int(most).bit_length() - 1))


def build_cells(vectors: Matrix, folder: Path, nlist: int, progress: Progress) -> None:
    """Train and fill the cells, and write them to a folder.

    Reads `vectors` a piece at a time, so they may lie on disk. The index itself is in memory
    until it is written, as large as the vectors. Progress counts vectors: those of each
    training round, then those added.
    """
    dim, cell_of = vectors.shape[1], np.empty(len(vectors), smallest_type(nlist))
    with faiss_for_build() as faiss:
        quantizer = faiss.IndexFlatIP(dim)
        quantizer.add(_train(faiss, vectors, nlist, progress))
        index = faiss.IndexIVFFlat(quantizer, dim, nlist, faiss.METRIC_INNER_PRODUCT)
        for start in range(0, len(vectors), _BATCH):
            batch = vectors[start : start + _BATCH]
            cells = quantizer.assign(batch, 1)[:, 0]
            cell_of[start : start + _BATCH] = cells
            pointer = faiss.swig_ptr
            index.add_core(len(batch), pointer(batch), None, pointer(cells))
            progress.advance(len(batch))
        faiss.write_index(index, str(folder / _INDEX))
    write_array(folder / _CELL_OF, cell_of)


def training_size(vectors: int, nlist: int) -> int:
    """Count the vectors that train the cells."""
    return min(vectors, _TRAINING_VECTORS_PER_CELL * nlist)


def build_steps(vectors: int, nlist: int) -> int:
    """Count what `build_cells` reports as progress."""
    return _ITERATIONS * training_size(vectors, nlist) + vectors


def open_cells(folder: Path) -> CellIndex:
    """Open the cells of a folder by memory map. Raises DamagedError, which names the file."""
    faiss = faiss_for_search()
    path = folder / _INDEX
    try:
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError as error:
        raise DamagedError(f"{path} cannot be read: {error}") from error
    return CellIndex(index, open_array(folder / _CELL_OF))


def remove_cells(folder: Path) -> None:
    """Remove the cells of a folder."""
    (folder / _INDEX).unlink()
    (folder / _CELL_OF).unlink()


def _train(faiss: Any, vectors: Matrix, nlist: int, progress: Progress) -> Matrix:  # noqa: ANN401 - a module
    count = training_size(len(vectors), nlist)
    rng = np.random.default_rng(_SEED)
    sample = vectors[np.sort(rng.permutation(len(vectors))[:count])]
    centroids: Matrix | None = None
    for _ in range(_ITERATIONS):  # one at a time, to be able to tell how far it is
        kmeans = faiss.Kmeans(
            vectors.shape[1], nlist, niter=1, spherical=True, seed=_SEED, min_points_per_centroid=1
        )
        kmeans.train(sample, init_centroids=centroids)
        centroids = kmeans.centroids
        progress.advance(count)
    assert centroids is not None  # noqa: S101 - there is at least one round
    return centroids


def _bits(mask: Mask) -> NDArray[np.uint8]:
    return np.packbits(mask, bitorder="little")
