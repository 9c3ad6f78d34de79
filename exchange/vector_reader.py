"""Reads open vectors: first what the file says of itself, then its rows, each checked."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pyarrow
import pyarrow.parquet

from core.errors import InputError
from core.spaces import Space
from exchange.vector_rows import (
    BATCH,
    Lines,
    Rows,
    checked_hashes,
    checked_texts,
    matrix_of,
    unit_rows,
)
from exchange.vector_schema import (
    CARD_COLUMNS,
    VectorFileError,
    check_columns,
    parse_header,
)
from exchange.vector_writer import Origin

_BUFFER = 2**20  # bytes of a column read ahead: else a row group is read whole
SEVERAL = "several"  # licences or sources


def open_parquet(path: Path) -> pyarrow.parquet.ParquetFile:
    """Open a Parquet file. Raises InputError."""
    try:
        return pyarrow.parquet.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False)
    except FileNotFoundError as error:
        raise InputError(path.name, "there is no such file") from error
    except (OSError, pyarrow.ArrowException) as error:
        raise InputError(path.name, f"cannot be read as Parquet: {error}") from error


class OpenVectors:
    """A file of open vectors."""

    def __init__(self, path: Path) -> None:
        """Open it, and compare what it says of itself with its columns. Raises InputError."""
        self._path = path
        self._file = open_parquet(path)
        try:
            self._header = parse_header(self._file.metadata.metadata)
            check_columns(self._file.schema_arrow, self._header.space.encoder.dim)
        except VectorFileError as error:
            raise InputError(path.name, str(error)) from error
        if not self._header.rows:
            raise InputError(path.name, "has no rows")
        if self._file.metadata.num_rows != self._header.rows:
            raise InputError(
                path.name,
                f"has {self._file.metadata.num_rows:,} rows, and says {self._header.rows:,}",
            )
        self._licences: set[str | None] = set()
        self._uris: set[str | None] = set()
        self._dates: set[date | None] = set()

    @property
    def space(self) -> Space:
        """What was embedded, and how."""
        return self._header.space

    @property
    def count(self) -> int:
        """How many rows it has."""
        return self._header.rows

    def rows(self) -> Iterator[Rows]:
        """Read the rows, each checked for itself.

        Raises:
            InputError: names the row and the column; or the vectors are not those it says it has.
        """
        digest, first = hashlib.sha256(), 1
        for batch in read_batches(self._file, self._path):
            rows = self._checked(batch, Lines(self._path.name, range(first, first + len(batch))))
            digest.update(rows.vectors.tobytes())
            first += len(rows.vectors)
            self._note(batch)
            yield rows
        if digest.hexdigest() != self._header.sha256:
            raise InputError(self._path.name, "its vectors are not those that its SHA-256 is of")

    def origin(self) -> Origin:
        """Tell where the vectors come from, once all rows were read."""
        licence, uri = (
            next(iter(said)) if len(said) == 1 else SEVERAL for said in (self._licences, self._uris)
        )
        return Origin(licence, uri, max((d for d in self._dates if d), default=None))

    def fingerprint(self) -> str:
        """Tell the SHA-256 of the vectors."""
        return self._header.sha256

    def _checked(self, batch: pyarrow.RecordBatch, lines: Lines) -> Rows:
        ids = checked_texts(batch["artwork_id"], "artwork_id", lines)
        for column, value in self._said().items():
            for i, found in enumerate(batch[column].to_pylist()):
                if found != value:
                    raise lines.wrong(i, column, f"{found!r} is not {value!r}, as the file says")
        vectors = matrix_of(batch["vector"], self.space.encoder.dim, "vector", lines)
        unit, normalised = unit_rows(vectors, "vector", lines)
        hashes = checked_hashes(batch["content_hash"], lines)
        return Rows(lines, ids, hashes, vectors, unit, normalised)

    def _said(self) -> Mapping[str, object]:
        card = self.space.encoder
        said = {column: getattr(card, name) for column, name in CARD_COLUMNS.items()}
        return said | {"embedded": self.space.field.value}

    def _note(self, batch: pyarrow.RecordBatch) -> None:
        self._licences.update(batch["licence"].unique().to_pylist())
        self._uris.update(batch["source_uri"].unique().to_pylist())
        self._dates.update(batch["created"].unique().to_pylist())


def read_batches(
    file: pyarrow.parquet.ParquetFile, path: Path, columns: list[str] | None = None
) -> Iterator[pyarrow.RecordBatch]:
    """Read a file in bounded memory. Raises InputError."""
    # One row group after the other: over several at once, Arrow keeps what it has read of all.
    batches = (
        batch
        for group in range(file.num_row_groups)
        for batch in file.iter_batches(batch_size=BATCH, row_groups=[group], columns=columns)
    )
    while True:
        try:
            batch = next(batches, None)
        except (OSError, pyarrow.ArrowException) as error:
            raise InputError(path.name, f"cannot be read to its end: {error}") from error
        if batch is None:
            return
        yield batch
