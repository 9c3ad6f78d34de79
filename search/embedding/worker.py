"""A process that prepares pictures: reads tasks on standard input, answers on standard output.

Pictures go into memory that it shares with the process that asks; answers hold only their shapes.
It is started with the number of that memory's file, and ends when its standard input does, so that
it outlives nobody.
"""

import mmap
import os
import pickle
import sys
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

import numpy as np

from core.errors import VasariError
from search.embedding.preparing import PictureSource, Prepared


@dataclass(frozen=True, slots=True)
class Task:
    """Pictures to prepare, and where in the shared memory the first of them goes."""

    content_hashes: tuple[str, ...]
    offset: int
    room: int  # bytes for each picture


@dataclass(frozen=True, slots=True)
class Failed:
    """What ended a task: a store that does not answer, say."""

    reason: str


Shape: TypeAlias = tuple[int, ...]
Answer: TypeAlias = list[Shape | str] | Failed


def serve(file: int, tasks: BinaryIO, answers: BinaryIO) -> None:
    """Do tasks until there are no more."""
    source: PictureSource = pickle.load(tasks)  # noqa: S301 - written by the process that started this one
    with mmap.mmap(file, 0) as memory:
        while True:
            try:
                task: Task = pickle.load(tasks)  # noqa: S301 - likewise
            except EOFError:
                return
            pickle.dump(_answer(source, task, memory), answers)
            answers.flush()


def _answer(source: PictureSource, task: Task, memory: mmap.mmap) -> Answer:
    try:
        return [
            _place(source.load(content_hash), memory, task.offset + number * task.room, task.room)
            for number, content_hash in enumerate(task.content_hashes)
        ]
    except VasariError as error:
        return Failed(str(error))


def _place(prepared: Prepared, memory: mmap.mmap, offset: int, room: int) -> Shape | str:
    if isinstance(prepared, str):
        return prepared
    if prepared.nbytes > room:
        return f"it takes {prepared.nbytes} bytes once prepared, and {room} were said to be enough"
    there = np.frombuffer(memory, np.uint8, prepared.nbytes, offset)
    there[:] = np.ascontiguousarray(prepared).reshape(-1)
    return prepared.shape


def main() -> None:
    """Serve the process that started this one."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not pass for an answer
    try:
        serve(int(sys.argv[1]), sys.stdin.buffer, answers)
    except BrokenPipeError:
        os._exit(1)  # whoever asked is gone
