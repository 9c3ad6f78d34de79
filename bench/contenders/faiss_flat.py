"""FAISS as it comes, exact: IndexFlatIP, and an array of row numbers where there is a filter."""

from collections.abc import Sequence

from bench.ann.dataset import Predicate
from bench.contenders.base import IDS_GIVEN, Ids, Traits, Vector, engine
from bench.contenders.faiss_file import FaissFile
from core.progress import Progress


class FaissFlat(FaissFile):
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
    file_name = "flat.faiss"

    def build(self, progress: Progress) -> None:
        """Write all rows as one index."""
        faiss = engine(FaissFlat)
        index = faiss.IndexFlatIP(self.data.dim)
        progress.begin("faiss-flat", self.data.n, "rows")
        self.fill(index, progress)

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
