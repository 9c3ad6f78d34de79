"""Processes that prepare pictures ahead of the encoder; pictures come back through shared memory.

Each process has a thread of this one that gives it tasks and waits for its answers. One that dies
is started anew, and what it was at is tried again picture by picture: one that kills it is a fault.
"""

import contextlib
import math
import mmap
import os
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TypeAlias

import numpy as np

from core.errors import ConfigurationError, StorageError
from core.types import Pixels
from search.embedding.preparing import Pending, PictureSource, Prepared
from search.embedding.worker import Answer, Failed, Shape, Task

_TASK_BYTES = 2_000_000  # prepared pictures of one task, about: some milliseconds of decoding
_TASK_PICTURES = 16
_DEATHS = 6  # one after the other without an answer between: it is not the pictures
_GRACE_S = 1.0  # for a process whose output has ended to end itself
_START = "from search.embedding.worker import main; main()"

_Answers: TypeAlias = list[Shape | str]


class _DiedError(Exception):
    """A process that ended instead of answering."""


@dataclass(frozen=True, slots=True)
class _Job:
    task: Task
    answer: "Future[_Answers]" = field(default_factory=Future)


class ProcessPreparer:
    """Prepares pictures by processes of their own, so many parts of a shard at a time."""

    def __init__(
        self, source: PictureSource, processes: int, *, parts: int, part_size: int
    ) -> None:
        if source.preparation is None:
            raise ValueError("pictures of any size do not fit into memory of a fixed size")
        self._room = source.preparation.most_bytes
        self._task_pictures = max(1, min(_TASK_PICTURES, _TASK_BYTES // self._room))
        places = parts * math.ceil(part_size / self._task_pictures)
        step = self._room * self._task_pictures
        self._free = [place * step for place in range(places)]
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._file = _shared_file(places * step)
        self._memory = mmap.mmap(self._file, places * step)
        self._lanes = [_Lane(source, self._file, self._jobs) for _ in range(processes)]

    def prepare(self, content_hashes: Sequence[str]) -> Pending:
        """Begin to prepare pictures; never more at once than were announced."""
        size = self._task_pictures
        jobs = [
            _Job(Task(tuple(content_hashes[start : start + size]), self._free.pop(), self._room))
            for start in range(0, len(content_hashes), size)
        ]
        for job in jobs:
            self._jobs.put(job)
        return _PendingJobs(jobs, self._memory, self._free)

    def close(self) -> None:
        """Give up what is being prepared, and end the processes."""
        for lane in self._lanes:
            lane.stop()
        for _ in self._lanes:
            self._jobs.put(None)
        for lane in self._lanes:
            lane.join()
        os.close(self._file)


@dataclass(frozen=True, slots=True)
class _PendingJobs:
    jobs: list[_Job]
    memory: mmap.mmap
    free: list[int]

    def wait(self) -> list[Prepared]:
        return [prepared for job in self.jobs for prepared in self._pictures(job)]

    def release(self) -> None:
        self.free.extend(job.task.offset for job in self.jobs)
        self.jobs.clear()

    def _pictures(self, job: _Job) -> list[Prepared]:
        """Read pictures where they lie: what stacks them into a batch makes the one copy."""
        task = job.task
        return [
            answer if isinstance(answer, str) else _view(self.memory, offset, answer)
            for offset, answer in zip(_offsets(task), job.answer.result(), strict=False)
        ]


class _Lane:
    """A process, and the thread that asks it."""

    def __init__(
        self, source: PictureSource, file: int, jobs: "queue.SimpleQueue[_Job | None]"
    ) -> None:
        self._source = source
        self._file = file
        self._jobs = jobs
        self._deaths = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._is_stopped = False
        self._thread = threading.Thread(target=self._work, name="prepare", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the process, whatever it is at."""
        with self._lock:
            self._is_stopped = True
            process = self._process
        if process is not None:
            process.kill()

    def join(self) -> None:
        """Wait until the thread has ended."""
        self._thread.join()
        self._end()

    def _work(self) -> None:
        while not self._is_stopped and (job := self._jobs.get()) is not None:
            try:
                job.answer.set_result(self._answers(job.task))
            except BaseException as error:  # noqa: BLE001 - raised where the pictures are waited for
                job.answer.set_exception(error)

    def _answers(self, task: Task) -> _Answers:
        try:
            return self._ask(task)
        except _DiedError:
            places = zip(_offsets(task), task.content_hashes, strict=False)
            return [self._alone(Task((one,), offset, task.room)) for offset, one in places]

    def _alone(self, task: Task) -> Shape | str:
        try:
            return self._ask(task)[0]
        except _DiedError as error:
            return f"the process that prepared it {error}"

    def _ask(self, task: Task) -> _Answers:
        try:
            answer = self._exchange(task)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            raise self._died() from error
        self._deaths = 0
        if isinstance(answer, Failed):
            raise StorageError(answer.reason)
        return answer

    def _exchange(self, task: Task) -> Answer:
        process = self._started()
        assert process.stdin  # noqa: S101 - it is a pipe
        assert process.stdout  # noqa: S101 - likewise
        pickle.dump(task, process.stdin)
        process.stdin.flush()
        answer: Answer = pickle.load(process.stdout)  # noqa: S301 - of a process of ours
        return answer

    def _started(self) -> "subprocess.Popen[bytes]":
        with self._lock:
            if self._is_stopped:
                raise EOFError
            if self._process is None:
                self._process = _start(self._source, self._file)
            return self._process

    def _died(self) -> Exception:
        ended = self._end()
        self._deaths += 1
        if self._deaths < _DEATHS or self._is_stopped:
            return _DiedError(ended)
        return ConfigurationError(
            f"the processes that prepare pictures end one after the other; the last one {ended}. "
            "Free memory, or run with fewer of them"
        )

    def _end(self) -> str:
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return "was stopped"
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_S)
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):  # what was never sent cannot be sent now
                assert pipe  # noqa: S101 - both are pipes
                pipe.close()
        code = process.wait()
        return f"was ended by signal {-code}" if code < 0 else f"ended with status {code}"


def _start(source: PictureSource, file: int) -> "subprocess.Popen[bytes]":
    """Start a process that has this one's modules, and none of its state."""
    there = {
        "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path),
        "OMP_NUM_THREADS": "1",  # it needs none, and there are many of them
        "OPENBLAS_NUM_THREADS": "1",
    }
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and words
        [sys.executable, "-P", "-c", _START, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=(file,),
        env=os.environ | there,
        process_group=0,  # Ctrl-C is for the process that asks
    )
    assert process.stdin  # noqa: S101 - it is a pipe
    pickle.dump(source, process.stdin)
    return process


def _shared_file(size: int) -> int:
    """Make a file without a name, which no kill leaves anything of."""
    if hasattr(os, "memfd_create"):  # Linux; unlike /dev/shm, containers do not limit it to 64 MB
        file = os.memfd_create("vasari-pictures")
    else:
        with tempfile.TemporaryFile() as temporary:
            file = os.dup(temporary.fileno())
    os.ftruncate(file, size)
    return file


def _offsets(task: Task) -> "count[int]":
    return count(task.offset, task.room)


def _view(memory: mmap.mmap, offset: int, shape: Shape) -> Pixels:
    return np.frombuffer(memory, np.uint8, math.prod(shape), offset).reshape(shape)
