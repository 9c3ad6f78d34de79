"""What the API answers about the snapshots that are kept."""

from datetime import datetime

from pydantic import Field

from api.schemas import Schema
from api.schemas_admin import SnapshotCheck
from core.queries import DEFAULT_RECALL
from core.snapshots import SnapshotFacts, SpaceFacts
from core.types import Json, Modality

_WIDEST = 1.0  # least share of a setting that is for searches without a filter
_PAGE = 10  # hits whose recall is told


class EncoderCard(Schema):
    """The model that made the vectors of a space."""

    name: str
    revision: str
    dtype: str
    preprocessing: str
    dim: int
    modalities: list[Modality]
    instruction: str | None


class CalibratedSetting(Schema):
    """A way to use an approximate index, and what the build measured of it."""

    least_share: float = Field(description="Of the rows that match, from which on it holds")
    most_share: float
    k: int
    effort: float = Field(description="Share of the rows visited, or candidates of a graph")
    refine: int = Field(description="Rows scored in full precision")
    recall: float
    ms: float


class Calibration(Schema):
    """An approximate index against exact search."""

    queries: str = Field(description="Whether they were given or made up")
    recall: float | None = Field(
        description="Recall@10 without a filter of the cheapest setting that the default recall "
        "takes; null where none reaches it and search is exact"
    )
    settings: list[CalibratedSetting]


class SnapshotSpace(Schema):
    """One space of a snapshot."""

    key: str
    name: str
    encoder: EncoderCard
    vectors: int
    artworks: int
    index: str
    ways: list[str] = Field(description="Ways of exact search that the build timed")
    calibration: Calibration | None = Field(description="null: every search is exact")


class LivePeriod(Schema):
    """One time that a snapshot was live."""

    begin: datetime
    end: datetime | None = Field(description="null: it still is")


class SnapshotQuality(Schema):
    """How it was checked before it went live, or did not."""

    at: datetime
    ndcg_10: float | None = Field(description="On the judged queries; null where there are none")
    checks: list[SnapshotCheck]


class Snapshot(Schema):
    """One snapshot that is kept on disk."""

    id: str
    built_at: datetime
    artworks: int
    vectors: int
    size_bytes: int
    is_live: bool
    is_previous: bool
    is_in_use: bool = Field(description="Whether a process has it open")
    pinned_until: datetime | None = Field(
        description="Until then it is not pruned: cursors and replays may need it"
    )
    live: list[LivePeriod] = Field(description="Newest first")
    quality: SnapshotQuality | None = Field(description="null: it was not checked")
    spaces: list[SnapshotSpace]


class SnapshotList(Schema):
    """Snapshots, newest first."""

    snapshots: list[Snapshot]


def describe(facts: SnapshotFacts) -> Snapshot:
    """Say what is known of a snapshot."""
    entry, checked = facts.entry, facts.checked
    relevance = [c.measured for c in (checked.checks if checked else ()) if c.name == "relevance"]
    ndcg = relevance[0] if relevance else None
    return Snapshot.model_validate(
        {
            "id": entry.id,
            "built_at": entry.built_at,
            "artworks": entry.artworks,
            "vectors": sum(space.vectors for space in facts.spaces),
            "size_bytes": entry.size_bytes,
            "is_live": entry.is_live,
            "is_previous": entry.is_previous,
            "is_in_use": facts.is_in_use,
            "pinned_until": facts.pinned_until,
            "live": facts.live,
            "quality": checked and {"at": checked.at, "ndcg_10": ndcg, "checks": checked.checks},
            "spaces": list(map(_space, facts.spaces)),
        }
    )


def _space(facts: SpaceFacts) -> Json:
    return {
        "key": facts.key,
        "name": facts.name,
        "encoder": facts.encoder,
        "vectors": facts.vectors,
        "artworks": facts.artworks,
        "index": facts.index,
        "ways": facts.ways,
        "calibration": _calibration(facts.calibration) if facts.calibration else None,
    }


def _calibration(measured: Json) -> Json:
    reached = [
        s
        for s in measured["settings"]
        if s["least_share"] >= _WIDEST and s["k"] == _PAGE and s["recall"] >= DEFAULT_RECALL
    ]
    best = min(reached, key=lambda s: s["ms"], default=None)
    return {**measured, "recall": best["recall"] if best else None}
