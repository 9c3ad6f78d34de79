"""One suite over every device that holds embeddings; the real one where there is a GPU.

Those marked "on a GPU" are skipped in CI, which has none; they passed on an H100 in November 2026.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

import faiss
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.types import Mask, Matrix
from index.gpu.cuda import TEMP_MEMORY_BYTES, CudaDevice, TorchRows, open_gpu_space
from index.gpu.device import CpuDevice, Device, DeviceRows, Index, NumpyRows, empty_cells, self_test
from index.gpu.space import GpuSpace
from tests.indexes import unit
from tests.requirements import require

ON_A_GPU = "on a GPU"
PlaceRows = Callable[[Matrix], DeviceRows]


@pytest.fixture(params=["on the CPU", ON_A_GPU])
def open_device(request: pytest.FixtureRequest) -> Callable[[], Device]:
    if request.param == ON_A_GPU:
        require("gpu")
        return lambda: CudaDevice(0, TEMP_MEMORY_BYTES)
    return CpuDevice


@pytest.fixture
def device(open_device: Callable[[], Device]) -> Iterator[Device]:
    with closing(open_device()) as opened:
        yield opened


@pytest.fixture(params=["by numpy", "by torch on the CPU", f"by torch {ON_A_GPU}"])
def place_rows(request: pytest.FixtureRequest) -> PlaceRows:
    if request.param == "by numpy":
        return NumpyRows
    require("gpu" if request.param.endswith(ON_A_GPU) else "models")
    name = "cuda:0" if request.param.endswith(ON_A_GPU) else "cpu"
    return lambda vectors: TorchRows(vectors, name)


def drawn(rows: int, dim: int = 16, seed: int = 0) -> Matrix:
    return unit(np.random.default_rng(seed).standard_normal((rows, dim)))


def filled_cells(vectors: Matrix, nlist: int = 8) -> Index:
    cells = empty_cells(vectors[:nlist])
    cells.add(vectors)
    return cells


def exact(vectors: Matrix, query: Matrix, mask: Mask, k: int) -> list[float]:
    return sorted((float(vectors[row] @ query[0]) for row in np.flatnonzero(mask)), reverse=True)[
        :k
    ]


@pytest.mark.parametrize("nprobe", [1, 3, 8])
def test_cells_on_a_device_answer_as_on_the_cpu(device: Device, nprobe: int) -> None:
    vectors, queries = drawn(500), drawn(5, seed=1)
    cells = filled_cells(vectors)
    cells.nprobe = nprobe
    scores, rows = cells.search(queries, 20)

    best = device.search_cells(device.place_cells(cells, ()), queries, 20, nprobe=nprobe)

    assert best.rows.tolist() == rows.tolist()
    np.testing.assert_allclose(best.scores, scores, atol=1e-6)


def test_rows_that_are_added_to_placed_cells_are_found_by_their_numbers(device: Device) -> None:
    vectors = drawn(300)
    pieces = (vectors[:100], vectors[100:250], vectors[250:])

    placed = device.place_cells(empty_cells(vectors[:4]), pieces)

    best = device.search_cells(placed, vectors, 1, nprobe=4)
    assert best.rows[:, 0].tolist() == list(range(300))


def test_the_self_test_tells_what_a_selector_does_on_this_very_device(device: Device) -> None:
    vectors, mask = drawn(200), np.arange(200) >= 100
    placed = device.place_cells(filled_cells(vectors), ())

    seen = self_test(device)

    best = device.search_cells(placed, vectors[:1], 100, nprobe=8, mask=mask)
    assert seen.finds_neighbours
    assert seen.honours_selectors == (best.rows.min() >= 100)


def test_products_of_a_device_are_in_full_precision(device: Device) -> None:
    assert self_test(device).is_precise


@given(
    rows=st.integers(1, 60),
    different=st.integers(1, 60),  # vectors; the others are their doubles
    masks=st.lists(st.none() | st.integers(0, 2**60 - 1), min_size=1, max_size=4),
    k=st.integers(1, 70),
    seed=st.integers(0, 9),
)
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_masked_product_is_brute_force(
    place_rows: PlaceRows, rows: int, different: int, masks: list[int | None], k: int, seed: int
) -> None:
    vectors = drawn(different, dim=4, seed=seed)[np.arange(rows) % different]
    queries = drawn(len(masks), dim=4, seed=100)
    claims = [
        None if m is None else np.array([m >> i & 1 for i in range(rows)], bool) for m in masks
    ]

    best = place_rows(vectors).best(queries, claims, k)

    for place, claim in enumerate(claims):
        mask = np.ones(rows, bool) if claim is None else claim
        found = np.isfinite(best.scores[place]) & (best.rows[place] >= 0)
        hits, scores = best.rows[place, found], best.scores[place, found]
        assert len(set(hits.tolist())) == len(hits) == min(k, mask.sum())
        assert mask[hits].all()
        expected = exact(vectors, queries[place : place + 1], mask, k)
        np.testing.assert_allclose(scores, expected, atol=1e-6)
        np.testing.assert_allclose(scores, vectors[hits] @ queries[place], atol=1e-6)


def test_a_product_in_pieces_is_the_same_product(
    place_rows: PlaceRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors, queries, masks = drawn(100), drawn(3, seed=1), [None, np.arange(100) % 3 == 0, None]
    whole = place_rows(vectors).best(queries, masks, 9)

    monkeypatch.setattr("index.gpu.cuda._SCORES_AT_ONCE", 21)  # 7 rows for 3 queries
    monkeypatch.setattr("index.gpu.cuda._COPIED_AT_ONCE", 13)
    monkeypatch.setattr("index.gpu.device._BLOCK", 7)
    pieces = place_rows(vectors).best(queries, masks, 9)

    assert pieces.rows.tolist() == whole.rows.tolist()
    np.testing.assert_allclose(pieces.scores, whole.scores, atol=1e-6)


def test_rows_of_a_read_only_map_can_be_placed(place_rows: PlaceRows) -> None:
    vectors = drawn(10)
    vectors.flags.writeable = False

    best = place_rows(vectors).best(vectors[3:4], [None], 1)

    assert best.rows.tolist() == [[3]]


@pytest.mark.parametrize("spec", ["IVF8,Flat", "IVF8,PQ8x4fs", "IVF8_HNSW8,Flat"])
def test_a_space_is_searched_over_all_its_cells_exactly(
    open_device: Callable[[], Device], spec: str
) -> None:
    vectors, query = drawn(600), drawn(1, seed=1)
    cells = faiss.index_factory(16, spec, faiss.METRIC_INNER_PRODUCT)
    cells.train(vectors)
    cells.add(vectors)

    with closing(GpuSpace(open_device, vectors, cells)) as space:
        found = space.search(query, 30, nprobe=8)

    assert found is not None
    expected = exact(vectors, query, np.ones(600, bool), 30)
    np.testing.assert_allclose(found.scores, expected, atol=1e-6)
    np.testing.assert_allclose(found.scores, vectors[found.rows] @ query[0], atol=1e-6)


@pytest.mark.parametrize("matching", [0, 7, 300])
def test_a_masked_search_of_a_space_is_exact(
    open_device: Callable[[], Device], matching: int
) -> None:
    vectors, query = drawn(600), drawn(1, seed=1)
    mask = np.random.default_rng(2).permutation(600) < matching

    with closing(GpuSpace(open_device, vectors, filled_cells(vectors))) as space:
        found = space.search_masked(query, 30, mask)

    assert found is not None
    np.testing.assert_allclose(found.scores, exact(vectors, query, mask, 30), atol=1e-6)
    assert mask[found.rows].all()


def test_a_space_opens_searches_and_closes_on_a_gpu() -> None:
    require("gpu")
    vectors = drawn(2_000)
    space = open_gpu_space(vectors, filled_cells(vectors))

    assert space is not None
    found = [space.search(vectors[row : row + 1], 1, nprobe=8) for row in range(50)]
    space.close()
    assert [hit.rows.tolist() for hit in found if hit] == [[row] for row in range(50)]
    assert space.report.device == "cuda:0"
    assert space.report.has_rows


def test_a_full_gpu_is_a_reason_to_search_on_the_cpu(caplog: pytest.LogCaptureFixture) -> None:
    require("gpu")
    vectors = np.broadcast_to(np.float32(0.5), (1 << 34, 4))  # 256 GB, of which 4 bytes exist

    assert open_gpu_space(vectors, None) is None
    assert "searching on the CPU" in caplog.text


def test_two_spaces_are_searched_on_one_gpu_at_once() -> None:
    require("gpu")
    vectors = drawn(2_000)
    spaces = [
        GpuSpace(lambda: CudaDevice(0, 16 << 20), vectors, filled_cells(vectors)) for _ in "ab"
    ]

    rows: Sequence[int] = [
        int(found.rows[0])
        for row in range(100)
        if (found := spaces[row % 2].search(vectors[row : row + 1], 1, nprobe=8))
    ]

    for space in spaces:
        space.close()
    assert rows == list(range(100))
