"""What the API answers and takes about its own keeping: jobs, rollbacks, the audit log."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import Schema
from core.audit import AuditAction, AuditOutcome
from core.records import JobKind, WorkState
from core.types import Json, SpaceField

REINDEX_EXAMPLES: dict[str, Json] = {
    "what is missing": {"spaces": None, "embed": "missing"},
    "all pictures anew": {"spaces": ["picture"], "embed": "all"},
    "what would be done": {"dry_run": True},
}
ROLLBACK_EXAMPLES: dict[str, Json] = {"the one before": {"snapshot": None}}


class ReindexRequest(BaseModel):
    """What a reindex is asked to do."""

    model_config = ConfigDict(extra="forbid")

    spaces: list[SpaceField] | None = Field(
        None, description="Whose missing embeddings are made first; null for all"
    )
    embed: Literal["missing", "all"] = Field(
        "missing", description="`all` encodes everything again, also what has an embedding"
    )
    dry_run: bool = Field(False, description="Only say what would be done")


class RollbackRequest(BaseModel):
    """Where a rollback leads."""

    model_config = ConfigDict(extra="forbid")

    snapshot: str | None = Field(
        None, description="Id of a kept snapshot; null for the one that was live before"
    )


class EmbedReport(Schema):
    """What filling one space did."""

    space: str
    encoded: int
    present: int
    faults: list[str]


class SnapshotCheck(Schema):
    """One check of a snapshot before it goes live."""

    name: str
    passed: bool
    detail: str
    measured: float | None
    least: float | None = Field(description="That it has to measure")


class BuildReport(Schema):
    """What a build made."""

    snapshot: str
    artworks: int
    published: bool
    spaces: list[EmbedReport]
    pruned: list[str] = Field(description="Old snapshots that were deleted")
    checks: list[SnapshotCheck] = Field([], description="What it passed to go live")


class SpacePlan(Schema):
    """What would be embedded of a space."""

    space: str
    unit: str
    present: int
    missing: int
    to_embed: int


class CatalogueChanges(Schema):
    """How the catalogue differs from the live snapshot."""

    snapshot: str | None
    added: int
    changed: int = Field(description="Written since it was built")
    gone: int


class DiskNeed(Schema):
    """Whether there is room for what a reindex makes."""

    needed_bytes: int = Field(description="Estimated by the live snapshot")
    free_bytes: int
    is_enough: bool


class DryRunReport(Schema):
    """What a reindex would do."""

    artworks: int
    spaces: list[SpacePlan]
    changes: CatalogueChanges
    disk: DiskNeed


class Job(Schema):
    """One piece of background work."""

    id: str
    kind: JobKind
    state: WorkState
    parameters: ReindexRequest
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    stage: str | None = Field(description="What it is doing")
    done: int = Field(description="Units of this stage")
    total: int | None
    rate_per_s: float | None = Field(description="Units of this stage in a second")
    remaining_s: float | None = Field(description="Of this stage, at that rate")
    cancel_requested: bool = Field(description="Whether it is to end at its next unit")
    result: BuildReport | DryRunReport | None
    error: str | None


class JobList(Schema):
    """Jobs, newest first."""

    jobs: list[Job]


class LiveSnapshot(Schema):
    """The snapshot that is live now."""

    snapshot: str


class PublishedSnapshot(LiveSnapshot):
    """The snapshot that is live now, and the checks that it passed."""

    checks: list[SnapshotCheck]


class AuditEntry(Schema):
    """One action that was asked for."""

    number: int
    at: datetime
    action: AuditAction
    outcome: AuditOutcome
    key_id: str | None = Field(
        description="First 8 hex digits of the SHA-256 of the key that was sent, right or wrong; "
        "`cli` for the command line"
    )
    subject: str | None = Field(description="Job, snapshot or retriever that it was about")
    reason: str | None = Field(description="Why it was not done")
    address: str | None = Field(description="That the request came from")


class AuditPage(Schema):
    """Entries of the audit log, newest first."""

    entries: list[AuditEntry]
    before: int | None = Field(description="`before` of the next page; null on the last one")
