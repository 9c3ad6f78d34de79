"""A run's ledger as CSV, line by line, whatever its length."""

import csv
import io
from collections.abc import Iterator

from core.ports import RunStore
from core.records import ALL_LINES, LineChoice, NumberedLine
from core.types import Json

COLUMNS = ("number", "kind", "rule", "table", "row", "artwork", "reason", "raw")
_AT_ONCE = 1000
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def line_json(one: NumberedLine) -> Json:
    """Write a line as JSON."""
    line = one.line
    return {
        "number": one.number,
        "kind": line.kind.value,
        "rule": line.rule,
        "table": line.table,
        "row": line.row,
        "artwork": line.artwork,
        "reason": line.reason,
        "raw": line.raw,
    }


def csv_lines(runs: RunStore, run: str, choice: LineChoice = ALL_LINES) -> Iterator[str]:
    """Write a run's lines as CSV, the header first, a piece at a time."""
    yield _csv([dict(zip(COLUMNS, COLUMNS, strict=True))])
    after = 0
    while found := runs.lines(run, choice, after=after, limit=_AT_ONCE):
        yield _csv([line_json(one) for one in found])
        after = found[-1].number


def _csv(rows: list[Json]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([_cell(row[name]) for name in COLUMNS] for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    """Keep a spreadsheet from running what a source wrote."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULAS) else value
