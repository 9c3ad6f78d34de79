"""FAISS as it comes, exact: IndexFlatIP, and an array of row numbers where there is a filter."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bench.ann.dataset import Predicate
from bench.contenders.base import IDS_GIVEN, Contender, Ids, Traits, Vector, engine
from core.progress import Progress

INDEX = "flat.faiss"
BATCH = 65_536  # rows added at once


class FaissFlat(Contender):
    """Scores every row, or exactly the rows of the array."""

    traits = Traits(
        name="faiss-flat",
        module="faiss",
        package="faiss-cpu",
        extra="cpu",
        knob="none: exact",
        filter_cost=IDS_GIVEN,
        parameters={"index": "Flat", "selector": "IDSelectorArray"},
    )
    _faiss: Any
    _index: Any

    def build(self, progress: Progress) -> None:
        """Write all rows as one index."""
        faiss = engine(FaissFlat)
        index = faiss.IndexFlatIP(self.data.dim)
        progress.begin("faiss-flat", self.data.n, "rows")
        for begin in range(0, self.data.n, BATCH):
            rows = np.asarray(self.data.rows[begin : begin + BATCH])
            index.add(rows)
            progress.advance(len(rows))
        faiss.write_index(index, str(self.folder / INDEX))

    def open(self, threads: int) -> None:
        """Map the index."""
        del threads  # each calling thread searches with one
        self._faiss = engine(FaissFlat)
        path = str(self.folder / INDEX)
        self._index = self._faiss.read_index(path, self._faiss.IO_FLAG_MMAP_IFC)

    def knobs(self) -> Sequence[float]:
        """It has none."""
        return (1.0,)

    def ready(self, where: Predicate | None, knob: float) -> None:
        """Keep the searches of this thread in this thread; have the row numbers at hand."""
        del knob
        self._faiss.omp_set_num_threads(1)
        if where:
            _ = where.ids

    def search(self, query: Vector, where: Predicate | None, k: int, *, knob: float) -> Ids:
        """Search all rows, or those of the filter."""
        del knob
        if where is None:
            found: Ids = self._index.search(query[None], k)[1][0]
            return found
        selector = self._faiss.IDSelectorArray(where.ids)
        parameters = self._faiss.SearchParameters(sel=selector)
        filtered: Ids = self._index.search(query[None], k, params=parameters)[1][0]
        return filtered
