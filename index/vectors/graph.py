"""A graph of neighbours over the vectors of a space: FAISS HNSW over rows in 8 bits."""

from pathlib import Path
from typing import Any

import numpy as np

from core.progress import Progress
from core.queries import Strategy
from core.types import Matrix
from index.vectors.approximate import FoundRows
from index.vectors.faiss_library import faiss_for_build, faiss_for_search, open_index
from index.vectors.owners import Matching
from index.vectors.spec import IndexSpec

_INDEX = "index.faiss"
_BATCH = 4_096  # vectors added at once
_BUILD_EFFORT = 128  # candidates looked at for each row that is added
_TRAINING_VECTORS = 65_536  # of the ranges of the 8-bit codes


class GraphIndex:
    """An HNSW index opened by memory map, only to be read.

    Under a filter the graph is walked as without, and only rows that match are kept: it may find
    fewer than asked for. Calibration says up to which filters it serves.
    """

    strategy = Strategy.HNSW
    efforts = (32.0, 64.0, 128.0, 256.0, 512.0, 1024.0, 2048.0)  # candidates looked at (efSearch)

    def __init__(self, index: Any) -> None:  # noqa: ANN401 - FAISS has no types
        self._index = index

    def find(self, query: Matrix, count: int, within: Matching, effort: float) -> FoundRows:
        """Find about the best matching rows, with that many candidates looked at."""
        faiss = faiss_for_search()
        look = int(effort)
        selector = None if within.is_all else faiss.IDSelectorBitmap(within.bits)
        parameters = faiss.SearchParametersHNSW(sel=selector, efSearch=look)
        _, rows = self._index.search(query, min(count, look, within.count), params=parameters)
        return FoundRows(rows[0, rows[0] >= 0].astype(np.int64), self.strategy, look)


def build_graph(vectors: Matrix, spec: IndexSpec, folder: Path, progress: Progress) -> None:
    """Link all vectors a piece at a time, and write the graph into a folder."""
    with faiss_for_build() as faiss:
        index = faiss.index_factory(vectors.shape[1], str(spec), faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = _BUILD_EFFORT
        step = max(1, len(vectors) // _TRAINING_VECTORS)
        index.train(np.ascontiguousarray(vectors[::step]))
        for start in range(0, len(vectors), _BATCH):
            batch = vectors[start : start + _BATCH]
            index.add(batch)
            progress.advance(len(batch))
        faiss.write_index(index, str(folder / _INDEX))


def open_graph(folder: Path) -> GraphIndex:
    """Open the graph of a folder by memory map. Raises DamagedError, which names the file."""
    return GraphIndex(open_index(folder / _INDEX))
