"""FAISS, imported when it is needed, and how many threads it may use."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import local
from types import ModuleType
from typing import Any

from core.errors import DamagedError, MissingExtraError

_thread = local()


def faiss_for_search() -> ModuleType:
    """Import FAISS, with one thread for the searches of the calling thread.

    OpenMP keeps the number by calling thread, so each new one has to be told. One query gains
    nothing from a team: scoring 70 rows took 16 ms with two threads on two busy cores, and
    0.004 ms with one. Many queries at once run in many calling threads.
    """
    faiss = _import_faiss()
    if not getattr(_thread, "is_single", False):
        faiss.omp_set_num_threads(1)
        _thread.is_single = True
    return faiss


@contextmanager
def faiss_for_build() -> Iterator[ModuleType]:
    """Import FAISS, with all cores for the calling thread until the block ends."""
    faiss = _import_faiss()
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    try:
        yield faiss
    finally:
        faiss.omp_set_num_threads(before)


def open_index(path: Path) -> Any:  # noqa: ANN401 - FAISS has no types
    """Open an index by memory map, to be read only: FAISS ends the process when it is changed.

    Raises:
        DamagedError: names the file.
    """
    faiss = faiss_for_search()
    try:
        return faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError as error:
        raise DamagedError(f"{path} cannot be read: {error}") from error


def _import_faiss() -> ModuleType:
    try:
        import faiss
    except ImportError as error:
        raise MissingExtraError("faiss-cpu", "cpu") from error
    module: ModuleType = faiss
    return module
