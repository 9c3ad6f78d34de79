"""What the API answers about ingest runs and their ledgers."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import Field

from api.schemas import Schema
from core.records import LineKind, WorkState


class RightsCount(Schema):
    """How many records or pictures fell under one decision about rights."""

    of: str = Field(description="`data` or `picture`")
    status: str
    statement: str | None
    source_field: str | None
    value: str | None = Field(description="null where a run has more values than are kept apart")
    count: int
    withheld: int = Field(description="Pictures that were neither fetched nor are shown")


class IngestRun(Schema):
    """One reading of a source; created + changed + unchanged + quarantined + duplicates = read."""

    id: str
    source: str
    fingerprint: str
    state: WorkState
    started_at: datetime
    finished_at: datetime | None
    position: int = Field(description="Rows that were read")
    created: int
    changed: int
    unchanged: int
    quarantined: int
    duplicates: int
    corrected: int = Field(description="Kept rows of which something was corrected or left out")
    gone: int = Field(description="Artworks that the source no longer has")
    returned: int = Field(description="Of those that changed: had been gone")
    pictures_stored: int
    pictures_unchanged: int
    pictures_failed: int
    pictures_withheld: int
    rules: Mapping[str, Mapping[str, int]] = Field(description="Lines by kind, by rule")
    rights: list[RightsCount]
    no_op_of: str | None = Field(description="The run that had read the same data")
    faults: list[str] = Field(description="The first reasons; the lines have all of them")
    error: str | None


class Difference(Schema):
    """How much higher each count is than in the run before."""

    run: str
    position: int
    created: int
    changed: int
    unchanged: int
    quarantined: int
    duplicates: int
    corrected: int
    gone: int
    returned: int
    pictures_stored: int
    pictures_unchanged: int
    pictures_failed: int
    pictures_withheld: int


class IngestRunDetail(IngestRun):
    """One run, and how it differs from the last one of its source that succeeded."""

    difference: Difference | None


class RunList(Schema):
    """Ingest runs, newest first."""

    runs: list[IngestRun]


class RunLine(Schema):
    """One line of a run's ledger."""

    number: int
    kind: LineKind
    rule: str
    table: str | None
    row: int | None = Field(description="1-based in its table; null where no row is behind it")
    artwork: str | None
    reason: str
    raw: str | None = Field(description="The row as it was read, where it was set aside")


class RunLines(Schema):
    """Lines of a run's ledger, in their order."""

    lines: list[RunLine]
    after: int | None = Field(description="Send it back as `after` for the next page")
