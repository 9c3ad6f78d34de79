import gc
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext

import pytest

from index.gpu.worker import ClosedError, Worker
from tests.batches import PATIENCE_S, Gate, queue_up, until


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as threads:
        yield threads


@contextmanager
def diary(events: list[tuple[str, int]], factor: int = 1) -> Iterator[int]:
    events.append(("opened", threading.get_ident()))
    yield factor
    events.append(("closed", threading.get_ident()))


def times(factor: int, jobs: Sequence[int]) -> list[int]:
    return [factor * job for job in jobs]


def test_one_thread_opens_uses_and_closes_the_resource(gate: Gate) -> None:
    events: list[tuple[str, int]] = []
    worker = Worker(lambda: diary(events, 3), gate.run_with, most=8, name="test")
    gate.open.release()

    answer = worker.submit(2)
    worker.close()

    assert answer == 60
    assert [event for event, _ in events] == ["opened", "closed"]
    assert {thread for _, thread in events} == set(gate.threads) != {threading.get_ident()}


def test_closing_answers_those_who_wait_and_refuses_the_next(
    pool: ThreadPoolExecutor, gate: Gate
) -> None:
    worker = Worker(lambda: nullcontext(1), gate.run_with, most=8, name="the test's worker")
    futures = queue_up(pool, gate, worker, [1, 2, 3])
    closing = pool.submit(worker.close)
    until(lambda: worker.waiting == 3)  # the end stands in line behind two jobs
    gate.open.release(2)

    closing.result(PATIENCE_S)

    assert [future.result(PATIENCE_S) for future in futures] == [10, 20, 30]
    with pytest.raises(ClosedError, match="the test's worker has been closed"):
        worker.submit(4)


def test_closing_twice_is_closing_once() -> None:
    events: list[tuple[str, int]] = []
    worker = Worker(lambda: diary(events), times, most=8, name="test")

    worker.close()
    worker.close()

    assert [event for event, _ in events] == ["opened", "closed"]


def broken() -> AbstractContextManager[int]:
    raise OSError("no such device")


def test_whoever_asks_is_told_why_the_resource_did_not_open() -> None:
    worker = Worker(broken, times, most=8, name="test")

    for ask in (worker.wait_until_open, lambda: worker.submit(1), lambda: worker.submit(2)):
        with pytest.raises(OSError, match="no such device"):
            ask()
    worker.close()


def test_a_worker_that_nobody_knows_any_more_closes_its_resource() -> None:
    events: list[tuple[str, int]] = []
    worker = Worker(lambda: diary(events), times, most=8, name="test")
    worker.wait_until_open()

    del worker
    gc.collect()

    until(lambda: [event for event, _ in events] == ["opened", "closed"])


def test_an_error_in_closing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    @contextmanager
    def stuck() -> Iterator[int]:
        yield 1
        raise OSError("it is jammed")

    worker = Worker(stuck, times, most=8, name="the test's worker")

    worker.close()

    assert "the test's worker: its resource failed to close" in caplog.text
    assert "it is jammed" in caplog.text
