"""One thread that owns what only one thread may use, and batches the jobs that wait for it."""

import logging
import threading
import weakref
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from queue import Empty, SimpleQueue
from typing import Generic, NoReturn, TypeAlias, TypeVar

from core.batching import Answer, Call, Job, Run, at_least_one, settle

Resource = TypeVar("Resource")
_Open: TypeAlias = Callable[[], AbstractContextManager[Resource]]
_Use: TypeAlias = Callable[[Resource, Sequence[Job]], Sequence[Answer]]
_Calls: TypeAlias = SimpleQueue[Call[Job, Answer] | None]  # None: nothing more to come

_log = logging.getLogger(__name__)


class ClosedError(RuntimeError):
    """The worker has been closed."""


class Worker(Generic[Job, Answer]):
    """One thread that opens a resource, is alone in using it, and closes it.

    All jobs that wait, up to `most`, are one batch. The thread ends when the worker is closed or
    nobody refers to it any more, so neither `open_resource` nor `run` may refer to it.
    """

    def __init__(
        self,
        open_resource: _Open[Resource],
        run: _Use[Resource, Job, Answer],
        *,
        most: int,
        name: str,
    ) -> None:
        self._lock = threading.Lock()
        self._is_closed = False
        # SimpleQueue, since a finalizer may put into it whatever this thread is doing.
        self._calls: _Calls[Job, Answer] = SimpleQueue()
        self._opening: Call[None, None] = Call(None)
        serve = partial(_serve, self._calls, self._opening, at_least_one(most))
        tools = (open_resource, run)
        self._thread = threading.Thread(target=serve, args=tools, name=name, daemon=True)
        weakref.finalize(self, self._calls.put, None).atexit = False
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Jobs that wait for the next run."""
        return self._calls.qsize()

    def wait_until_open(self) -> None:
        """Wait for the resource; raises what opening it raised."""
        self._opening.wait()
        self._opening.result()

    def submit(self, job: Job) -> Answer:
        """Run a job; raises what its run raised, or what opening the resource raised.

        Raises:
            ClosedError: the worker has been closed.
        """
        call: Call[Job, Answer] = Call(job)
        with self._lock:
            if self._is_closed:
                raise ClosedError(f"{self._thread.name} has been closed")
            self._calls.put(call)
        call.wait()
        return call.result()

    def close(self) -> None:
        """Run what waits, take no more, and wait until the resource is closed."""
        with self._lock:
            self._is_closed = True
            self._calls.put(None)
        if self._thread is not threading.current_thread():
            self._thread.join()


def _serve(
    calls: _Calls[Job, Answer],
    opening: Call[None, None],
    most: int,
    open_resource: _Open[Resource],
    run: _Use[Resource, Job, Answer],
) -> None:
    try:
        with ExitStack() as stack:
            run_all = _open(stack, opening, open_resource, run)
            while _serve_batch(calls, most, run_all):
                pass
    except Exception:  # noqa: BLE001 - nobody is left to raise it in
        _log.exception("%s: its resource failed to close", threading.current_thread().name)


def _open(
    stack: ExitStack,
    opening: Call[None, None],
    open_resource: _Open[Resource],
    run: _Use[Resource, Job, Answer],
) -> Run[Job, Answer]:
    opening.answer = None
    try:
        return partial(run, stack.enter_context(open_resource()))
    except BaseException as error:  # noqa: BLE001 - raised in the threads that ask for it
        opening.error = error
        return partial(_refuse, error)
    finally:
        opening.wake()


def _refuse(error: BaseException, _: Sequence[Job]) -> NoReturn:
    raise error


def _serve_batch(calls: _Calls[Job, Answer], most: int, run: Run[Job, Answer]) -> bool:
    """Run all that wait; False where there is nothing more to come."""
    batch: list[Call[Job, Answer]] = []
    try:
        while len(batch) < most:
            call = calls.get(block=not batch)
            if call is None:
                break
            batch.append(call)
    except Empty:
        call = batch[-1]
    if batch:
        settle(run, batch)
    return call is not None
