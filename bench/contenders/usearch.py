"""USearch: HNSW with SIMD kernels of its own; its Python interface takes no filter."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bench.ann.dataset import Predicate
from bench.contenders.base import IDS_GIVEN, Contender, Ids, Traits, Vector, engine
from bench.contenders.faiss_file import BATCH
from core.progress import Progress

INDEX = "graph.usearch"
CONNECTIVITY, EXPANSION_ADD = 32, 200


class USearch(Contender):
    """One graph, mapped; the knob is `expansion_search`."""

    traits = Traits(
        name="usearch",
        module="usearch",
        package="usearch",
        knob="expansion_search",
        filter_cost=IDS_GIVEN,
        takes_filters=False,
        parameters={
            "connectivity": CONNECTIVITY, "expansion_add": EXPANSION_ADD, "dtype": "f32",
        },
    )  # fmt: skip
    _graph: Any
    _expansion: int = 0

    def build(self, progress: Progress) -> None:
        """Add all rows."""
        graph = engine(USearch, "usearch.index").Index(
            ndim=self.data.dim,
            metric="ip",
            dtype="f32",
            connectivity=CONNECTIVITY,
            expansion_add=EXPANSION_ADD,
        )
        progress.begin("usearch graph", self.data.n, "rows")
        for begin in range(0, self.data.n, BATCH // 16):
            rows = np.asarray(self.data.rows[begin : begin + BATCH // 16])
            graph.add(np.arange(begin, begin + len(rows)), rows)
            progress.advance(len(rows))
        graph.save(str(self.folder / INDEX))

    def open(self, threads: int) -> None:
        """Map the graph."""
        del threads  # each search is told to use one
        library = engine(USearch, "usearch.index")
        self._graph = library.Index.restore(str(self.folder / INDEX), view=True)

    def import_engine(self) -> None:
        """Import the part that searches."""
        engine(USearch, "usearch.index")

    def knobs(self) -> Sequence[float]:
        """List sizes of the list of candidates."""
        return 16, 32, 64, 96, 128, 192, 256, 384, 512, 640, 768, 1024, 1536, 2048, 3072, 4096

    def ready(self, where: Predicate | None, knob: float) -> None:
        """Set the knob."""
        del where
        if int(knob) != self._expansion:
            self._expansion = int(knob)
            self._graph.expansion_search = self._expansion

    def search(self, query: Vector, where: Predicate | None, k: int, *, knob: float) -> Ids:
        """Search the graph."""
        del knob
        if where:
            raise NotImplementedError("the Python interface of usearch takes no filter")
        found: Ids = self._graph.search(query, k, threads=1).keys
        return found
