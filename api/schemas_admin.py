"""What the API answers and takes about its own keeping: jobs, snapshots, runs."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import Schema
from core.records import WorkState
from core.types import Json, SpaceField

REINDEX_EXAMPLES: dict[str, Json] = {
    "what is missing": {"spaces": None, "embed": "missing"},
    "all pictures anew": {"spaces": ["picture"], "embed": "all"},
}


class ReindexRequest(BaseModel):
    """What a reindex is asked to do."""

    model_config = ConfigDict(extra="forbid")

    spaces: list[SpaceField] | None = Field(
        None, description="Whose missing embeddings are made first; null for all"
    )
    embed: Literal["missing", "all"] = Field(
        "missing", description="`all` encodes everything again, also what has an embedding"
    )


class EmbedReport(Schema):
    """What filling one space did."""

    space: str
    encoded: int
    present: int
    faults: list[str]


class BuildReport(Schema):
    """What a build made."""

    snapshot: str
    artworks: int
    published: bool
    spaces: list[EmbedReport]
    pruned: list[str]


class Job(Schema):
    """One piece of background work."""

    id: str
    kind: str
    state: WorkState
    parameters: ReindexRequest
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    stage: str | None = Field(description="What it is doing")
    done: int
    total: int | None
    result: BuildReport | None
    error: str | None


class JobList(Schema):
    """Jobs, newest first."""

    jobs: list[Job]


class Snapshot(Schema):
    """One snapshot that is kept on disk."""

    id: str
    built_at: datetime
    artworks: int
    size_bytes: int
    is_live: bool
    is_previous: bool
    spaces: list[str]


class SnapshotList(Schema):
    """Snapshots, newest first."""

    snapshots: list[Snapshot]


class LiveSnapshot(Schema):
    """The snapshot that is live now."""

    snapshot: str
