from collections.abc import Iterable, Iterator, Sequence

import faiss
import numpy as np
import pytest

from core.errors import DeviceError
from core.types import Mask, Matrix
from index.gpu.device import Best, CpuDevice, DeviceRows, Index, NumpyRows, self_test
from index.gpu.space import GpuSpace
from tests.devices import EVEN, QUERY, ROWS, VECTORS, Diary, best_scores, full_cells


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def space(diary: Diary) -> Iterator[GpuSpace]:
    opened = GpuSpace(lambda: diary, VECTORS, full_cells())
    yield opened
    opened.close()


def test_a_device_that_ignores_selectors_is_found_out_and_given_none() -> None:
    space = GpuSpace(lambda: CpuDevice(ignores_selectors=True), VECTORS, full_cells())

    through_cells = space.search(QUERY, 10, nprobe=32, mask=EVEN)
    exactly = space.search_masked(QUERY, 10, EVEN)

    assert not space.honours_selectors
    assert not space.report.to_json()["honours_selectors"]
    assert through_cells is None
    assert exactly is not None
    assert exactly.scores.tolist() == pytest.approx(best_scores(EVEN, 10))
    space.close()


def test_a_device_that_honours_selectors_is_given_them(space: GpuSpace) -> None:
    found = space.search(QUERY, 10, nprobe=32, mask=EVEN)

    assert space.honours_selectors
    assert found is not None
    assert EVEN[found.rows].all()
    assert found.scores.tolist() == pytest.approx(best_scores(EVEN, 10))


class Refusing(CpuDevice):
    def search_cells(
        self, placed: Index, queries: Matrix, k: int, *, nprobe: int, mask: Mask | None = None
    ) -> Best:
        if mask is not None:
            raise RuntimeError("selectors are not supported")
        return super().search_cells(placed, queries, k, nprobe=nprobe)


def test_a_device_that_refuses_a_selector_does_not_honour_it() -> None:
    seen = self_test(Refusing())

    assert seen.finds_neighbours
    assert not seen.honours_selectors


class HalfRows(NumpyRows):
    def best(self, queries: Matrix, masks: Sequence[Mask | None], k: int) -> Best:
        halved = queries.astype(np.float16).astype(np.float32)
        return super().best(halved, masks, k)


class Halving(CpuDevice):
    def place_rows(self, vectors: Matrix) -> DeviceRows | None:
        return HalfRows(vectors)


@pytest.mark.parametrize("device", [Halving(), CpuDevice(multiplies=False)])
def test_products_that_are_not_exact_are_not_used(device: CpuDevice) -> None:
    space = GpuSpace(lambda: device, VECTORS, full_cells())

    assert space.search_masked(QUERY, 10, EVEN) is None
    assert not space.report.has_rows
    space.close()


class Confused(CpuDevice):
    def search_cells(
        self, placed: Index, queries: Matrix, k: int, *, nprobe: int, mask: Mask | None = None
    ) -> Best:
        best = super().search_cells(placed, queries, k, nprobe=nprobe, mask=mask)
        return Best(best.rows[:, ::-1], best.scores)


class Full(CpuDevice):
    def place_cells(self, cells: Index, more: Iterable[Matrix]) -> Index:
        if cells.nlist == 32:
            raise MemoryError("out of memory")
        return super().place_cells(cells, more)


@pytest.mark.parametrize(
    ("device", "reason"),
    [(Confused(), "does not find the nearest vectors"), (Full(), "out of memory")],
)
def test_a_space_that_cannot_be_placed_says_why(device: CpuDevice, reason: str) -> None:
    with pytest.raises(DeviceError, match=reason):
        GpuSpace(lambda: device, VECTORS, full_cells())


@pytest.mark.parametrize(
    ("k", "nprobe", "can"),
    [(2_048, 2_048, True), (2_049, 1, False), (1, 2_049, False), (1, 0, False)],
)
def test_more_than_a_gpu_takes_is_left_to_the_cpu(
    space: GpuSpace, k: int, nprobe: int, can: bool
) -> None:
    found = space.search(QUERY, k, nprobe=nprobe)

    assert (found is not None) == can


def test_a_product_of_more_than_a_gpu_takes_is_left_to_the_cpu(space: GpuSpace) -> None:
    found = space.search_masked(QUERY, 2_049, None)

    assert found is None


@pytest.mark.parametrize("k", [0, -1])
def test_no_hits_are_found_without_the_device(space: GpuSpace, diary: Diary, k: int) -> None:
    found = space.search(QUERY, k, nprobe=1)

    assert found is not None
    assert len(found.rows) == len(found.scores) == 0
    assert not diary.searches


def test_compressed_cells_keep_their_centroids_and_get_full_rows(diary: Diary) -> None:
    cells: Index = faiss.index_factory(16, "IVF16,PQ8x4fs", faiss.METRIC_INNER_PRODUCT)
    cells.train(VECTORS)
    cells.add(VECTORS)
    space = GpuSpace(lambda: diary, VECTORS, cells)

    found = space.search(QUERY, 10, nprobe=2)

    visited = cells.quantizer.assign(VECTORS, 1)[:, 0]
    near = np.isin(visited, cells.quantizer.search(QUERY, 2)[1][0])
    assert found is not None
    assert found.scores.tolist() == pytest.approx(best_scores(near, 10))
    space.close()


@pytest.mark.parametrize("spec", ["HNSW8,Flat", "Flat"])
def test_an_index_without_cells_gives_exact_products_only(spec: str) -> None:
    index = faiss.index_factory(16, spec, faiss.METRIC_INNER_PRODUCT)
    space = GpuSpace(CpuDevice, VECTORS, index)

    exactly = space.search_masked(QUERY, 10, None)

    assert space.search(QUERY, 10, nprobe=1) is None
    assert exactly is not None
    assert exactly.scores.tolist() == pytest.approx(best_scores(np.ones(ROWS, bool), 10))
    assert space.device_bytes == ROWS * 16 * 4  # what the rows take, and no cells
    space.close()
