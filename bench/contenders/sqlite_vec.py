"""sqlite-vec: exact search in SQLite, over the rows that a subquery names."""

from collections.abc import Iterator, Sequence
from threading import local
from typing import Any

import numpy as np

from bench.ann.conditions import AtLeast, AtMost, Condition, Has
from bench.ann.dataset import Predicate
from bench.ann.works import flatten
from bench.contenders.base import INCLUDED, Contender, Ids, Traits, Vector, engine
from core.progress import Progress

FILE = "works.db"
_SCHEMA = """
CREATE VIRTUAL TABLE vectors USING vec0(embedding float[{dim}]);
CREATE TABLE works(row INTEGER PRIMARY KEY, "begin" INTEGER, "end" INTEGER);
CREATE INDEX works_begin ON works("begin");
CREATE INDEX works_end ON works("end");
CREATE TABLE artist(value TEXT, row INTEGER, PRIMARY KEY (value, row)) WITHOUT ROWID;
CREATE TABLE medium(value TEXT, row INTEGER, PRIMARY KEY (value, row)) WITHOUT ROWID;
"""
_NEAREST = "SELECT rowid FROM vectors WHERE embedding MATCH ? AND k = ?"


class SqliteVec(Contender):
    """A vec0 table beside tables of the filter columns; it has no knob."""

    traits = Traits(
        name="sqlite-vec",
        module="sqlite_vec",
        needs=("apsw",),
        package="sqlite-vec",
        knob="none: exact",
        filter_cost=INCLUDED,
        two_threads="two calling threads, a connection each",
    )
    _thread: local

    def build(self, progress: Progress) -> None:
        """Insert all rows in one transaction."""
        connection = self._connect()
        connection.execute(_SCHEMA.format(dim=self.data.dim))
        progress.begin("sqlite-vec", self.data.n, "rows")
        with connection:
            connection.executemany(
                "INSERT INTO vectors(rowid, embedding) VALUES (?, ?)", self._vectors(progress)
            )
            for row, work in enumerate(map(flatten, self.data.works())):
                years = (row, work.begin, work.end)
                connection.execute("INSERT INTO works VALUES (?, ?, ?)", years)
                for column, values in (("artist", work.artist), ("medium", work.medium)):
                    rows = [(value, row) for value in values]
                    connection.executemany(f"INSERT INTO {column} VALUES (?, ?)", rows)  # noqa: S608 - our own names
        connection.execute("ANALYZE")
        connection.close()

    def open(self, threads: int) -> None:
        """Let each calling thread open the file when it first searches."""
        del threads
        self._thread = local()

    def knobs(self) -> Sequence[float]:
        """It has none."""
        return (1.0,)

    def ready(self, where: Predicate | None, knob: float) -> None:
        """Open this thread's connection."""
        del where, knob
        if not hasattr(self._thread, "connection"):
            self._thread.connection = self._connect()

    def search(self, query: Vector, where: Predicate | None, k: int, *, knob: float) -> Ids:
        """Score the rows that the filter leaves."""
        del knob
        statement, values = _NEAREST, list[Any]()
        if where:
            rows, values = _compile(where.conditions)
            statement = f"{_NEAREST} AND rowid IN ({rows})"
        bound = (query.tobytes(), k, *values)
        found = self._thread.connection.execute(f"{statement} ORDER BY distance", bound)
        return [row for (row,) in found]

    def import_engine(self) -> None:
        """Import the extension's package and SQLite."""
        super().import_engine()
        engine(SqliteVec, "apsw")

    def _connect(self) -> Any:  # noqa: ANN401 - may not be installed
        # Many Pythons' own sqlite3 cannot load an extension.
        connection = engine(SqliteVec, "apsw").Connection(str(self.folder / FILE))
        connection.enable_load_extension(True)
        connection.load_extension(engine(SqliteVec).loadable_path())
        return connection

    def _vectors(self, progress: Progress) -> Iterator[tuple[int, bytes]]:
        for row in range(self.data.n):
            progress.advance()
            yield row, np.asarray(self.data.rows[row]).tobytes()


def _compile(conditions: Sequence[Condition]) -> tuple[str, list[Any]]:
    """Write a subquery of row numbers, and what it is bound to."""
    selects, values = list[str](), list[Any]()
    for condition in conditions:
        match condition:
            case Has(column, value):
                selects.append(f"SELECT row FROM {column} WHERE value = ?")  # noqa: S608 - our own names
                values.append(value)
            case AtMost(column, year):
                selects.append(f'SELECT row FROM works WHERE "{column}" <= ?')  # noqa: S608 - as above
                values.append(year)
            case AtLeast(column, year):
                selects.append(f'SELECT row FROM works WHERE "{column}" >= ?')  # noqa: S608 - as above
                values.append(year)
    return " INTERSECT ".join(selects), values
