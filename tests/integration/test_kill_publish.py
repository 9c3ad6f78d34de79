"""A process that builds and publishes is killed at random moments: something whole is live."""

import random
import time
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from core.progress import SilentProgress
from index.snapshots.snapshot_store import DiskSnapshotStore
from tests.indexes import random_source
from tests.processes import PROCESSES

KILLS = 25
MOST_KILLS = 60  # if on a slow machine few lived long enough to publish
WORKS = 50


def build_and_publish(folder: Path, seed: int) -> str:
    store = DiskSnapshotStore(folder)
    id = store.build(random_source(WORKS, seed), SilentProgress())
    store.publish(id)
    store.prune(2)
    return id


def publish_for_ever(folder: str, started: Connection) -> None:
    started.send(None)
    for seed in count(1):
        build_and_publish(Path(folder), seed)


def kill_while_publishing(folder: Path, *, after_s: float) -> None:
    ours, theirs = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=publish_for_ever, args=(str(folder), theirs))
    process.start()
    ours.recv()
    time.sleep(after_s)
    process.kill()
    process.join()
    ours.close()
    theirs.close()


def test_whatever_is_killed_a_whole_snapshot_is_live(tmp_path: Path) -> None:
    moments = random.Random(1775)  # noqa: S311 - moments, no secrets
    lives = {build_and_publish(tmp_path, 0)}
    kills = 0

    while kills < KILLS or (len(lives) < 4 and kills < MOST_KILLS):
        kill_while_publishing(tmp_path, after_s=moments.uniform(0, 0.6))
        kills += 1
        store = DiskSnapshotStore(tmp_path)
        live = store.current()
        lives.add(live.id)

        assert store.verify(live.id) == []
        assert len(live) == WORKS

    assert len(lives) >= 4  # else nothing was published and this showed nothing


def test_the_next_build_clears_what_kills_left(tmp_path: Path) -> None:
    build_and_publish(tmp_path, 0)
    while not list(tmp_path.glob(".building-*")):
        kill_while_publishing(tmp_path, after_s=0.05)

    id = build_and_publish(tmp_path, 99)

    names = {path.name for path in tmp_path.iterdir()}
    assert id in names
    assert not [name for name in names if name.startswith((".building-", ".deleting-"))]
    assert {".lock", "CURRENT"} <= names
