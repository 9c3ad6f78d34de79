"""What is asked of retrievers, and what is told of their executions."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.inputs import PlainText
from api.params import DEFAULT_HITS, MOST_HITS
from api.schemas import Schema
from api.schemas_search import HitPlace, LeftOut, Recall, RetrieverOfAnswer
from core.cache import CacheKind
from core.errors import InputError
from core.queries import Leg, Strategy
from core.retrievers import StageType
from core.text import blank_to_none
from core.types import Json
from search.retrievers.definition import Pipeline
from search.retrievers.prepare import Request
from search.retrievers.registry import Retrievers

EXECUTE_EXAMPLES: dict[str, Json] = {
    "words": {"inputs": {"q": "a quiet river at dusk"}, "pagination": {"limit": 5}},
    "this portrait, but wearing blue": {
        "inputs": {"q": "wearing blue", "like": "sample:monet-water-lilies-1906"}
    },
}
AD_HOC_EXAMPLES: dict[str, Json] = {
    "two legs of its own": {
        "definition": {
            "inputs": {"text": {"type": "string", "required": True}},
            "stages": [
                {
                    "type": "feature_search",
                    "parameters": {
                        "text": "{{ INPUT.text }}",
                        "legs": [{"leg": "catalogue", "weight": 2}, {"leg": "lexical"}],
                    },
                },
                {"type": "limit", "parameters": {"hits": 50}},
            ],
        },
        "inputs": {"text": "boats in a storm"},
    },
}


class Pagination(BaseModel):
    """Which page of the answer is wanted."""

    model_config = ConfigDict(extra="forbid", strict=True)

    limit: int = Field(DEFAULT_HITS, ge=1, le=MOST_HITS, description="Hits on a page")
    cursor: PlainText | None = Field(None, description="`cursor` of the answer before")


class ExecuteRequest(BaseModel):
    """What a retriever is asked."""

    model_config = ConfigDict(extra="forbid", strict=True)

    inputs: dict[str, Any] = Field(
        default_factory=dict, description="As the retriever's `schema` says"
    )
    pagination: Pagination = Field(default_factory=lambda: Pagination.model_validate({}))
    stream: bool = Field(False, description="Answer with server-sent events, the answer last")

    def asked(self) -> Request:
        """Say it as the executor takes it."""
        return Request(self.inputs, self.pagination.limit, blank_to_none(self.pagination.cursor))


class AdHocRequest(ExecuteRequest):
    """A retriever that is not kept, and what it is asked."""

    definition: Json = Field(description="Inputs and stages, as of a retriever that is kept")

    def pipeline(self, retrievers: Retrievers) -> Pipeline:
        """Check the retriever that came.

        Raises:
            InputError: names the place, such as `definition.stages.1.parameters.weight`.
        """
        try:
            return retrievers.compile(self.definition)
        except InputError as error:
            if error.field == "definition":
                raise
            raise InputError(f"definition.{error.field}", error.message) from error


class LegEstimate(Schema):
    """How one leg would be searched; one that would be skipped has but the reason."""

    name: str
    leg: Leg
    space: str | None
    strategy: Strategy | None
    recall: Recall | None
    rows_matching: int | None
    rows_scored_estimate: int | None
    estimate_ms: float | None = Field(description="Null where no build has measured it")
    estimates_ms: dict[str, float] | None = Field(description="Of each way that is open")
    skipped: str | None
    weight: float | None = Field(description="Null where it depends on what is found")


class StageForeseen(Schema):
    """One stage of the retriever, and what it would leave out."""

    name: str
    type: StageType
    skipped: str | None
    left_out: list[LeftOut]


class CacheForeseen(Schema):
    """What caches would do."""

    key: str
    would_hit: bool = Field(description="Whether the whole answer is kept now")
    would_keep: list[CacheKind] = Field(description="Kinds of what would be kept after the search")


class Explanation(Schema):
    """What an execution would do; nothing was encoded and nothing searched."""

    retriever: RetrieverOfAnswer
    snapshot: str
    models: dict[str, str | None]
    total: int = Field(description="Artworks that pass the filters")
    stages: list[StageForeseen]
    steps: list[str] = Field(description="What the engine would do, in order")
    legs: list[LegEstimate]
    estimate_ms: float | None = Field(description="Of the legs together; without encoding")
    cache: CacheForeseen


class ExecutionRecord(Schema):
    """An execution that is kept for a while."""

    id: str
    retriever: str = Field(description="`name@version`")
    definition: Json | None = Field(description="Of one that came with the request")
    inputs: Json | None = Field(description="As they were given; null if too large to be kept")
    limit: int
    cursor: str | None
    conditions: dict[str, str] = Field(description="All that decided the answer beside the request")
    key: str
    is_cached: bool = Field(description="Whether the answer came from the cache")
    duration_ms: float
    at: datetime
    hits: list[HitPlace]


class Changed(Schema):
    """One thing that was one way and is another."""

    name: str = Field(description="Of a condition, or an artwork's id")
    before: str | int | float | None
    after: str | int | float | None


class Replay(Schema):
    """A search again on the snapshot of an execution, and what differs."""

    execution_id: str
    snapshot: str
    is_same: bool = Field(description="Whether hits, ranks and scores are those of before")
    conditions: list[Changed]
    added: list[str]
    removed: list[str]
    moved: list[Changed] = Field(description="By rank")
    rescored: list[Changed]
    reranked: list[Changed]
