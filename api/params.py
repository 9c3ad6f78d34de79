"""Query parameters: names and limits, and what they mean to the engine."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from core.errors import InputError
from core.filter_json import YEAR_LIMIT, filter_json
from core.filters import Field as FilterField
from core.filters import Filter
from core.plain_filters import PLAIN_FIELDS, plain_filter
from core.queries import DEFAULT_RECALL, EXACT, LEAST_RECALL, LONGEST_TEXT, Aspect, GroupBy
from core.text import blank_to_none
from core.types import Json, RightsStatus
from core.understanding import Understand
from search.retrievers.prepare import Request

MOST_HITS = 100
DEFAULT_HITS = 20
WantedRecall = Annotated[
    float,
    Field(
        ge=LEAST_RECALL,
        le=EXACT,
        allow_inf_nan=False,
        description="Share of the true nearest neighbours that each leg has to find",
    ),
]

LeastMatch = Annotated[
    Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None,
    Field(description="Least `match.score` of each hit; 0.9 keeps little that does not fit"),
]
Collapse = Annotated[
    bool,
    Field(description="Whether near-duplicates are one hit, which lists the `duplicates`"),
]
WantedGroups = Annotated[
    GroupBy | None,
    Field(description="Show the best hit of each artist or title, with the size of its `group`"),
]
Understanding = Annotated[
    Understand,
    Field(
        description="What is done with words that name an artist, a date, a medium and the like: "
        "off, suggest (they are listed), or apply (the certain ones become filters)"
    ),
]
Diversity = Annotated[
    float,
    Field(
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="Weight against likeness among the first 200 hits; 0 leaves their order",
    ),
]


def _without_blanks(values: Sequence[str]) -> list[str]:
    return [text for value in values if (text := value.strip())]


def _listed(names: Sequence[str], allowed: type[StrEnum]) -> list[str]:
    """Split comma lists; a name that stands twice counts once."""
    listed = list(dict.fromkeys(_without_blanks([n for name in names for n in name.split(",")])))
    unknown = next((name for name in listed if name not in set(allowed)), None)
    if unknown is not None:
        raise ValueError(f"{unknown!r} is none of {', '.join(allowed)}")
    return listed


def _fields(names: Sequence[str]) -> list[str]:
    return _listed(names, FilterField)


def _aspects(names: Sequence[str]) -> list[str]:
    return _listed(names, Aspect) or list(Aspect)


Texts = Annotated[list[str], AfterValidator(_without_blanks)]
Blankable = BeforeValidator(lambda value: value or None)  # an empty field of a form is not given
Text = Annotated[str | None, AfterValidator(blank_to_none)]
Year = Annotated[int | None, Blankable]
Truth = Annotated[bool | None, Blankable]
Fields = Annotated[list[str], AfterValidator(_fields)]


class FilterParams(BaseModel):
    """A filter: AND across names, OR among the values of one name."""

    artist: Texts = Field([], description="Words of a name, or an artist id", examples=["Monet"])
    artist_id: Texts = Field([], description="Id of an artist, such as `source:id`")
    role: Texts = Field([], description="How an artist is tied to the work: artist, after, …")
    gender: Texts = Field([], description="Gender of an artist, as the source writes it")
    from_: Year = Field(
        None,
        alias="from",
        ge=-YEAR_LIMIT,
        le=YEAR_LIMIT,
        description="First year; the work's years must overlap",
        examples=[1800],
    )
    to: Year = Field(None, ge=-YEAR_LIMIT, le=YEAR_LIMIT, description="Last year", examples=[1900])
    medium: Texts = Field([], description="Words of the medium", examples=["oil canvas"])
    classification: Texts = Field([], description="Words of it", examples=["painting"])
    subject: Texts = Field([], description="Words of one subject")
    movement: Texts = Field([], description="Words of a movement")
    collection: Texts = Field([], description="Words of the collection's name")
    has_image: Truth = Field(None, description="Whether it has a picture")
    image_rights: list[RightsStatus] = Field([], description="Rights of its primary picture")

    def where(self) -> Filter | None:
        """Build the filter. Raises FilterError, which names the parameter."""
        values: dict[str, Sequence[str]] = {
            name: getattr(self, name) for name in PLAIN_FIELDS if name != FilterField.HAS_IMAGE
        }
        if self.has_image is not None:
            values[FilterField.HAS_IMAGE] = [str(self.has_image).lower()]
        return plain_filter(values, self.from_, self.to)


class ArrangedParams(FilterParams):
    """How hits are put together, and in what order."""

    collapse: Collapse = False
    group_by: Annotated[WantedGroups, Blankable] = None
    diversity: Diversity = 0.0

    def arrangement(self) -> Json:
        """Say filter and arrangement as the retriever `search` takes them."""
        where = self.where()
        return {
            "filter": None if where is None else filter_json(where),
            "collapse": self.collapse,
            "group_by": self.group_by and self.group_by.value,
            "diversity": self.diversity,
        }


class SearchParams(ArrangedParams):
    """A search by words."""

    q: Text = Field(
        None,
        max_length=LONGEST_TEXT,
        description="What to look for, in words",
        examples=["a quiet river at dusk"],
    )
    limit: int = Field(DEFAULT_HITS, ge=1, le=MOST_HITS, description="Hits on a page")
    cursor: Text = Field(None, description="`cursor` of the answer before, for its next page")
    facets: Fields = Field(
        [], description="Fields to count, repeated or joined by commas", examples=["medium,artist"]
    )
    exact: bool = Field(False, description="Search exactly; the same as a recall of 1")
    recall: WantedRecall = DEFAULT_RECALL
    min_match: Annotated[LeastMatch, Blankable] = None
    rerank: bool = Field(False, description="Whether the best hits are reranked, as configured")
    understand: Understanding = Understand.APPLY

    def asked(self) -> Request:
        """Say it as the retriever `search` takes it."""
        inputs = {
            **self.arrangement(),
            "q": self.q,
            "facets": self.facets,
            "exact": self.exact,
            "recall": self.recall,
            "min_match": self.min_match,
            "rerank": self.rerank,
            "understand": self.understand.value,
        }
        return Request(inputs, self.limit, self.cursor)


class SimilarParams(ArrangedParams):
    """A search for artworks like one."""

    aspects: Annotated[list[str], AfterValidator(_aspects)] = Field(
        list(Aspect),
        description="In what: looks, subject, artist, period; repeated or joined by commas",
        examples=["looks,period"],
    )
    limit: int = Field(DEFAULT_HITS, ge=1, le=MOST_HITS, description="Hits on a page")
    cursor: Text = Field(None, description="`cursor` of the answer before, for its next page")

    def asked(self, artwork_id: str) -> Request:
        """Say it as the retriever `search` takes it."""
        inputs = {**self.arrangement(), "like": [artwork_id], "aspects": self.aspects}
        return Request(inputs, self.limit, self.cursor)


class BrowseParams(FilterParams):
    """A walk through the catalogue."""

    limit: int = Field(DEFAULT_HITS, ge=1, le=MOST_HITS, description="Artworks on a page")
    after: Text = Field(None, description="Id of the last artwork of the page before")


class FacetParams(FilterParams):
    """Counts of values."""

    fields: Fields = Field(
        description="Fields to count, repeated or joined by commas; all if left out",
        default_factory=lambda: list(map(str, FilterField)),
        examples=["medium,classification"],
    )
    limit: int = Field(20, ge=1, le=1000, description="Values of each field")


class LatestParams(BaseModel):
    """How many of a list that has the newest first."""

    limit: int = Field(20, ge=1, le=100, description="How many")


def check_names(given: Sequence[str], allowed: dict[str, bool]) -> None:
    """Refuse names that are not allowed, and more than one value where one is (False).

    Raises:
        InputError: names the parameter, and those that are allowed.
    """
    for name in given:
        if name not in allowed:
            known = f"allowed are {', '.join(allowed)}" if allowed else "none is allowed here"
            raise InputError(name, f"unknown parameter; {known}")
        if not allowed[name] and given.count(name) > 1:
            raise InputError(name, "may be given once only")
