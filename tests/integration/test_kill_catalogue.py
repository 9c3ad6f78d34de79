"""A kill at any moment of a write leaves a catalogue of whole artworks."""

import random
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from time import sleep

from sqlalchemy import text

from core.types import Artist, Artwork, Contribution, Image, Rights, RightsStatus
from db.catalogue import SqlArtworkStore
from db.session import migrate, open_database, reading
from tests.processes import PROCESSES

BATCH = 25
KILLS = 10


def test_a_killed_writer_leaves_whole_batches_and_the_next_one_goes_on(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'vasari.db'}"
    engine = open_database(url)
    migrate(engine)
    engine.dispose()
    chance = random.Random(7)  # noqa: S311 - moments, not secrets
    committed = 0

    for _ in range(KILLS):
        committed = write_and_be_killed(url, committed, after_s=chance.uniform(0, 0.08))
        engine = open_database(url)
        with reading(engine) as connection:
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        kept = list(SqlArtworkStore(engine).scan())
        engine.dispose()
        assert len(kept) % BATCH == 0
        assert len(kept) // BATCH - committed in (0, 1)  # the last may not have been reported
        assert kept == [artwork(i) for i in range(len(kept))]
        committed = len(kept) // BATCH

    assert committed >= KILLS


def write_and_be_killed(url: str, start: int, *, after_s: float) -> int:
    """Let a process write batches until it is killed; return the last that it reported."""
    ours, theirs = PROCESSES.Pipe(duplex=False)
    writer = PROCESSES.Process(target=write_batches, args=(url, start, theirs))
    writer.start()
    theirs.close()
    reported = int(ours.recv())
    sleep(after_s)
    writer.kill()
    writer.join()
    try:
        while True:
            reported = int(ours.recv())
    except (EOFError, OSError):
        ours.close()
        return reported


def write_batches(url: str, start: int, reports: Connection) -> None:
    catalogue = SqlArtworkStore(open_database(url))
    for batch in count(start):
        catalogue.upsert([artwork(i) for i in range(batch * BATCH, (batch + 1) * BATCH)])
        reports.send(batch + 1)


def artwork(i: int) -> Artwork:
    artist = Artist(f"t:{i % 97}", f"Artist {i % 97}", other_names=(f"A. {i % 97}",))
    return Artwork(
        f"t:{i:06}",
        title=f"Work {i}",
        contributions=(Contribution(artist),),
        subjects=tuple(f"subject {i * j % 1009}" for j in range(10)),
        images=(Image(url=f"https://example.org/{i}", rights=Rights(RightsStatus.OPEN)),),
    )
