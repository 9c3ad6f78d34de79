"""Builds inverted cells: trained on a sample, filled a piece at a time, the rows never copied."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.progress import Progress
from core.types import Matrix
from index.columns.postings import smallest_type
from index.files.arrays import write_array
from index.vectors.cell_bounds import BoundsBuilder
from index.vectors.cells import CELL_OF, INDEX
from index.vectors.faiss_library import faiss_for_build
from index.vectors.spec import IndexSpec

TRAINED = "trained.faiss"  # the index before rows were added: the next build may start from it
_BATCH = 8_192  # vectors added at once
_ITERATIONS = 10  # of k-means, as FAISS does by default
_TRAINING_VECTORS_PER_CELL = 64  # FAISS asks for 39 or more
_LEAST_TRAINING_VECTORS = 8_192  # for the product codes
_SEED = 20_07


@dataclass(frozen=True, slots=True)
class Filled:
    """Cells as they were filled."""

    imbalance: float  # 1 where all cells hold equally many rows (FAISS's imbalance factor)
    nearness: float  # mean product of a row with the centre of its cell


def train_cells(vectors: Matrix, spec: IndexSpec, path: Path, progress: Progress) -> None:
    """Train an empty index on a sample of the vectors, and write it."""
    sample = _sample(vectors, training_size(len(vectors), spec))
    with faiss_for_build() as faiss:
        index = faiss.index_factory(vectors.shape[1], str(spec), faiss.METRIC_INNER_PRODUCT)
        index.quantizer.add(_centres(faiss, sample, spec.cells, progress))
        # The codes; the centres are there already. They are trained in thousands of small steps, at
        # each of which threads would wait for each other: on two busy cores 2.6 s became 40 s.
        faiss.omp_set_num_threads(1)
        index.train(sample)
        faiss.write_index(index, str(path))


def fill_cells(vectors: Matrix, trained: Path, folder: Path, progress: Progress) -> Filled:
    """Add all vectors to a copy of a trained index, and write it into a folder."""
    with faiss_for_build() as faiss:
        index = faiss.read_index(str(trained))
        for _, batch in _batches(vectors):
            index.add(batch)
            progress.advance(len(batch))
        faiss.write_index(index, str(folder / INDEX))
        cell_of = _cells_of(faiss, index)
        imbalance = float(index.invlists.imbalance_factor())
        centres = index.quantizer.reconstruct_n(0, index.nlist)
    write_array(folder / CELL_OF, cell_of)
    bounds, total = BoundsBuilder(centres), 0.0
    for start, batch in _batches(vectors):
        total += bounds.add(batch, cell_of[start : start + len(batch)])
    bounds.write(folder)
    return Filled(imbalance, total / max(len(vectors), 1))


def training_size(vectors: int, spec: IndexSpec) -> int:
    """Count the vectors that train the cells."""
    wanted = max(_TRAINING_VECTORS_PER_CELL * spec.cells, _LEAST_TRAINING_VECTORS)
    return min(vectors, wanted)


def training_steps(vectors: int, spec: IndexSpec) -> int:
    """Count what `train_cells` reports as progress."""
    return _ITERATIONS * training_size(vectors, spec)


def _centres(faiss: Any, sample: Matrix, cells: int, progress: Progress) -> Matrix:  # noqa: ANN401 - a module
    centres: Matrix | None = None
    for _ in range(_ITERATIONS):  # one at a time, to be able to tell how far it is
        kmeans = faiss.Kmeans(
            sample.shape[1], cells, niter=1, spherical=True, seed=_SEED, min_points_per_centroid=1
        )
        kmeans.train(sample, init_centroids=centres)
        centres = kmeans.centroids
        progress.advance(len(sample))
    assert centres is not None  # noqa: S101 - there is at least one round
    return centres


def _sample(vectors: Matrix, count: int) -> Matrix:
    rng = np.random.default_rng(_SEED)
    return vectors[np.sort(rng.permutation(len(vectors))[:count])]


def _cells_of(faiss: Any, index: Any) -> NDArray[Any]:  # noqa: ANN401 - FAISS has no types
    """Read the cell of each row from the lists of the index."""
    cell_of = np.empty(index.ntotal, smallest_type(index.nlist))
    for cell in range(index.nlist):
        size = index.invlists.list_size(cell)
        if size:
            cell_of[faiss.rev_swig_ptr(index.invlists.get_ids(cell), size)] = cell
    return cell_of


def _batches(vectors: Matrix) -> Iterator[tuple[int, Matrix]]:
    for start in range(0, len(vectors), _BATCH):
        yield start, vectors[start : start + _BATCH]
