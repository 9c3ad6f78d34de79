"""The body of a search: what may be asked, and what it means to the engine."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SkipValidation

from api.examples import ARTWORK_ID
from api.filter_schema import FilterTree
from api.inputs import PlainText, SearchInput
from api.params import (
    DEFAULT_HITS,
    MOST_HITS,
    Collapse,
    Diversity,
    LeastMatch,
    Understanding,
    WantedGroups,
    WantedRecall,
)
from api.rerank_request import RerankRequest
from core.errors import InputError
from core.filters import Field as FilterField
from core.queries import DEFAULT_RECALL, LONGEST_TEXT, Aspect, Leg
from core.query_limits import HEAVIEST_LEG, MOST_INPUTS, MOST_REFERENCES
from core.text import blank_to_none
from core.types import Json
from core.understanding import Understand
from search.retrievers.prepare import Request

References = Annotated[
    list[PlainText],
    Field(max_length=MOST_REFERENCES),
    BeforeValidator(
        lambda value: [value] if isinstance(value, str) else value,
        json_schema_input_type=str | list[str],
    ),
]
Weight = Annotated[float, Field(ge=0, le=HEAVIEST_LEG, allow_inf_nan=False)]

SEARCH_EXAMPLES: dict[str, Json] = {
    "words": {"q": "boats in a storm", "limit": 5, "facets": ["medium"]},
    "words under a filter": {
        "q": "a woman reading",
        "filter": {
            "and": [
                {"field": "year", "op": "overlaps", "value": {"from": 1600, "to": 1900}},
                {"not": {"field": "medium", "op": "words", "value": "bronze"}},
            ]
        },
        "weights": {"catalogue": 2, "lexical": 1},
    },
    "less of something": {
        "q": "portrait",
        "inputs": [{"text": "man", "weight": -1}, {"text": "a window", "weight": 0.5}],
    },
    "more like this, by its looks alone": {"like": ARTWORK_ID, "aspects": ["looks"]},
}


class SearchRequest(BaseModel):
    """A search by words, by picture, by artworks like these, or by all of them together."""

    model_config = ConfigDict(extra="forbid", strict=True)

    q: Annotated[PlainText, Field(max_length=LONGEST_TEXT)] | None = Field(
        None, description="What to look for, in words"
    )
    image: str | None = Field(
        None, description="A picture in base64, bare or as a data: URL", repr=False
    )
    like: References | None = Field(None, description="An artwork id, or up to ten")
    inputs: Annotated[list[SearchInput], Field(max_length=MOST_INPUTS)] | None = Field(
        None, description="More texts, pictures and artworks, weighted; negative ones push away"
    )
    aspects: Annotated[list[Aspect], Field(min_length=1)] | None = Field(
        None, description="In what hits are like the artworks referred to; all if left out"
    )
    filter: SkipValidation[FilterTree | None] = Field(None, description="A filter tree")
    weights: dict[Leg, Weight] | None = Field(
        None,
        description="Weight of each leg in the fusion: 0 leaves it out; if not named 1, and 0.25 "
        "for like_artist and like_period",
    )
    limit: int = Field(DEFAULT_HITS, ge=1, le=MOST_HITS, description="Hits on a page")
    cursor: PlainText | None = Field(None, description="`cursor` of the answer before")
    facets: list[FilterField] | None = Field(None, description="Fields to count")
    exact: bool = Field(False, description="Search exactly; the same as a recall of 1")
    recall: WantedRecall = DEFAULT_RECALL
    include_self: bool = Field(
        False, description="Whether artworks referred to, and their near-duplicates, may be hits"
    )
    understand: Understanding = Understand.APPLY
    min_match: LeastMatch = None
    collapse: Collapse = False
    group_by: WantedGroups = None
    diversity: Diversity = 0.0
    rerank: bool | RerankRequest = Field(
        False, description="Whether the best hits are reranked, and how; true: as configured"
    )


@dataclass(frozen=True, slots=True)
class SearchBody:
    """A search request with the picture that may have come beside it."""

    request: SearchRequest
    upload: bytes | None = None

    def asked(self) -> Request:
        """Say it as the retriever `search` takes it. Raises InputError."""
        request = self.request
        inputs = request.model_dump(mode="json", exclude={"filter", "limit", "cursor", "rerank"})
        inputs["filter"] = request.filter  # plain JSON already
        if self.upload is not None:
            if request.image is not None:
                raise InputError("image", "is given twice: in the query and as a file")
            inputs["image"] = self.upload
        rerank = request.rerank
        if isinstance(rerank, RerankRequest):
            inputs["rerank_depth"], inputs["rerank_deadline_ms"] = rerank.depth, rerank.deadline_ms
        inputs["rerank"] = bool(rerank)
        return Request(inputs, request.limit, blank_to_none(request.cursor))
