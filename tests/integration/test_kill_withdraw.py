"""A process that withdraws is killed at random moments: the list stays whole, nothing is lost."""

import random
import time
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from index.snapshots.snapshot_store import DiskSnapshotStore
from tests.processes import PROCESSES

KILLS = 12


def withdraw_for_ever(folder: str, first: int, done: Connection) -> None:
    store = DiskSnapshotStore(Path(folder))
    for number in count(first):
        store.withdraw([f"t:{number}"])
        done.send(number)


def kill_while_withdrawing(folder: Path, first: int, *, after_s: float) -> int:
    """Return the last number that was withdrawn for sure."""
    ours, theirs = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=withdraw_for_ever, args=(str(folder), first, theirs))
    process.start()
    theirs.close()
    last = int(ours.recv())
    time.sleep(after_s)
    process.kill()
    process.join()
    try:
        while True:
            last = int(ours.recv())
    except EOFError:
        ours.close()
    return last


def test_whatever_is_killed_the_list_is_whole(tmp_path: Path) -> None:
    moments = random.Random(1851)  # noqa: S311 - moments, no secrets
    first = 0

    for _ in range(KILLS):
        last = kill_while_withdrawing(tmp_path, first, after_s=moments.uniform(0, 0.05))
        kept = {int(id.removeprefix("t:")) for id in DiskSnapshotStore(tmp_path).withdrawn()}

        assert kept in (set(range(last + 1)), set(range(last + 2)))  # the next one, or not yet
        first = max(kept) + 1
