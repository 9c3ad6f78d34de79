import signal
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.batching import MicroBatcher
from index.gpu.worker import Worker
from tests.batches import PATIENCE_S, Batching, Gate, queue_up, until


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as threads:
        yield threads


@pytest.fixture(params=["leader", "worker"])
def batching(request: pytest.FixtureRequest, gate: Gate) -> Iterator[Batching]:
    """Up to three jobs at once, by either way."""
    if request.param == "leader":
        yield MicroBatcher(gate.run, 3)
        return
    worker: Worker[int, int] = Worker(lambda: nullcontext(1), gate.run_with, most=3, name="test")
    yield worker
    worker.close()


def test_jobs_that_wait_run_together_in_their_order(
    pool: ThreadPoolExecutor, gate: Gate, batching: Batching
) -> None:
    futures = queue_up(pool, gate, batching, [1, 2, 3, 4, 5, 6])
    gate.open.release(3)

    answers = [future.result(PATIENCE_S) for future in futures]

    assert answers == [10, 20, 30, 40, 50, 60]
    assert gate.batches == [[1], [2, 3, 4], [5, 6]]  # three at most


def test_an_error_reaches_its_batch_and_no_other(
    pool: ThreadPoolExecutor, gate: Gate, batching: Batching
) -> None:
    futures = queue_up(pool, gate, batching, [1, 2, 13, 4, 5])
    gate.open.release(3)

    errors = [str(future.exception(PATIENCE_S)) for future in futures]

    assert errors == ["None", "thirteen", "thirteen", "thirteen", "None"]


def test_the_job_after_an_error_runs_as_usual(
    pool: ThreadPoolExecutor, gate: Gate, batching: Batching
) -> None:
    gate.open.release(2)
    with pytest.raises(ValueError, match="thirteen"):
        batching.submit(13)

    assert batching.submit(2) == 20


@given(
    jobs=st.lists(st.integers(0, 40), min_size=1, max_size=60),
    threads=st.integers(1, 12),
    most=st.integers(1, 8),
    by_worker=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_every_job_gets_its_own_answer_whatever_the_crowd(
    jobs: list[int], threads: int, most: int, by_worker: bool
) -> None:
    sizes = []

    def run(batch: Sequence[int]) -> list[int]:
        sizes.append(len(batch))
        time.sleep(0)  # lets other threads in
        return [job * job for job in batch]

    worker: Worker[int, int] = Worker(
        lambda: nullcontext(run), lambda own, batch: own(batch), most=most, name="test"
    )
    submit = worker.submit if by_worker else MicroBatcher(run, most).submit
    with ThreadPoolExecutor(threads) as pool:
        answers = list(pool.map(submit, jobs, timeout=PATIENCE_S))
    worker.close()

    assert answers == [job * job for job in jobs]
    assert sum(sizes) == len(jobs)
    assert max(sizes) <= min(most, threads)


def test_no_wake_up_is_lost_among_many_threads_and_failures() -> None:
    def run(batch: Sequence[int]) -> list[int]:
        if any(job % 7 == 0 for job in batch):
            raise ValueError(str(batch))
        return [-job for job in batch]

    batcher = MicroBatcher(run, 4)

    def ask(job: int) -> bool:
        try:
            return batcher.submit(job) == -job
        except ValueError as error:
            return str(job) in str(error)

    with ThreadPoolExecutor(24) as pool:
        were_right = list(pool.map(ask, range(6000), timeout=PATIENCE_S))

    assert all(were_right)
    assert batcher.waiting == 0


def test_an_idle_batcher_runs_a_job_in_the_thread_that_has_it(gate: Gate) -> None:
    gate.open.release(2)
    batcher = MicroBatcher(gate.run, 8)

    answers = [batcher.submit(1), batcher.submit(2)]

    assert answers == [10, 20]
    assert gate.threads == [threading.get_ident()] * 2


def test_a_leader_goes_after_its_own_batch(pool: ThreadPoolExecutor, gate: Gate) -> None:
    first, *others = queue_up(pool, gate, MicroBatcher(gate.run, 8), [1, 2, 3])
    gate.open.release()

    answer = first.result(PATIENCE_S)  # while the next batch is still held up

    assert answer == 10
    gate.open.release()
    assert [future.result(PATIENCE_S) for future in others] == [20, 30]
    assert gate.threads[1] != gate.threads[0]


def test_an_interrupted_wait_does_not_take_the_lead_with_it(
    pool: ThreadPoolExecutor, gate: Gate
) -> None:
    batcher = MicroBatcher(gate.run, 8)
    futures = queue_up(pool, gate, batcher, [1])
    main = threading.main_thread().ident
    assert main is not None

    def interrupt_this_then_wait() -> int:
        until(lambda: batcher.waiting == 1)
        signal.pthread_kill(main, signal.SIGINT)  # Ctrl-C
        return batcher.submit(3)

    futures.append(pool.submit(interrupt_this_then_wait))
    with pytest.raises(KeyboardInterrupt):
        batcher.submit(2)
    gate.open.release(2)

    assert [future.result(PATIENCE_S) for future in futures] == [10, 30]
    assert gate.batches == [[1], [3]]


def test_an_interruption_after_the_lead_was_left_to_it_hands_it_on(
    pool: ThreadPoolExecutor, gate: Gate
) -> None:
    batcher = MicroBatcher(gate.run, 8)
    futures = queue_up(pool, gate, batcher, [1])
    main = threading.main_thread().ident
    assert main is not None

    def interrupt_once_it_leads(*_: object) -> None:  # runs while this thread waits
        futures.append(pool.submit(batcher.submit, 3))
        until(lambda: batcher.waiting == 2)
        gate.open.release(2)
        futures[0].result(PATIENCE_S)
        raise KeyboardInterrupt

    def interrupt_main() -> None:
        until(lambda: batcher.waiting == 1)
        signal.pthread_kill(main, signal.SIGINT)

    before = signal.signal(signal.SIGINT, interrupt_once_it_leads)
    try:
        pool.submit(interrupt_main)
        with pytest.raises(KeyboardInterrupt):
            batcher.submit(2)
    finally:
        signal.signal(signal.SIGINT, before)

    assert [future.result(PATIENCE_S) for future in futures] == [10, 30]
    assert gate.batches == [[1], [3]]


def test_too_few_answers_are_an_error() -> None:
    batcher: MicroBatcher[int, int] = MicroBatcher(lambda _: [], 2)

    with pytest.raises(ValueError, match="shorter"):
        batcher.submit(1)


def test_a_batch_of_no_jobs_is_refused() -> None:
    with pytest.raises(ValueError, match="batch of 0"):
        MicroBatcher(lambda jobs: jobs, 0)
