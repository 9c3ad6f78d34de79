"""Parquet files, read a batch at a time and only in the columns that are used."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from core.errors import SourceError
from ingest.tables.rows import Row, Unreadable

BATCH_ROWS = 2000


class ParquetTable:
    """A Parquet file."""

    columns_vary = False

    def __init__(self, path: Path) -> None:
        self._path = path

    def columns(self, wanted: Collection[str]) -> list[str]:  # noqa: ARG002 - one schema for all
        """Name the columns of its schema."""
        with self._open() as file:
            return list(file.schema_arrow.names)

    def count(self) -> int:
        """Read the number of rows from its metadata."""
        with self._open() as file:
            return int(file.metadata.num_rows)

    def rows(self, wanted: Collection[str]) -> Iterator[Row | Unreadable]:
        """Read the wanted columns of its rows."""
        names = [name for name in self.columns(wanted) if name in wanted]
        with self._open() as file:
            try:
                for batch in file.iter_batches(BATCH_ROWS, columns=names):
                    yield from _rows(batch, names)
            except (pyarrow.ArrowException, OSError) as error:
                raise SourceError(f"{self._path} is damaged: {error}") from error

    def _open(self) -> Any:  # noqa: ANN401 - pyarrow has no types
        try:
            return pyarrow.parquet.ParquetFile(self._path)
        except (pyarrow.ArrowException, OSError) as error:
            raise SourceError(f"{self._path} is not a Parquet file: {error}") from error


def _rows(batch: Any, names: list[str]) -> Iterator[Row | Unreadable]:  # noqa: ANN401 - see above
    try:
        columns = [column.to_pylist() for column in batch.columns]
    except UnicodeDecodeError:  # Arrow takes any bytes for text; find the rows that have them
        if batch.num_rows == 1:
            yield Unreadable("a text is not UTF-8")
            return
        for start in range(batch.num_rows):
            yield from _rows(batch.slice(start, 1), names)
        return
    for values in zip(*columns, strict=True):
        yield dict(zip(names, values, strict=True))
