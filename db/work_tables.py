"""Tables about the work itself: ingest runs, jobs, snapshots."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, false, text
from sqlmodel import Field

from db.record import Id, Record, UtcDateTime, table_of


def _count() -> Any:  # noqa: ANN401 - SQLModel types its fields so
    # The default is for the version before this one, which may still be running.
    return Field(default=0, sa_column_kwargs={"server_default": text("0")})


class RunRecord(Record, table=True):
    """An ingest run: how far it came and what became of each row."""

    __tablename__ = "ingest_runs"
    __table_args__ = (Index(None, "source", "fingerprint"),)
    key: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    source: str
    fingerprint: str
    state: str
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(sa_type=UtcDateTime)
    position: int
    created: int
    changed: int
    unchanged: int
    quarantined: int
    pictures_stored: int
    pictures_unchanged: int
    pictures_failed: int
    faults: list[str] = Field(sa_type=JSON)
    error: str | None
    duplicates: int = _count()
    corrected: int = _count()
    gone: int = _count()
    returned: int = _count()
    pictures_withheld: int = _count()
    rules: dict[str, dict[str, int]] | None = Field(sa_type=JSON(none_as_null=True))
    rights: list[dict[str, Any]] | None = Field(sa_type=JSON(none_as_null=True))
    no_op_of: str | None


class RunLineRecord(Record, table=True):
    """A line of a run's ledger."""

    __tablename__ = "run_lines"
    __table_args__ = (Index(None, "run_key", "key"),)
    key: int | None = Field(default=None, primary_key=True)
    run_key: int = Field(foreign_key="ingest_runs.key", ondelete="CASCADE")
    kind: str
    rule: str
    reason: str
    table: str | None
    row: int | None
    artwork: str | None
    raw: str | None


class TombstoneRecord(Record, table=True):
    """An artwork that its source no longer has; its row in `artworks` stays."""

    __tablename__ = "tombstones"
    artwork_key: int = Field(
        primary_key=True, sa_column_args=[ForeignKey("artworks.key", ondelete="CASCADE")]
    )
    gone_at: datetime = Field(sa_type=UtcDateTime)
    run: str


class JobRecord(Record, table=True):
    """A reindex job; the unique index lets one at a time be unfinished."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index(
            "uq_jobs_unfinished",
            "is_unfinished",
            unique=True,
            sqlite_where=text("is_unfinished"),
            postgresql_where=text("is_unfinished"),
        ),
    )
    key: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    kind: str
    state: str
    is_unfinished: bool
    parameters: dict[str, Any] = Field(sa_type=JSON)
    created_at: datetime = Field(sa_type=UtcDateTime)
    started_at: datetime | None = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(sa_type=UtcDateTime)
    stage: str | None
    done: int
    total: int | None
    result: dict[str, Any] | None = Field(sa_type=JSON(none_as_null=True))
    error: str | None
    rate_per_s: float | None
    remaining_s: float | None
    cancel_requested: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class AuditRecord(Record, table=True):
    """One action that was asked for by an admin."""

    __tablename__ = "audit_log"
    __table_args__ = (Index(None, "action", "number"),)
    number: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    action: str
    outcome: str
    key_id: str | None
    subject: str | None
    reason: str | None
    address: str | None


class SnapshotRecord(Record, table=True):
    """A snapshot that is kept on disk; the pointer file there says which is live."""

    __tablename__ = "snapshots"
    id: str = Field(sa_type=Id, primary_key=True)
    built_at: datetime = Field(sa_type=UtcDateTime)
    artworks: int
    size_bytes: int = Field(sa_type=BigInteger)
    is_live: bool
    is_previous: bool
    spaces: list[str] = Field(sa_type=JSON)


ingest_runs = table_of(RunRecord)
run_lines = table_of(RunLineRecord)
tombstones = table_of(TombstoneRecord)
jobs = table_of(JobRecord)
audit_log = table_of(AuditRecord)
snapshots = table_of(SnapshotRecord)
