"""What of a search may be asked of the reranker."""

from pydantic import BaseModel, ConfigDict, Field

from core.rerank import LONGEST_DEADLINE_MS, MOST_RERANKED, Rerank


class RerankRequest(BaseModel):
    """How far, and how long, the best hits are reranked."""

    model_config = ConfigDict(extra="forbid", strict=True)

    depth: int | None = Field(
        None, ge=1, le=MOST_RERANKED, description="Best artworks that the reranker looks at"
    )
    deadline_ms: int | None = Field(
        None, ge=1, le=LONGEST_DEADLINE_MS, description="Milliseconds that this may take"
    )


def engine_rerank(asked: bool | RerankRequest) -> Rerank | None:
    """Say it as the engine takes it."""
    if isinstance(asked, RerankRequest):
        return Rerank(asked.depth, asked.deadline_ms)
    return Rerank() if asked else None
