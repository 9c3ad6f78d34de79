"""Formats of tables, by the ending of the file's name."""

from collections.abc import Callable
from pathlib import Path

from core.errors import SourceError
from ingest.tables.csv_table import CsvTable
from ingest.tables.json_table import JsonLinesTable, JsonTable
from ingest.tables.parquet_table import ParquetTable
from ingest.tables.rows import Table

FORMATS: dict[str, Callable[[Path, str | None], Table]] = {
    ".csv": lambda path, delimiter: CsvTable(path, delimiter or ","),
    ".tsv": lambda path, delimiter: CsvTable(path, delimiter or "\t"),
    ".parquet": lambda path, _: ParquetTable(path),
    ".jsonl": lambda path, _: JsonLinesTable(path),
    ".ndjson": lambda path, _: JsonLinesTable(path),
    ".json": lambda path, _: JsonTable(path),
}


def open_table(path: Path, delimiter: str | None = None) -> Table:
    """Open a table by the ending of its name.

    Raises:
        SourceError: there is no such file, or its format is not known.
    """
    build = FORMATS.get(path.suffix.lower())
    if build is None:
        raise SourceError(f"{path} is no table: its name must end in {', '.join(FORMATS)}")
    if not path.is_file():
        raise SourceError(f"there is no table {path}")
    return build(path, delimiter)
