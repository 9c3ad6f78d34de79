"""Micro-batching: jobs that arrive during one run are run together in the next.

A device, or a matrix product, answers many queries in little more time than one. Nobody waits
for company here: the first job runs at once, and only jobs that would wait anyway are collected.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeAlias, TypeVar

Job = TypeVar("Job")
Answer = TypeVar("Answer")
Run: TypeAlias = Callable[[Sequence[Job]], Sequence[Answer]]


class Call(Generic[Job, Answer]):
    """A job, and the thread that waits for what becomes of it."""

    __slots__ = ("_woken", "answer", "error", "job", "leads")
    answer: Answer  # set where there is no error

    def __init__(self, job: Job) -> None:
        self.job = job
        self.error: BaseException | None = None
        self.leads = False  # whether its thread has to run the next batch
        self._woken = threading.Event()

    def wake(self) -> None:
        """Tell its thread that something has become of it."""
        self._woken.set()

    def wait(self) -> None:
        """Wait until it is woken."""
        self._woken.wait()

    def result(self) -> Answer:
        """Give the answer, or raise the error."""
        if self.error is None:
            return self.answer
        try:
            raise self.error
        finally:
            del self  # the error holds this frame: without this, a cycle of the two


class MicroBatcher(Generic[Job, Answer]):
    """Runs jobs in the threads that submit them, those that had to wait as one batch.

    One thread leads at a time. It runs its batch, returns, and leaves the lead to the job that
    has waited longest, which takes up to `most` of those waiting with it, in their order.
    `run` gives one answer for each job, and must not submit any.
    """

    def __init__(self, run: Run[Job, Answer], most: int) -> None:
        self._run = run
        self._most = at_least_one(most)
        self._lock = threading.Lock()
        self._is_led = False
        self._waiting: deque[Call[Job, Answer]] = deque()

    @property
    def waiting(self) -> int:
        """Jobs that wait for the next run."""
        return len(self._waiting)

    def submit(self, job: Job) -> Answer:
        """Run a job, at once where nothing is running; raises what its run raised."""
        call: Call[Job, Answer] = Call(job)
        try:
            self._join(call)
            if not call.leads:
                call.wait()
        except BaseException:  # Ctrl-C: the others must not wait for this thread to lead
            self._leave(call)
            raise
        if call.leads:
            self._lead()
        return call.result()

    def _join(self, call: Call[Job, Answer]) -> None:
        """Stand in line, and take the lead where nobody has it."""
        with self._lock:
            self._waiting.append(call)
            call.leads = not self._is_led
            self._is_led = True

    def _leave(self, call: Call[Job, Answer]) -> None:
        with self._lock:
            if call in self._waiting:
                self._waiting.remove(call)
        if call.leads:
            self._hand_over()

    def _lead(self) -> None:
        try:
            settle(self._run, self._next_batch())
        finally:
            self._hand_over()

    def _next_batch(self) -> list[Call[Job, Answer]]:
        with self._lock:
            return [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]

    def _hand_over(self) -> None:
        with self._lock:
            self._is_led = bool(self._waiting)
            if self._waiting:
                self._waiting[0].leads = True
                self._waiting[0].wake()


def settle(run: Run[Job, Answer], batch: Sequence[Call[Job, Answer]]) -> None:
    """Run a batch and give each call its answer, or all of them the error."""
    try:
        answers = run([call.job for call in batch])
        for call, answer in zip(batch, answers, strict=True):
            call.answer = answer
    except BaseException as error:  # noqa: BLE001 - raised in the threads that wait
        for call in batch:
            call.error = error
    finally:
        for call in batch:
            call.wake()


def at_least_one(most: int) -> int:
    """Check the most jobs of a batch."""
    if most < 1:
        raise ValueError(f"a batch of {most} jobs")
    return most
