import gc
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import faiss
import numpy as np
import pytest

from core.errors import DeviceError
from core.types import Mask
from index.gpu.cuda import missing_gpu, open_gpu_space
from index.gpu.device import CpuDevice
from index.gpu.jobs import Found
from index.gpu.space import GpuSpace
from index.vectors.faiss_library import open_index
from tests.batches import PATIENCE_S, until
from tests.devices import EVEN, QUERY, ROWS, VECTORS, Diary, best_scores, full_cells

Pending = Future[Found | None]


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def space(diary: Diary) -> Iterator[GpuSpace]:
    opened = GpuSpace(lambda: diary, VECTORS, full_cells())
    yield opened
    opened.close()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as threads:
        yield threads


def queue_up(
    pool: ThreadPoolExecutor,
    space: GpuSpace,
    diary: Diary,
    asked: list[tuple[int, int, Mask | None]],
) -> list[Pending]:
    """Hold the device up, and let searches for k, nprobe and mask queue up for it."""
    diary.goes_on.clear()
    held_up = pool.submit(space.search, QUERY, 1, nprobe=1)
    until(lambda: bool(diary.searches))
    pending = []
    for k, nprobe, mask in asked:
        pending.append(pool.submit(space.search, QUERY, k, nprobe=nprobe, mask=mask))
        until(lambda: space.waiting == len(pending))
    diary.searches.clear()
    diary.goes_on.set()
    held_up.result(PATIENCE_S)
    return pending


def test_like_searches_that_wait_are_one_call(
    pool: ThreadPoolExecutor, space: GpuSpace, diary: Diary
) -> None:
    pending = queue_up(pool, space, diary, [(9, 16, None), (15, 20, None), (10, 31, None)])

    found = [one.result(PATIENCE_S) for one in pending]

    assert diary.searches == [(3, 15, 31)]  # the most of each
    assert [len(one.rows) for one in found if one] == [9, 15, 10]


def test_searches_that_differ_much_are_calls_of_their_own(
    pool: ThreadPoolExecutor, space: GpuSpace, diary: Diary
) -> None:
    asked: list[tuple[int, int, Mask | None]] = [
        (10, 4, None),
        (1_000, 4, None),
        (10, 32, None),
        (10, 4, EVEN),
        (10, 4, ~EVEN),
        (10, 5, EVEN),
    ]
    pending = queue_up(pool, space, diary, asked)

    found = [one.result(PATIENCE_S) for one in pending]

    assert diary.searches == [(1, 10, 4), (1, 1_000, 4), (1, 10, 32), (2, 10, 5), (1, 10, 4)]
    assert found[3] is not None
    assert found[4] is not None
    assert EVEN[found[3].rows].all()
    assert not EVEN[found[4].rows].any()


def test_a_failure_is_that_of_its_call_alone(
    pool: ThreadPoolExecutor, space: GpuSpace, diary: Diary
) -> None:
    diary.fails_on = lambda nprobe: nprobe == 32
    pending = queue_up(pool, space, diary, [(10, 32, None), (10, 4, None), (9, 32, None)])

    errors = [one.exception(PATIENCE_S) for one in pending]

    assert [type(error) for error in errors] == [DeviceError, type(None), DeviceError]
    assert "out of memory" in str(errors[0])
    assert errors[0] is not errors[2]  # each thread has its own to raise


def test_a_device_that_failed_once_is_tried_again(space: GpuSpace, diary: Diary) -> None:
    diary.fails_on = lambda nprobe: nprobe == 32
    with pytest.raises(DeviceError):
        space.search(QUERY, 10, nprobe=32)
    told = space.last_error

    found = space.search(QUERY, 10, nprobe=4)

    assert told == "CUDA error: out of memory"
    assert space.last_error is None
    assert found is not None


def test_a_device_that_fails_three_times_running_is_given_up(space: GpuSpace, diary: Diary) -> None:
    diary.fails_on = lambda _: True
    for _ in range(3):
        with pytest.raises(DeviceError, match="out of memory"):
            space.search(QUERY, 10, nprobe=32)

    with pytest.raises(DeviceError, match="given up after 3 failures in a row"):
        space.search_masked(QUERY, 10, None)

    assert len(diary.searches) == 3


def test_one_thread_opens_searches_and_closes_the_device(
    space: GpuSpace, diary: Diary, pool: ThreadPoolExecutor
) -> None:
    list(pool.map(lambda k: space.search(QUERY, k, nprobe=3), range(1, 40)))

    space.close()

    assert diary.is_closed
    assert len(diary.threads - {threading.get_ident()}) == 1  # beside that which made the diary


def test_a_space_that_is_closed_is_a_reason_to_search_on_the_cpu(space: GpuSpace) -> None:
    space.close()

    with pytest.raises(DeviceError, match="taken off the device"):
        space.search(QUERY, 10, nprobe=4)


def test_a_space_that_nobody_knows_any_more_leaves_the_device() -> None:
    diary = Diary()
    space = GpuSpace(lambda: diary, VECTORS, full_cells())
    assert space.search(QUERY, 10, nprobe=4)

    del space
    gc.collect()

    until(lambda: diary.is_closed)


def test_a_crowd_gets_what_each_of_it_asked_for(space: GpuSpace, pool: ThreadPoolExecutor) -> None:
    def is_right(seed: int) -> bool:
        mask = np.random.default_rng(seed).random(ROWS) < 0.3
        k = 1 + seed % 40
        by_product = space.search_masked(QUERY, k, mask)
        by_cells = space.search(VECTORS[seed : seed + 1], k, nprobe=32)
        assert by_product is not None
        assert by_cells is not None
        is_near = np.allclose(by_product.scores, best_scores(mask, k), atol=1e-6)
        return is_near and by_cells.rows[0] == seed and len(by_cells.rows) == k

    assert all(pool.map(is_right, range(300)))


def test_a_query_or_a_mask_of_another_space_is_refused(space: GpuSpace) -> None:
    with pytest.raises(ValueError, match="a query of shape"):
        space.search(QUERY[:, :8], 10, nprobe=4)
    with pytest.raises(ValueError, match="a mask of shape"):
        space.search_masked(QUERY, 10, EVEN[:8])


def test_cells_are_placed_from_a_read_only_map(tmp_path: Path) -> None:
    faiss.write_index(full_cells(), str(tmp_path / "index.faiss"))
    space = GpuSpace(CpuDevice, VECTORS, open_index(tmp_path / "index.faiss"))

    found = space.search(QUERY, 10, nprobe=32)

    assert found is not None
    assert found.scores.tolist() == pytest.approx(best_scores(np.ones(ROWS, bool), 10))
    space.close()


def test_without_the_gpu_that_is_asked_for_the_cpu_searches(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")

    space = open_gpu_space(VECTORS, full_cells(), device=10_000)

    assert space is None
    assert missing_gpu(10_000)
    assert f"searching on the CPU: {missing_gpu(10_000)}" in caplog.text
