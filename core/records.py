"""Rows that are kept about the work itself: runs, jobs, snapshots."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.types import Json


class WorkState(StrEnum):
    """Where a run or a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class UpsertCounts:
    """What a write to the catalogue did."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class IngestRun:
    """One reading of a source: how far it came and what became of each row."""

    id: str
    source: str
    fingerprint: str
    state: WorkState
    started_at: datetime
    finished_at: datetime | None = None
    position: int = 0  # rows of the source that are committed
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    quarantined: int = 0
    pictures_stored: int = 0
    pictures_unchanged: int = 0
    pictures_failed: int = 0
    faults: tuple[str, ...] = ()  # the first reasons, for the report
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of background work."""

    id: str
    kind: str
    state: WorkState
    parameters: Json
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    stage: str | None = None
    done: int = 0
    total: int | None = None
    result: Json | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class SnapshotEntry:
    """One snapshot that is kept on disk."""

    id: str
    built_at: datetime
    artworks: int
    size_bytes: int
    is_live: bool
    is_previous: bool
    spaces: tuple[str, ...] = field(default_factory=tuple)  # names for people
