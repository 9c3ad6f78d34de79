"""LanceDB: a table on disk, IVF_FLAT, the filter as SQL before the search."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from bench.ann.conditions import AtLeast, AtMost, Condition, Has
from bench.ann.dataset import Predicate
from bench.ann.works import flatten
from bench.contenders.base import INCLUDED, Contender, Ids, Traits, Vector, engine
from core.progress import Progress

NLIST = 256
_TABLE, _BATCH = "works", 4096


class LanceDb(Contender):
    """A table with scalar indexes on every filter column; the knob is `nprobes`."""

    traits = Traits(
        name="lancedb",
        module="lancedb",
        package="lancedb",
        knob="nprobes",
        filter_cost=INCLUDED,
        two_threads="two calling threads, two threads of its runtime",
        parameters={"index": f"IVF_FLAT {NLIST}"},
    )
    _table: Any

    def build(self, progress: Progress) -> None:
        """Write the table, then its indexes."""
        database = engine(LanceDb).connect(str(self.folder))
        progress.begin("lancedb table", self.data.n, "rows")
        table = database.create_table(_TABLE, data=self._batches(progress), schema=_schema(self))
        progress.begin("lancedb indexes", None, "")
        table.create_index(
            metric="dot",
            num_partitions=NLIST,
            index_type="IVF_FLAT",
            vector_column_name="vector",
        )
        for column in ("artist", "medium"):
            table.create_scalar_index(column, index_type="LABEL_LIST")
        for column in ("begin", "end"):
            table.create_scalar_index(column, index_type="BTREE")

    def open(self, threads: int) -> None:
        """Open the table; its threads are set by the environment."""
        del threads
        self._table = engine(LanceDb).connect(str(self.folder)).open_table(_TABLE)

    def knobs(self) -> Sequence[float]:
        """List numbers of cells to visit."""
        return 2, 4, 8, 16, 32, 48, 64, 96, 128, 160, 192, 224, 256

    def search(self, query: Vector, where: Predicate | None, k: int, *, knob: float) -> Ids:
        """Search the cells for rows that pass the filter."""
        request = self._table.search(query, vector_column_name="vector").distance_type("dot")
        if where:
            request = request.where(_compile(where.conditions), prefilter=True)
        found = request.nprobes(int(knob)).limit(k).select(["id", "_distance"]).to_arrow()
        ids: Ids = found["id"].to_numpy()
        return ids

    def _batches(self, progress: Progress) -> Iterator[Any]:
        import pyarrow as pa

        works = map(flatten, self.data.works())
        for start in range(0, self.data.n, _BATCH):
            rows = np.asarray(self.data.rows[start : start + _BATCH])
            flat = [next(works) for _ in range(len(rows))]
            vectors = pa.FixedSizeListArray.from_arrays(pa.array(rows.reshape(-1)), self.data.dim)
            columns = {
                "id": pa.array(np.arange(start, start + len(rows))),
                "vector": vectors,
                "artist": [list(work.artist) for work in flat],
                "medium": [list(work.medium) for work in flat],
                "begin": [work.begin for work in flat],
                "end": [work.end for work in flat],
            }
            yield pa.RecordBatch.from_pydict(columns, schema=_schema(self))
            progress.advance(len(rows))


def _schema(lance: LanceDb) -> Any:  # noqa: ANN401 - pyarrow has no types
    import pyarrow as pa

    return pa.schema(
        {
            "id": pa.int64(),
            "vector": pa.list_(pa.float32(), lance.data.dim),
            "artist": pa.list_(pa.string()),
            "medium": pa.list_(pa.string()),
            "begin": pa.int32(),
            "end": pa.int32(),
        }
    )


def _compile(conditions: Sequence[Condition]) -> str:
    def one(condition: Condition) -> str:
        match condition:
            case Has(column, value):
                return f"array_has_any({column}, ['{value}'])"  # folded: no quotes are left
            case AtMost(column, year):
                return f"`{column}` <= {year}"
            case AtLeast(column, year):
                return f"`{column}` >= {year}"

    return " AND ".join(map(one, conditions))
