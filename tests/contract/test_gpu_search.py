"""A space with a device beside the CPU: the same answers, also when the device fails."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.filters import Field, Filter, Leaf, Op
from core.progress import SilentProgress
from core.queries import EXACT, RecallKind, Strategy
from core.types import Artwork, Mask, Matrix
from index.gpu.device import Best, CpuDevice, Device, Index
from index.gpu.space import GpuSpace
from index.vectors.cell_builder import TRAINED, fill_cells, train_cells
from index.vectors.cells import open_cells
from index.vectors.exact import ExactSearch
from index.vectors.index_files import IndexParts, with_gpu
from index.vectors.owners import Owners
from index.vectors.planner import Curve, Knowledge, Setting, Way
from index.vectors.space_index import SpaceIndex, SpaceParts
from index.vectors.spec import IndexSpec, Kind
from tests.indexes import columns_of, space_of, unit

DIM, ROWS = 16, 3_000
HALF: Filter = Leaf(Field.SUBJECT, Op.IN, ("half",))


class Failing(CpuDevice):
    """Works when it is tried out, and fails when it is used."""

    fails = False

    def search_cells(
        self, placed: Index, queries: Matrix, k: int, *, nprobe: int, mask: Mask | None = None
    ) -> Best:
        if self.fails:
            raise RuntimeError("CUDA error: out of memory")
        return super().search_cells(placed, queries, k, nprobe=nprobe, mask=mask)


class OnDevice:
    """3,000 rows, many of them equal, half of them under a filter, on a device and without."""

    def __init__(self, folder: Path) -> None:
        rng = np.random.default_rng(4)
        self.vectors = unit(rng.standard_normal((ROWS, DIM)))
        self.vectors[200:260] = self.vectors[200]
        self.device = Failing()
        spec = IndexSpec(Kind.IVF_PQ, cells=16, parts=8)
        train_cells(self.vectors, spec, folder / TRAINED, SilentProgress())
        fill_cells(self.vectors, folder / TRAINED, folder, SilentProgress())
        setting = Setting(1.0, 1.0, k=1_000, effort=0.5, refine=300, recall=0.95, ms=0.001)
        dear = (Curve((1,), (100.0,)), Curve((1,), (100.0,)))
        knowledge = Knowledge({Way.GATHER: dear}, (setting,))
        exact = ExactSearch(self.vectors, None)
        self.without = IndexParts(knowledge, exact, open_cells(folder))
        self.gpu = GpuSpace(self._open, self.vectors, open_cells(folder).index)
        self.index = with_gpu(self.without, self.vectors, lambda *_: self.gpu)
        subjects = [("half",) if i % 2 else () for i in range(ROWS)]
        self.columns = columns_of(
            [Artwork(f"t:{i:04}", subjects=s) for i, s in enumerate(subjects)]
        )

    def _open(self) -> Device:
        return self.device

    def space(self, index: IndexParts) -> SpaceIndex:
        owners = Owners(np.arange(ROWS, dtype=np.int32), ROWS)
        parts = SpaceParts(space_of(DIM), self.vectors, owners, index, 0)
        return SpaceIndex(parts, self.columns)


@pytest.fixture
def placed(tmp_path: Path) -> Iterator[OnDevice]:
    on_device = OnDevice(tmp_path)
    yield on_device
    on_device.gpu.close()


@pytest.mark.parametrize("where", [None, HALF], ids=["all", "half"])
@pytest.mark.parametrize("k", [1, 10, 40, 500])
def test_the_product_on_the_device_is_exact_search_with_its_ties(
    placed: OnDevice, where: Filter | None, k: int
) -> None:
    query = placed.vectors[200:201]

    found, plan = placed.space(placed.index).search(query, where, k, recall=EXACT)
    exact, _ = placed.space(placed.without).search(query, where, k, recall=EXACT)

    assert (plan.strategy, plan.recall.kind) == (Strategy.GPU, RecallKind.EXACT)
    assert found.numbers.tolist() == exact.numbers.tolist()
    assert found.scores.tolist() == exact.scores.tolist()


def test_without_a_filter_cells_are_visited_on_the_device(placed: OnDevice) -> None:
    found, plan = placed.space(placed.index).search(placed.vectors[:1], None, 10, recall=0.9)

    assert plan.strategy is Strategy.GPU
    assert plan.nprobe is not None
    assert found.numbers[0] == 0


def test_under_a_filter_cells_are_visited_on_the_cpu(placed: OnDevice) -> None:
    setting = replace(placed.index.knowledge.settings[0], least_share=0.1)
    knowledge = replace(placed.index.knowledge, settings=(setting,))

    space = placed.space(replace(placed.index, knowledge=knowledge))
    found, plan = space.search(placed.vectors[:1], HALF, 10, recall=0.9)

    assert plan.strategy is Strategy.IVF
    assert (found.numbers % 2 == 1).all()


@pytest.mark.parametrize("break_it", ["fail", "close"])
def test_a_device_that_fails_is_done_without(placed: OnDevice, break_it: str) -> None:
    space = placed.space(placed.index)
    breaks: dict[str, Callable[[], None]] = {
        "fail": lambda: setattr(placed.device, "fails", True),
        "close": placed.gpu.close,
    }
    breaks[break_it]()

    found, plan = space.search(placed.vectors[:1], None, 10, recall=0.9)

    assert plan.strategy is Strategy.IVF
    assert found.numbers[0] == 0


def test_an_exact_search_goes_on_without_the_device(placed: OnDevice) -> None:
    space = placed.space(placed.index)
    placed.gpu.close()

    found, plan = space.search(placed.vectors[:1], None, 10, recall=EXACT)

    assert (plan.strategy, plan.recall.kind) == (Strategy.SCAN, RecallKind.EXACT)
    assert (len(found.numbers), found.numbers[0]) == (10, 0)


def test_where_there_is_no_gpu_the_space_is_as_before(placed: OnDevice) -> None:
    assert with_gpu(placed.without, placed.vectors, lambda *_: None) is placed.without


@pytest.mark.parametrize("recall", [0.9, EXACT])
def test_an_explanation_names_the_device(placed: OnDevice, recall: float) -> None:
    space = placed.space(placed.index)

    explained = space.explain(None, 10, recall=recall)

    _, plan = space.search(placed.vectors[:1], None, 10, recall=recall)
    assert (explained.strategy, explained.estimates_ms) == (plan.strategy, plan.estimates_ms)
