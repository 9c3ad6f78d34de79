"""What the search itself may be told: its inputs, its legs, how they are merged."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from core.queries import DEFAULT_RECALL, DEPTH, RRF_K, Aspect, Leg
from core.query_limits import MOST_INPUTS
from search.retrievers.parameter_types import (
    AspectName,
    InputWeight,
    LegName,
    LegWeight,
    Parameters,
    Picture,
    Recall,
    References,
    Share,
    Text,
    Tree,
)

MOST_LEGS = 20
OWN = frozenset({"text", "image", "like"})  # what a leg may search by
# What a leg of each kind searches by.
READS: Mapping[Leg, str] = {
    Leg.CATALOGUE: "text",
    Leg.TEXT_PICTURE: "text",
    Leg.LEXICAL: "text",
    Leg.PICTURE: "image",
    **{leg: "like" for leg in Leg if leg.startswith("like_")},
}


class OnEmpty(StrEnum):
    """What becomes of a leg that has nothing to search by."""

    SKIP = "skip"
    ERROR = "error"


class OnAllEmpty(StrEnum):
    """What becomes of a search that has nothing to search by."""

    ERROR = "error"
    BROWSE = "browse"  # all that passes the filters, in its stored order


class FusionMethod(StrEnum):
    """How the legs' rankings are merged."""

    RRF = "rrf"


class FusionParameters(Parameters):
    """How the legs' rankings are merged."""

    method: Annotated[FusionMethod, Field(strict=False)] = Field(
        FusionMethod.RRF, description="Reciprocal rank fusion: weight / (k + rank), added up"
    )
    k: float = Field(
        RRF_K, ge=1, le=1000, allow_inf_nan=False, description="Less favours what one leg has first"
    )


class PartParameters(Parameters):
    """One text, picture or artwork; it is left out where nothing was given."""

    text: Text = None
    image: Picture = Field(None, description="A picture")
    artwork: Text = Field(None, description="An artwork id")
    weight: InputWeight = Field(1.0, description="A negative one pushes away")

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if sum(one is not None for one in (self.text, self.image, self.artwork)) > 1:
            raise ValueError("may have just one of text, image and artwork")
        return self


class LegParameters(Parameters):
    """One search of the stage; what it does not say, the stage says."""

    leg: LegName = Field(description="What is searched, and by what")
    name: str | None = Field(
        None, min_length=1, max_length=40, description="In the answer; the leg's own if left out"
    )
    text: Text = Field(None, description="Its own words, instead of the stage's")
    image: Picture = Field(None, description="Its own picture")
    like: References = Field(default_factory=list, description="Its own artworks")
    weight: LegWeight | None = Field(None, description="In the fusion; the stage's if left out")
    k: int = Field(DEPTH, ge=1, le=DEPTH, description="Candidates")
    filter: Tree = Field(None, description="Beside the filters of all legs")
    on_empty: Annotated[OnEmpty, Field(strict=False)] = Field(
        OnEmpty.SKIP, description="What happens where it has nothing to search by"
    )

    @property
    def own(self) -> frozenset[str]:
        """What it says that it searches by, given or not."""
        return OWN & self.model_fields_set

    @model_validator(mode="after")
    def _can_run(self) -> Self:
        if self.leg is Leg.EXACT:
            raise ValueError("exact is no leg of its own: what words name exactly comes first")
        wrong = self.own - {READS[self.leg]}
        if wrong:
            raise ValueError(f"{self.leg} searches by {READS[self.leg]}, not by {min(wrong)}")
        return self


class AskedParameters(Parameters):
    """What a search goes by: what changes from request to request."""

    text: Text = None
    image: Picture = Field(None, description="A picture to search by")
    like: References = Field(
        default_factory=list, description="An artwork id, or up to ten: hits are like them"
    )


class FeatureSearchParameters(AskedParameters):
    """What is searched for, by which legs, and how their rankings are merged."""

    inputs: list[PartParameters] = Field(
        default_factory=list,
        max_length=MOST_INPUTS,
        description="More to search by, or to keep away from",
    )
    aspects: list[AspectName] = Field(
        default_factory=lambda: list(Aspect),
        min_length=1,
        description="In what hits are like the artworks referred to",
    )
    weights: dict[LegName, LegWeight] = Field(
        default_factory=dict,
        description="Weight of each kind of leg in the fusion; 0 leaves it out",
    )
    legs: list[LegParameters] = Field(
        default_factory=list,
        max_length=MOST_LEGS,
        description="Just these; if left out, each that has an input",
    )
    filter: Tree = Field(None, description="Beside those of the stages before")
    recall: Recall = Field(
        DEFAULT_RECALL, description="Share of the true neighbours that each leg has to find"
    )
    exact: bool = Field(False, description="Search exactly; the same as a recall of 1")
    include_self: bool = Field(
        False, description="Whether artworks referred to, and their near-duplicates, may be hits"
    )
    min_match: Share | None = Field(None, description="Least `match.score` of each hit")
    fusion: FusionParameters = Field(
        FusionParameters.model_validate({}), description="How legs are merged"
    )
    on_all_empty: Annotated[OnAllEmpty, Field(strict=False)] = Field(
        OnAllEmpty.ERROR,
        description="error, or browse: without anything to search by, all that passes the filters",
    )

    @model_validator(mode="after")
    def _names_once(self) -> Self:
        names = [leg.name or leg.leg for leg in self.legs]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"two legs are called {twice}; give each a `name`")
        return self
