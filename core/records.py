"""Rows that are kept about the work itself: runs, jobs, snapshots."""

from collections.abc import Mapping
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
    CANCELLED = "cancelled"  # jobs alone


class JobKind(StrEnum):
    """What a job does."""

    REINDEX = "reindex"
    DRY_RUN = "dry_run"  # says what a reindex would do


@dataclass(frozen=True, slots=True)
class UpsertCounts:
    """What a write to the catalogue did."""

    created: int = 0
    changed: int = 0  # those that returned included
    unchanged: int = 0
    returned: tuple[str, ...] = ()  # ids that were gone, and are there again
    pictures_new: int = 0  # kept pictures that their artwork did not have before
    pictures_known: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """What was corrected, left out or set aside, and by which rule."""

    rule: str  # a short name that groups: "no-id", "year-reversed"
    reason: str
    table: str | None = None  # where a source has several
    row: int | None = None  # 1-based in that table; None: the row of its item


class LineKind(StrEnum):
    """What a line of the ledger accounts for."""

    QUARANTINED = "quarantined"  # a row that is in no artwork
    DUPLICATE = "duplicate"  # a row whose artwork another row is already
    CORRECTED = "corrected"  # a part of a kept row that was changed or left out
    PICTURE = "picture"  # a picture that could not be taken
    RIGHTS = "rights"  # a picture that was not taken for want of rights
    GONE = "gone"  # an artwork that its source no longer has
    RETURNED = "returned"  # one that it has again


@dataclass(frozen=True, slots=True)
class RunLine:
    """One line of a run's ledger."""

    kind: LineKind
    rule: str
    reason: str
    table: str | None = None
    row: int | None = None  # None where no row is behind it
    artwork: str | None = None  # its id, where it is known
    raw: str | None = None  # the row as it was read, where it was set aside


@dataclass(frozen=True, slots=True)
class LineChoice:
    """Which lines of a run are wanted; None: whatever it is."""

    kind: LineKind | None = None
    rule: str | None = None


ALL_LINES = LineChoice()


@dataclass(frozen=True, slots=True)
class NumberedLine:
    """A line with its place in the ledger."""

    number: int
    line: RunLine


@dataclass(frozen=True, slots=True)
class RightsCount:
    """How many records or pictures of a run fell under one decision about rights."""

    of: str  # "data" or "picture"
    status: str
    statement: str | None
    source_field: str | None
    value: str | None  # None where the run has more values than are kept apart
    count: int
    withheld: int = 0  # pictures that were neither fetched nor are shown


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
    faults: tuple[str, ...] = ()  # the first reasons, for the report; all stand in its lines
    error: str | None = None
    duplicates: int = 0
    corrected: int = 0  # kept rows of which something was corrected or left out
    gone: int = 0
    returned: int = 0  # of those that changed
    pictures_withheld: int = 0  # not taken for want of rights
    rules: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # lines by kind, by rule
    rights: tuple[RightsCount, ...] = ()
    no_op_of: str | None = None  # the run that read the same data, if this one read nothing

    @property
    def kept(self) -> int:
        """Rows that are artworks of the catalogue now."""
        return self.created + self.changed + self.unchanged

    @property
    def has_changed(self) -> bool:
        """Whether the catalogue is another one than before."""
        return bool(self.created or self.changed or self.gone)


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
    rate_per_s: float | None = None  # units of its stage; None: not known yet
    remaining_s: float | None = None  # of its stage
    cancel_requested: bool = False


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
