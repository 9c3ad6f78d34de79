"""How a search went, stage by stage."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StageReport:
    """What one stage took, gave, and left out with the reason."""

    name: str
    duration_ms: float
    input_count: int
    output_count: int
    skipped: str | None = None
    degraded: str | None = None
    cache_hit: bool = False
    error: str | None = None  # why it ended without giving anything
