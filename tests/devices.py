"""A device that keeps what it is asked, and a space to place on it."""

import threading
from collections.abc import Callable

import numpy as np

from core.types import Mask, Matrix
from index.gpu.device import Best, CpuDevice, Index, empty_cells
from tests.batches import PATIENCE_S
from tests.indexes import unit

ROWS = 4_000
VECTORS = unit(np.random.default_rng(0).standard_normal((ROWS, 16)))
QUERY = unit(np.random.default_rng(1).standard_normal((1, 16)))
EVEN = np.arange(ROWS) % 2 == 0


class Diary(CpuDevice):
    """Keeps what it is asked; may be held up, and may fail."""

    def __init__(self, *, ignores_selectors: bool = False) -> None:
        super().__init__(ignores_selectors=ignores_selectors)
        self.searches: list[tuple[int, int, int]] = []  # queries, k, nprobe
        self.fails_on: Callable[[int], bool] = lambda _: False  # told nprobe
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.threads = {threading.get_ident()}
        self.is_closed = False

    def search_cells(
        self, placed: Index, queries: Matrix, k: int, *, nprobe: int, mask: Mask | None = None
    ) -> Best:
        self.threads.add(threading.get_ident())
        if placed.ntotal == ROWS:  # not the self-test
            self.searches.append((len(queries), k, nprobe))
            assert self.goes_on.wait(PATIENCE_S)
            if self.fails_on(nprobe):
                raise RuntimeError("CUDA error: out of memory")
        return super().search_cells(placed, queries, k, nprobe=nprobe, mask=mask)

    def close(self) -> None:
        self.threads.add(threading.get_ident())
        self.is_closed = True


def full_cells() -> Index:
    cells = empty_cells(VECTORS[:32])
    cells.add(VECTORS)
    return cells


def best_scores(mask: Mask, k: int) -> list[float]:
    scores: list[float] = np.sort((VECTORS @ QUERY[0])[mask])[::-1][:k].tolist()
    return scores
