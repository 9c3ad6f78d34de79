"""Batches that run when they are let through, and jobs that queue up for them."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from core.batching import MicroBatcher
from index.gpu.worker import Worker

PATIENCE_S = 30  # a test that waits longer has found a deadlock
Batching = MicroBatcher[int, int] | Worker[int, int]


class Gate:
    """Runs batches of numbers, each when it is let through, and keeps what it was given."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.threads: list[int] = []
        self.running = threading.Semaphore(0)
        self.open = threading.Semaphore(0)

    def run(self, jobs: Sequence[int]) -> list[int]:
        self.batches.append(list(jobs))
        self.threads.append(threading.get_ident())
        self.running.release()
        assert self.open.acquire(timeout=PATIENCE_S)
        if 13 in jobs:
            raise ValueError("thirteen")
        return [job * 10 for job in jobs]

    def run_with(self, factor: int, jobs: Sequence[int]) -> list[int]:
        return [answer * factor for answer in self.run(jobs)]


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def queue_up(
    pool: ThreadPoolExecutor, gate: Gate, batching: Batching, jobs: Sequence[int]
) -> list[Future[int]]:
    """Submit the first job, and the others one after the other while it runs."""
    futures = [pool.submit(batching.submit, jobs[0])]
    assert gate.running.acquire(timeout=PATIENCE_S)
    for count, job in enumerate(jobs[1:], 1):
        futures.append(pool.submit(batching.submit, job))
        until(lambda count=count: batching.waiting == count)  # type: ignore[misc]  # mypy knows no lambda with a default
    return futures
