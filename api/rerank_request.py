"""What of a search may be asked of the reranker."""

from pydantic import BaseModel, ConfigDict, Field

from core.rerank import LONGEST_DEADLINE_MS, MOST_RERANKED


class RerankRequest(BaseModel):
    """How far, and how long, the best hits are reranked."""

    model_config = ConfigDict(extra="forbid", strict=True)

    depth: int | None = Field(
        None, ge=1, le=MOST_RERANKED, description="Best artworks that the reranker looks at"
    )
    deadline_ms: int | None = Field(
        None, ge=1, le=LONGEST_DEADLINE_MS, description="Milliseconds that this may take"
    )
