"""A process that shares or follows snapshots is killed at random moments: both sides stay whole."""

import random
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from core.progress import SilentProgress
from tests.processes import PROCESSES
from tests.s3_server import s3_credentials
from tests.sharing import Home, Place, open_home, store_with_bucket

KILLS = 4
SEEDS = (0, 1, 2)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with store_with_bucket(tmp_path) as url:
        yield Place(url, "killed")


def publish_for_ever(folder: str, place: Place, started: Connection) -> None:
    # The process is forked by one that began before this test, without what its fixtures set.
    with s3_credentials(Path(folder)):
        home = open_home(Path(folder), place)
        for turn, seed in enumerate(cycle(SEEDS)):
            home.published(seed)
            if turn == 0:
                started.send(None)
            home.shared.withdraw([f"t:{seed:05}"])
            home.shared.prune(2)


def pull_for_ever(folder: str, place: Place, started: Connection) -> None:
    with s3_credentials(Path(folder)):
        home = open_home(Path(folder), place, keep=1)
        started.send(None)
        while True:
            home.pull()


def kill_while(
    work: Callable[[str, Place, Connection], None], folder: Path, place: Place, *, after_s: float
) -> None:
    ours, theirs = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=work, args=(str(folder), place, theirs))
    process.start()
    theirs.close()  # so that a process that fails is not waited for
    ours.recv()
    time.sleep(after_s)
    process.kill()
    process.join()
    ours.close()


def pulled(replica: Home) -> str:
    replica.pull()
    assert replica.local.verify(replica.live) == []
    return replica.live


def test_a_publisher_that_is_killed_leaves_replicas_a_whole_snapshot(
    place: Place, tmp_path: Path
) -> None:
    publisher, replica = (open_home(tmp_path / name, place) for name in ("publisher", "replica"))
    publisher.published()
    moments = random.Random(1851)  # noqa: S311 - moments, no secrets
    lives = {pulled(replica)}

    for _ in range(KILLS):
        kill_while(publish_for_ever, publisher.folder, place, after_s=moments.uniform(0, 1))
        lives.add(pulled(replica))
        assert publisher.local.verify(publisher.live) == []

    id = publisher.shared.push(SilentProgress())  # the same command mends what a kill left
    assert pulled(replica) == id == publisher.live
    assert replica.local.withdrawn() == publisher.local.withdrawn()
    assert len(lives) == KILLS + 1  # each process published once before it was killed


def test_a_replica_that_is_killed_serves_a_whole_snapshot_and_goes_on(
    place: Place, tmp_path: Path
) -> None:
    publisher, replica = (open_home(tmp_path / name, place) for name in ("publisher", "replica"))
    publisher.published()
    pulled(replica)
    moments = random.Random(1775)  # noqa: S311 - moments, no secrets

    for seed in range(KILLS):
        publisher.published(seed % len(SEEDS))
        kill_while(pull_for_ever, replica.folder, place, after_s=moments.uniform(0, 0.4))
        assert replica.local.verify(replica.live) == []

    assert pulled(replica) == publisher.live
    assert not list(replica.folder.glob(".receiving-*"))
