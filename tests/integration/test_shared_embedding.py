"""Workers that share a database: each content once, whoever is killed, paused or stopped."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine

from core.leases import LeaseRules, LeaseState
from core.progress import SilentProgress
from core.types import Artwork, Matrix, Purpose
from db.embeddings import SqlEmbeddingStore
from db.leases import SqlEmbeddingLeases
from db.session import open_database
from search.embed import Embedder
from search.embedding.contents import TextContents
from search.embedding.heartbeat import Heartbeat
from search.embedding.lease_worker import LeaseWorker, WorkReport
from search.embedding.run import ShardWork
from search.embedding.shard_files import ShardFolder
from search.spool import Spool, spooled
from tests.embedding import SeeingEncoder
from tests.processes import PROCESSES

WORKS, SHARD, WORKERS, KILLS = 160, 4, 4, 8
HELD = 3  # shards of a worker: one is kept, one is encoded, one is taken ahead
PATIENCE_S = 120
RULES = LeaseRules(lasts_s=2, attempts=2 + KILLS)
_started = list[BaseProcess]()
ARTWORKS = [Artwork(f"t:{n:03}", f"Sea {n}") for n in range(WORKS)]


@dataclass(frozen=True)
class WitnessedEncoder(SeeingEncoder):
    """Encodes slowly, and writes down each text."""

    log: Path = Path()
    poison: str = "nothing"
    sleeps: bool = False

    def encode_texts(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Matrix:
        with self.log.open("a") as file:
            file.write("".join(f"{text}\n" for text in texts))
        if self.sleeps:
            os.kill(os.getpid(), signal.SIGSTOP)
        if any(self.poison in text for text in texts):
            raise RuntimeError(f"{self.poison} is more than it can take")
        time.sleep(0.02)
        return SeeingEncoder.encode_texts(self, texts, purpose=purpose)


def embedder(
    engine: Engine, folder: Path, poison: str = "nothing", *, sleeps: bool = False
) -> Embedder:
    encoder = WitnessedEncoder(log=folder / "log.txt", poison=poison, sleeps=sleeps)
    contents = TextContents(encoder, shard_size=SHARD)
    return Embedder(contents, SqlEmbeddingStore(engine), ShardFolder(folder / "embed"))


def work(url: str, folder: Path, poison: str = "nothing", *, sleeps: bool = False) -> WorkReport:
    """Do what `vasari embed work` does, with small shards and a catalogue of our own."""
    engine = open_database(url)
    own = embedder(engine, folder, poison, sleeps=sleeps)
    leases = SqlEmbeddingLeases(engine, RULES)

    def read() -> AbstractContextManager[Spool]:
        return spooled(ARTWORKS, folder)

    try:
        with ShardWork(own.contents, own.folder) as shards, Heartbeat(leases) as heartbeat:
            worker = LeaseWorker(own, leases, heartbeat, shards=shards, progress=SilentProgress())
            return worker.work("monday", read)
    finally:
        engine.dispose()


def started(url: str, folder: Path, *, sleeps: bool = False) -> BaseProcess:
    options = {"sleeps": sleeps}
    process = PROCESSES.Process(target=work, args=(url, folder), kwargs=options)
    process.start()
    _started.append(process)
    return process


@pytest.fixture(autouse=True)
def none_left() -> Iterator[None]:
    """Kill what a failing test leaves, or the tests would never end."""
    yield
    while _started:
        process = _started.pop()
        process.kill()
        process.join()


def encoded(folder: Path) -> Counter[str]:
    path = folder / "log.txt"
    return Counter(path.read_text().splitlines()) if path.exists() else Counter()


def wait_for(folder: Path, texts: int) -> None:
    until = time.monotonic() + PATIENCE_S
    while encoded(folder).total() < texts:
        assert time.monotonic() < until, "the workers do not get on"
        time.sleep(0.01)


def assert_all_is_there(database: Engine, own: Embedder) -> None:
    contents = {h: text for artwork in ARTWORKS for h, text in own.contents.of(artwork).items()}
    store, space = SqlEmbeddingStore(database), own.contents.space
    expected = SeeingEncoder().encode_texts(list(contents.values()))
    assert np.array_equal(store.read(space, list(contents)), expected)
    assert store.counts() == {space.key: WORKS}
    items = SqlEmbeddingLeases(database).counts(space).items
    assert set(items) == {LeaseState.DONE}


def test_workers_side_by_side_encode_each_content_once(
    database: Engine, database_url: str, tmp_path: Path
) -> None:
    workers = [started(database_url, tmp_path) for _ in range(WORKERS)]

    for worker in workers:
        worker.join()

    assert [worker.exitcode for worker in workers] == [0] * WORKERS
    assert set(encoded(tmp_path).values()) == {1}
    assert_all_is_there(database, embedder(database, tmp_path))


def test_killed_at_random_the_others_do_what_was_theirs(
    database: Engine, database_url: str, tmp_path: Path
) -> None:
    draw = random.Random(7)  # noqa: S311 - moments to kill at
    workers = [started(database_url, tmp_path) for _ in range(WORKERS)]

    for kill in range(KILLS):
        wait_for(tmp_path, (kill + 1) * WORKS // (KILLS + 2))
        time.sleep(draw.uniform(0, 0.05))
        killed = workers.pop(draw.randrange(WORKERS))
        killed.kill()
        killed.join()
        workers.append(started(database_url, tmp_path))
    for worker in workers:
        worker.join()

    assert [worker.exitcode for worker in workers] == [0] * WORKERS
    assert encoded(tmp_path).total() <= WORKS + KILLS * HELD * SHARD
    assert_all_is_there(database, embedder(database, tmp_path))


def test_who_sleeps_through_its_lease_writes_over_nobody(
    database: Engine, database_url: str, tmp_path: Path
) -> None:
    sleeper = started(database_url, tmp_path, sleeps=True)
    wait_for(tmp_path, SHARD)

    report = work(database_url, tmp_path)
    while sleeper.is_alive():  # it falls asleep at every shard that it takes
        os.kill(sleeper.pid or 0, signal.SIGCONT)
        sleeper.join(0.1)

    assert sleeper.exitcode == 0
    assert report.encoded == WORKS
    assert encoded(tmp_path).total() <= WORKS + HELD * SHARD
    assert_all_is_there(database, embedder(database, tmp_path))


def test_an_interrupted_worker_gives_back_what_it_holds(
    database: Engine, database_url: str, tmp_path: Path
) -> None:
    worker = started(database_url, tmp_path)
    wait_for(tmp_path, WORKS // 4)

    os.kill(worker.pid or 0, signal.SIGINT)
    worker.join()

    items = SqlEmbeddingLeases(database).counts(embedder(database, tmp_path).contents.space)
    assert LeaseState.HELD not in items.items
    assert items.items[LeaseState.DONE] >= 1


def test_a_shard_that_no_encoder_bears_is_set_aside_with_its_error(
    database: Engine, database_url: str, tmp_path: Path
) -> None:
    report = work(database_url, tmp_path, poison="Sea 57")

    counts = SqlEmbeddingLeases(database).counts(embedder(database, tmp_path).contents.space)
    assert counts.items == {LeaseState.DONE: WORKS // SHARD - 1, LeaseState.FAILED: 1}
    assert counts.errors == ("RuntimeError: Sea 57 is more than it can take",)
    assert (report.encoded, report.failed) == (WORKS - SHARD, RULES.attempts)


def test_a_worker_whose_every_shard_fails_ends_with_the_error(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> Matrix:
        raise RuntimeError("the GPU fell off")

    monkeypatch.setattr(WitnessedEncoder, "encode_texts", broken)

    with pytest.raises(RuntimeError, match="the GPU fell off"):
        work(database_url, tmp_path)
