"""Processes that are started, watched and killed."""

import time
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import psutil

from bench.soak.worker import Phase, Plan, work

# Imported once, in the process that the others are forked from: a kill meets work, not imports.
_CONTEXT = get_context("forkserver")
_PRELOADED = [
    "bench.soak.worker", "alembic.command", "boto3", "faiss", "onnxruntime", "tokenizers",
    "Stemmer", "sqlalchemy.dialects.sqlite", "db.catalogue", "db.runs", "db.picture_fetches",
    "index.snapshots.snapshot_store", "models.builtin.runtime", "fetch.fetcher",
]  # fmt: skip
_GRACE_S = 10.0  # for processes of a killed process to see that it is gone


@dataclass(frozen=True, slots=True)
class Moment:
    """When to kill: so long after a phase began."""

    phase: Phase
    after_s: float


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended."""

    phase: Phase | None  # in which it was killed; None: it came to its end
    seconds: dict[Phase, float] = field(default_factory=dict)  # of the phases that it came through
    left: int = 0  # processes of its own that outlived it


def run_whole(plan: Plan) -> Ended:
    """Let a process come to its end. Raises RuntimeError when it fails."""
    return run_until(plan, None)


def run_until(plan: Plan, moment: Moment | None) -> Ended:
    """Kill a process at a moment, unless it has ended. Raises RuntimeError when it fails."""
    _CONTEXT.set_forkserver_preload(_PRELOADED)
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=work, args=(plan, theirs))
    process.start()
    theirs.close()
    watched = _Watched(process, ours)
    try:
        watched.follow(moment)
        left = _kill(process) if moment else 0
        process.join()
        watched.follow(None)
    finally:
        ours.close()
    if process.exitcode == 0:
        return Ended(None, watched.seconds, left)
    if process.exitcode != -9 or moment is None:
        raise RuntimeError(f"the process failed in its phase {watched.phase}: see above")
    return Ended(watched.phase, watched.seconds, left)


class _Watched:
    """What a process has said of itself."""

    def __init__(self, process: BaseProcess, reports: Connection) -> None:
        self._process, self._reports = process, reports
        self._since = time.perf_counter()
        self.phase = Phase.START
        self.seconds: dict[Phase, float] = {}

    def follow(self, moment: Moment | None) -> None:
        """Listen until a moment has come, or the process has ended."""
        kill_at: float | None = None
        while True:
            if moment and kill_at is None and self.phase == moment.phase:
                kill_at = self._since + moment.after_s
            wait_s = None if kill_at is None else max(0.0, kill_at - time.perf_counter())
            if not self._reports.poll(wait_s):
                return
            try:
                self._note(self._reports.recv())
            except (EOFError, OSError):
                return

    def _note(self, phase: Phase | None) -> None:
        now = time.perf_counter()
        if phase != Phase.START:
            self.seconds[self.phase] = now - self._since
        self._since = now
        self.phase = phase or self.phase


def own_processes(pid: int) -> list[psutil.Process]:
    """List the processes that a process has started, and those of these."""
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def outlived(own: list[psutil.Process]) -> int:
    """Count those that do not end after the process that started them; they are killed."""
    _, left = psutil.wait_procs(own, timeout=_GRACE_S)
    for one in left:
        one.kill()
    return len(left)


def _kill(process: BaseProcess) -> int:
    """Kill a process; tell how many of its own did not end after it."""
    own = own_processes(process.pid or 0)
    process.kill()
    return outlived(own)
