"""`kill -9` at random moments of an ingest: what is left goes on to the same end."""

import json
import multiprocessing
import random
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from PIL import Image

from core.progress import SilentProgress
from core.records import IngestRun, RunLine, WorkState
from core.types import Artwork
from db.catalogue import SqlArtworkStore
from db.runs import SqlRunStore
from db.session import migrate, open_database
from ingest.mapping_file import parse_mapping
from ingest.options import IngestOptions
from ingest.pipeline import ingest
from ingest.sources.table import TableSource
from storage.folder import FolderBlobStore
from tests.pictures import encoded

ROWS, KILLS, BATCH = 400, 10, 20
MAPPING = b"""source = "m"
[columns]
id = "id"
title = "title"
subjects = "subjects"
[artists]
name = "artist"
[image]
path = "file"
"""


def ingest_all(table: Path, home: Path) -> None:
    """Do what `vasari ingest` does, in a process that may be killed."""
    engine = open_database(f"sqlite:///{home / 'vasari.db'}")
    migrate(engine)
    ingest(
        TableSource(table, parse_mapping(MAPPING, "m.toml")),
        catalogue=SqlArtworkStore(engine),
        blobs=FolderBlobStore(home / "blobs"),
        runs=SqlRunStore(engine),
        progress=SilentProgress(),
        options=IngestOptions(batch_size=BATCH),
    )
    engine.dispose()


def started(table: Path, home: Path) -> BaseProcess:
    # The fork server imports everything once, so that a kill meets work and not imports.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=ingest_all, args=(table, home))
    process.start()
    return process


def finished(table: Path, home: Path) -> float:
    begun = time.perf_counter()
    process = started(table, home)
    process.join()
    assert process.exitcode == 0
    return time.perf_counter() - begun


def state(home: Path) -> tuple[list[Artwork], dict[str, bytes]]:
    """Read the catalogue and the whole blobs."""
    engine = open_database(f"sqlite:///{home / 'vasari.db'}")
    artworks = list(SqlArtworkStore(engine).scan())
    engine.dispose()
    files = (path for path in (home / "blobs").rglob("*") if path.is_file())
    return artworks, {f.name: f.read_bytes() for f in files if not f.name.startswith(".")}


def first_run(home: Path) -> tuple[IngestRun, list[RunLine]]:
    """Read the first run, and its ledger."""
    engine = open_database(f"sqlite:///{home / 'vasari.db'}")
    runs = SqlRunStore(engine)
    run = runs.latest()[-1]
    lines = [one.line for one in runs.lines(run.id, limit=1000)]
    engine.dispose()
    return run, lines


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rows = []
    for i in range(ROWS):
        file = f"{i}.png" if i % 4 == 0 else None
        rows.append(
            {"id": None if i % 97 == 5 else str(i), "title": f"Work {i}", "artist": f"A{i % 11}",
             "subjects": [f"s{i % 5}", f"s{i % 7}"], "file": file}
        )  # fmt: skip
        if file:
            picture = Image.linear_gradient("L").resize((100 + i, 80))
            (tmp_path / file).write_bytes(b"damaged" if i % 100 == 0 else encoded(picture))
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_killed_at_random_moments_it_ends_as_if_it_had_not_been(
    table: Path, tmp_path: Path
) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    finished(table, whole)  # the fork server is started
    duration = finished(table, tmp_path / "timed")
    moments = random.Random(20)  # noqa: S311 - which moments, not secrets
    survived = 0
    for _ in range(KILLS):
        process = started(table, killed)
        time.sleep(moments.uniform(0, duration / 3))
        process.kill()
        process.join()
        survived += process.exitcode == 0
    finished(table, killed)

    assert survived < KILLS  # some kill met a run at work
    assert state(killed) == state(whole)
    run, lines = first_run(killed)  # taken up again and again
    assert lines == first_run(whole)[1]
    assert (run.state, run.position) == (WorkState.SUCCEEDED, ROWS)
    assert run.created + run.changed + run.unchanged + run.quarantined == ROWS
    assert (run.pictures_stored, run.pictures_unchanged, run.pictures_failed) == (
        95,
        0,
        4,
    )  # of 100; row 296 has no id
    assert (run.quarantined, run.changed) == (5, 0)  # ids are missing in rows 5, 102, 199, 296, 393
