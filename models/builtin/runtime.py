"""ONNX Runtime as the built-in encoders use it."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from core.errors import DamagedError

_Item = TypeVar("_Item")

_CGROUP_QUOTA = Path("/sys/fs/cgroup/cpu.max")
_HYPERTHREADING = Path("/sys/devices/system/cpu/smt/active")


def available_cores() -> int:
    """Count the physical cores that this process may use, one at least."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows have no such call
        cores = os.cpu_count() or 1
    if _read(_HYPERTHREADING) == "1":
        cores //= 2
    quota, _, period = _read(_CGROUP_QUOTA).partition(" ")
    if quota.isdigit() and period.isdigit():
        cores = min(cores, int(quota) // int(period))
    return max(cores, 1)


def open_session(path: Path) -> Any:  # noqa: ANN401 - ONNX Runtime has no types
    """Load a graph that runs in the thread that asks, so callers share the cores fairly.

    Raises:
        DamagedError: the file cannot be read as a graph.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Its own threads wait by spinning: measured, they gain nothing over batches in parallel, and
    # lose half the speed as soon as something else runs on the machine.
    options.intra_op_num_threads = 1
    options.log_severity_level = 3  # errors; warnings are about optimisations
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its exceptions have no common base
        raise DamagedError(f"{path.name} cannot be loaded: {error}") from error


def run_parallel(work: Callable[[_Item], None], items: Iterable[_Item], threads: int) -> None:
    """Do work on every item, by so many threads; 0 means one for each available core."""
    listed = list(items)
    workers = min(threads or available_cores(), len(listed))
    if workers <= 1:
        for item in listed:
            work(item)
        return
    with ThreadPoolExecutor(workers) as pool:
        for _ in pool.map(work, listed):
            pass


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
