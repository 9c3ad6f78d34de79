"""The ledger of ingest runs in SQL."""

from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, Row, insert, select, update

from core.errors import NotFoundError
from core.ledger import with_lines
from core.records import (
    ALL_LINES,
    IngestRun,
    LineChoice,
    LineKind,
    NumberedLine,
    RightsCount,
    RunLine,
    UpsertCounts,
    WorkState,
)
from core.types import Artwork
from db.catalogue_write import refusing_too_large, write_batch
from db.content import artwork_hash
from db.ledger import add_lines, bury, gone_lines, read_lines
from db.membership import among
from db.session import WriteLock, hold, reading, writing
from db.work_tables import ingest_runs

_UNFINISHED = (WorkState.QUEUED.value, WorkState.RUNNING.value)
_COLUMNS = tuple(ingest_runs.c[field.name] for field in fields(IngestRun))


class SqlRunStore:
    """Keeps ingest runs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def start(self, source: str, fingerprint: str) -> IngestRun:
        """Open a run, or take up the unfinished one over the same data.

        Unfinished runs over other data of the source are closed: nothing can take them up again.
        """
        run = IngestRun(uuid4().hex, source, fingerprint, WorkState.RUNNING, datetime.now(UTC))
        table = ingest_runs.c
        unfinished = (table.source == source) & table.state.in_(_UNFINISHED)
        outdated = {
            "state": WorkState.FAILED.value,
            "finished_at": run.started_at,
            "error": "the data of the source changed before the run was finished",
        }
        with writing(self._engine) as connection:
            hold(connection, WriteLock.RUNS)
            same = select(*_COLUMNS).where(unfinished, table.fingerprint == fingerprint)
            if row := connection.execute(same).first():
                return _run(row)
            connection.execute(update(ingest_runs).where(unfinished).values(outdated))
            connection.execute(insert(ingest_runs).values(_values(run)))
        return run

    def save(self, run: IngestRun) -> None:
        """Keep a run's counts and state. Raises NotFoundError."""
        with writing(self._engine) as connection:
            _save(connection, run)

    def take(
        self, run: IngestRun, artworks: Sequence[Artwork], lines: Sequence[RunLine]
    ) -> IngestRun:
        """Write a batch, its lines and its counts in one transaction; return the run with them.

        Raises:
            InputError: a value that no database could keep; nothing was written.
        """
        batch = {artwork.id: (artwork, artwork_hash(artwork)) for artwork in artworks}
        with refusing_too_large(), writing(self._engine) as connection:
            hold(connection, WriteLock.CATALOGUE)
            counts = write_batch(connection, batch)
            returned = [*gone_lines(counts.returned, LineKind.RETURNED)]
            run = _added(with_lines(run, returned), counts)
            add_lines(connection, run.id, (*lines, *returned))
            _save(connection, run)
        return run

    def finish(self, run: IngestRun, gone: Sequence[str]) -> IngestRun:
        """End a run well, and mark artworks as gone, in one transaction."""
        lines = [*gone_lines(gone, LineKind.GONE)]
        run = replace(
            with_lines(run, lines),
            state=WorkState.SUCCEEDED,
            finished_at=datetime.now(UTC),
            gone=len(gone),
        )
        with writing(self._engine) as connection:
            hold(connection, WriteLock.CATALOGUE)
            bury(connection, run.id, gone)
            add_lines(connection, run.id, lines)
            _save(connection, run)
        return run

    def get(self, id: str) -> IngestRun:
        """Read a run. Raises NotFoundError."""
        own = select(*_COLUMNS).where(among(ingest_runs.c.id, [id]))
        with reading(self._engine) as connection:
            row = connection.execute(own).first()
        if row is None:
            raise NotFoundError("run", id)
        return _run(row)

    def latest(self, limit: int = 20, *, source: str | None = None) -> list[IngestRun]:
        """List runs, newest first."""
        newest = select(*_COLUMNS).order_by(ingest_runs.c.key.desc()).limit(limit)
        if source is not None:
            newest = newest.where(ingest_runs.c.source == source)
        with reading(self._engine) as connection:
            return [_run(row) for row in connection.execute(newest)]

    def before(self, run: IngestRun) -> IngestRun | None:
        """Read the last run of its source before it that succeeded and read its data."""
        table = ingest_runs.c
        own = select(table.key).where(table.id == run.id).scalar_subquery()
        older = (table.source == run.source) & (table.key < own) & table.no_op_of.is_(None)
        found = select(*_COLUMNS).where(older, table.state == WorkState.SUCCEEDED.value)
        with reading(self._engine) as connection:
            row = connection.execute(found.order_by(table.key.desc()).limit(1)).first()
        return _run(row) if row else None

    def lines(
        self, run: str, choice: LineChoice = ALL_LINES, *, after: int = 0, limit: int = 100
    ) -> list[NumberedLine]:
        """Read lines of a run's ledger after one of them, in their order."""
        with reading(self._engine) as connection:
            return read_lines(connection, run, choice, after=after, limit=limit)


def _added(run: IngestRun, counts: UpsertCounts) -> IngestRun:
    return replace(
        run,
        created=run.created + counts.created,
        changed=run.changed + counts.changed,
        unchanged=run.unchanged + counts.unchanged,
        returned=run.returned + len(counts.returned),
        pictures_stored=run.pictures_stored + counts.pictures_new,
        pictures_unchanged=run.pictures_unchanged + counts.pictures_known,
    )


def _save(connection: Connection, run: IngestRun) -> None:
    kept = update(ingest_runs).where(ingest_runs.c.id == run.id).values(_values(run))
    if connection.execute(kept).rowcount == 0:
        raise NotFoundError("run", run.id)


def _values(run: IngestRun) -> dict[str, Any]:
    lists = {"faults": list(run.faults), "rights": [asdict(one) for one in run.rights]}
    return asdict(run) | {"state": run.state.value} | lists


def _run(row: Row[Any]) -> IngestRun:
    read = {
        "state": WorkState(row.state),
        "faults": tuple(row.faults),
        "rules": row.rules or {},
        "rights": tuple(RightsCount(**one) for one in row.rights or ()),
    }
    return IngestRun(**(row._asdict() | read))
