"""FAISS as it comes, in cells: IVF,Flat, and a bitmap where there is a filter."""

from collections.abc import Sequence

import numpy as np

from bench.ann.dataset import Predicate
from bench.contenders.base import IDS_GIVEN, Ids, Traits, Vector, engine
from bench.contenders.faiss_file import FaissFile
from bench.record import Figure
from core.progress import Progress

LARGE = 500_000  # rows from which on there are more cells
_TRAINING = 200  # rows for each cell: k-means gains little beyond


class FaissIvfFlat(FaissFile):
    """Visits the cells nearest to the query; the knob is how many."""

    traits = Traits(
        name="faiss-ivfflat",
        module="faiss",
        package="faiss-cpu",
        extra="cpu",
        knob="nprobe",
        filter_cost=IDS_GIVEN,
        parameters={"selector": "IDSelectorBitmap"},
    )
    file_name = "ivf.faiss"

    @property
    def nlist(self) -> int:
        """Cells."""
        return 256 if self.data.n < LARGE else 2048

    def parameters(self) -> dict[str, Figure]:
        """How it is set."""
        return {**super().parameters(), "index": f"IVF{self.nlist},Flat"}

    def build(self, progress: Progress) -> None:
        """Train on a sample of the rows, and add them all."""
        faiss = engine(FaissIvfFlat)
        factory = f"IVF{self.nlist},Flat"
        index = faiss.index_factory(self.data.dim, factory, faiss.METRIC_INNER_PRODUCT)
        progress.begin("faiss-ivfflat train", None, "rows")
        size = min(self.data.n, self.nlist * _TRAINING)
        sample = np.linspace(0, self.data.n - 1, size).astype(np.int64)
        index.train(np.asarray(self.data.rows[sample]))
        progress.begin("faiss-ivfflat add", self.data.n, "rows")
        self.fill(index, progress)

    def knobs(self) -> Sequence[float]:
        """List numbers of cells to visit."""
        shares = (1, 2, 4, 8, 12, 16, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192, 208, 224, 240, 256)
        return tuple(share * self.nlist // 256 for share in shares)

    def ready(self, where: Predicate | None, knob: float) -> None:
        """Keep the searches of this thread in this thread."""
        del where, knob
        self._faiss.omp_set_num_threads(1)

    def search(self, query: Vector, where: Predicate | None, k: int, *, knob: float) -> Ids:
        """Search the nearest cells for rows of the filter."""
        selector = self._faiss.IDSelectorBitmap(where.packed) if where else None
        parameters = self._faiss.SearchParametersIVF(nprobe=int(knob), sel=selector)
        found: Ids = self._index.search(query[None], k, params=parameters)[1][0]
        return found
