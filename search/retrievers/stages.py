"""The stages that a retriever may have, and what each may be told."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any

from pydantic import BaseModel, Field

from core.filters import Field as FilterField
from core.rerank import LONGEST_DEADLINE_MS, MOST_RERANKED
from core.retrievers import StageType
from core.types import Json
from core.understanding import Understand
from search.retrievers.filter_trees import ReadTree, read_tree
from search.retrievers.parameter_types import GroupName, Mode, Parameters, Share, Tree
from search.retrievers.search_stage import FeatureSearchParameters

MOST_FACET_VALUES = 1000
MOST_PAGED = 100_000


class UnderstandParameters(Parameters):
    """Whether words that name an artist, a date, a medium and the like become filters."""

    mode: Mode = Field(
        Understand.APPLY,
        description="apply: the certain ones become filters; suggest: they are listed; off",
    )


class AttributeFilterParameters(Parameters):
    """Which artworks are searched at all; it may stand more than once."""

    filter: Tree = Field(None, description="A filter tree")

    def read_filter(self) -> ReadTree:
        """Read the tree, once. Raises FilterError."""
        return self._read

    @cached_property
    def _read(self) -> ReadTree:
        return ReadTree(None) if self.filter is None else read_tree(self.filter, "filter")


class RerankParameters(Parameters):
    """Whether the best hits are put in the order of a reranker, and how far."""

    enabled: bool = Field(True, description="Whether it is done")
    depth: int | None = Field(
        None, ge=1, le=MOST_RERANKED, description="Hits that it looks at; as configured if left out"
    )
    deadline_ms: int | None = Field(
        None,
        ge=1,
        le=LONGEST_DEADLINE_MS,
        description="That it may take; as configured if left out",
    )


class GroupParameters(Parameters):
    """Which hits are put together."""

    by: GroupName | None = Field(None, description="Show the best hit of each artist or title")
    collapse: bool = Field(False, description="Whether near-duplicates are one hit")


class DiversifyParameters(Parameters):
    """How much hits that are like those before them are put back."""

    weight: Share = Field(0.0, description="0 leaves the order, 1 counts unlikeness alone")


class FacetsParameters(Parameters):
    """Which values are counted over all artworks that pass the filters."""

    fields: list[Annotated[FilterField, Field(strict=False)]] = Field(
        default_factory=list, description="Fields to count"
    )
    limit: int = Field(20, ge=1, le=MOST_FACET_VALUES, description="Values of each field")


class LimitParameters(Parameters):
    """How many hits there are at most, on all pages together."""

    hits: int | None = Field(None, ge=1, le=MOST_PAGED, description="Most hits of all pages")


MODELS: Mapping[StageType, type[Parameters]] = {
    StageType.UNDERSTAND: UnderstandParameters,
    StageType.ATTRIBUTE_FILTER: AttributeFilterParameters,
    StageType.FEATURE_SEARCH: FeatureSearchParameters,
    StageType.RERANK: RerankParameters,
    StageType.GROUP: GroupParameters,
    StageType.DIVERSIFY: DiversifyParameters,
    StageType.FACETS: FacetsParameters,
    StageType.LIMIT: LimitParameters,
}
ORDER: Mapping[StageType, int] = {type: place for place, type in enumerate(StageType)}
REPEATED = frozenset({StageType.ATTRIBUTE_FILTER})

EXAMPLES: Mapping[StageType, Json] = {
    StageType.UNDERSTAND: {"mode": "suggest"},
    StageType.ATTRIBUTE_FILTER: {
        "filter": {"field": "year", "op": "overlaps", "value": {"from": 1800, "to": 1900}}
    },
    StageType.FEATURE_SEARCH: {
        "text": "boats in a storm",
        "legs": [{"leg": "catalogue", "weight": 2}, {"leg": "lexical", "k": 250}],
    },
    StageType.RERANK: {"depth": 50},
    StageType.GROUP: {"by": "artist"},
    StageType.DIVERSIFY: {"weight": 0.3},
    StageType.FACETS: {"fields": ["medium", "classification"], "limit": 10},
    StageType.LIMIT: {"hits": 200},
}


def stage_schemas() -> list[Json]:
    """Describe each type of stage with the JSON Schema of its parameters, in their order."""
    return [_schema(type, model) for type, model in MODELS.items()]


def _schema(type: StageType, model: type[BaseModel]) -> Json:
    schema: dict[str, Any] = model.model_json_schema()
    return {
        "type": type.value,
        "description": schema.pop("description", ""),
        "parameters": schema,
        "example": EXAMPLES[type],
    }
