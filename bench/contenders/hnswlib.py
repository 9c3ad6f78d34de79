"""hnswlib: HNSW by its authors; a filter is a Python function over row numbers."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bench.ann.dataset import Predicate
from bench.contenders.base import IDS_GIVEN, Contender, Ids, Traits, Vector, engine
from bench.contenders.faiss_file import BATCH
from core.progress import Progress

INDEX = "graph.hnsw"
M, EF_CONSTRUCTION = 32, 200


class HnswLib(Contender):
    """One graph in memory; the knob is `ef`."""

    traits = Traits(
        name="hnswlib",
        module="hnswlib",
        package="hnswlib",
        knob="ef",
        filter_cost=IDS_GIVEN,
        parameters={"m": M, "ef_construction": EF_CONSTRUCTION},
    )
    _graph: Any
    _ef: int = 0

    def build(self, progress: Progress) -> None:
        """Add all rows."""
        graph = engine(HnswLib).Index(space="ip", dim=self.data.dim)
        graph.init_index(max_elements=self.data.n, M=M, ef_construction=EF_CONSTRUCTION)
        progress.begin("hnswlib graph", self.data.n, "rows")
        for begin in range(0, self.data.n, BATCH // 16):
            rows = np.asarray(self.data.rows[begin : begin + BATCH // 16])
            graph.add_items(rows, np.arange(begin, begin + len(rows)))
            progress.advance(len(rows))
        graph.save_index(str(self.folder / INDEX))

    def open(self, threads: int) -> None:
        """Load the graph; it cannot be mapped."""
        del threads  # each search is told to use one
        self._graph = engine(HnswLib).Index(space="ip", dim=self.data.dim)
        self._graph.load_index(str(self.folder / INDEX))

    def knobs(self) -> Sequence[float]:
        """List sizes of the list of candidates."""
        return 16, 32, 64, 96, 128, 192, 256, 384, 512, 640, 768, 1024, 1536, 2048, 3072, 4096

    def ready(self, where: Predicate | None, knob: float) -> None:
        """Set the knob, and have the flags at hand."""
        if int(knob) != self._ef:
            self._ef = int(knob)
            self._graph.set_ef(self._ef)
        if where:
            _ = where.flags

    def search(self, query: Vector, where: Predicate | None, k: int, *, knob: float) -> Ids:
        """Search the graph; it raises an error instead of answering with fewer than k rows."""
        del knob
        # A function is called for each node that is met; the flags of a list answer fastest.
        allowed = where.flags.__getitem__ if where else None
        try:
            labels, _ = self._graph.knn_query(query, k=k, num_threads=1, filter=allowed)
        except RuntimeError:
            return []
        found: Ids = labels[0]
        return found
