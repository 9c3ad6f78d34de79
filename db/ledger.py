"""Lines of a run's ledger, and tombstones, within a transaction that the caller holds."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, delete, select

from core.records import LineChoice, LineKind, NumberedLine, RunLine
from db.membership import among
from db.sql import Row, insert_rows, upsert_rows
from db.tables import artworks
from db.work_tables import ingest_runs, run_lines, tombstones

_LINE = (run_lines.c[name] for name in ("kind", "rule", "reason", "table", "row", "artwork", "raw"))
_LINES = select(run_lines.c.key, *_LINE)


def is_alive() -> ColumnElement[bool]:
    """Write the condition that an artwork is not gone."""
    return artworks.c.key.not_in(select(tombstones.c.artwork_key))


def add_lines(connection: Connection, run: str, lines: Iterable[RunLine]) -> None:
    """Add lines to a run's ledger."""
    key = connection.scalar(select(ingest_runs.c.key).where(ingest_runs.c.id == run))
    insert_rows(connection, run_lines, (_line_row(line, key) for line in lines))


def read_lines(
    connection: Connection, run: str, choice: LineChoice, *, after: int, limit: int
) -> list[NumberedLine]:
    """Read lines in their order."""
    key = select(ingest_runs.c.key).where(ingest_runs.c.id == run).scalar_subquery()
    found = _LINES.where(run_lines.c.run_key == key, run_lines.c.key > after)
    if choice.kind is not None:
        found = found.where(run_lines.c.kind == choice.kind.value)
    if choice.rule is not None:
        found = found.where(run_lines.c.rule == choice.rule)
    rows = connection.execute(found.order_by(run_lines.c.key).limit(limit))
    return [NumberedLine(row[0], RunLine(LineKind(row[1]), *row[2:])) for row in rows]


def bury(connection: Connection, run: str, ids: Sequence[str]) -> None:
    """Mark artworks as gone."""
    keys = connection.scalars(select(artworks.c.key).where(among(artworks.c.id, ids)))
    now = datetime.now(UTC)
    rows = [{"artwork_key": key, "gone_at": now, "run": run} for key in keys]
    upsert_rows(connection, tombstones, rows, by=["artwork_key"])


def gone_at(connection: Connection, id: str) -> datetime | None:
    """Tell since when an artwork is gone; None where it is there, or never was."""
    key = select(artworks.c.key).where(among(artworks.c.id, [id])).scalar_subquery()
    found = select(tombstones.c.gone_at).where(tombstones.c.artwork_key == key)
    since: datetime | None = connection.scalar(found)
    return since


def raise_again(connection: Connection, ids: Sequence[str]) -> tuple[str, ...]:
    """Take away the tombstones of artworks that are there again, and name these."""
    buried = (
        select(artworks.c.id, artworks.c.key)
        .join_from(tombstones, artworks, tombstones.c.artwork_key == artworks.c.key)
        .where(among(artworks.c.id, ids))
        .order_by(artworks.c.id)
    )
    rows = connection.execute(buried).all()
    keys = [row.key for row in rows]
    if keys:
        connection.execute(delete(tombstones).where(among(tombstones.c.artwork_key, keys)))
    return tuple(row.id for row in rows)


def gone_lines(ids: Iterable[str], kind: LineKind) -> Iterator[RunLine]:
    """Write the lines of artworks that went or returned."""
    said = {
        LineKind.GONE: ("not-in-source", "its source no longer has it"),
        LineKind.RETURNED: ("in-source-again", "its source has it again"),
    }
    for id in ids:
        yield RunLine(kind, *said[kind], artwork=id)


def _line_row(line: RunLine, run_key: int | None) -> Row:
    return asdict(line) | {"kind": line.kind.value, "run_key": run_key}
