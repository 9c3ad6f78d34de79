"""The body of a search: what may be asked, and what it means to the engine."""

import base64
import binascii
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SkipValidation

from api.filter_schema import FilterTree
from api.params import DEFAULT_HITS, MOST_HITS, WantedRecall
from core.errors import InputError, PictureError
from core.filter_json import parse_filter
from core.filters import Field as FilterField
from core.ports import PictureDecoder
from core.queries import DEFAULT_RECALL, EXACT, LONGEST_TEXT, Leg, Query
from core.text import blank_to_none
from core.types import Json, Pixels

MOST_REFERENCES = 10


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("holds a NUL character")
    return text


PlainText = Annotated[str, AfterValidator(_without_nul)]
References = Annotated[
    list[PlainText],
    Field(max_length=MOST_REFERENCES),
    BeforeValidator(
        lambda value: [value] if isinstance(value, str) else value,
        json_schema_input_type=str | list[str],
    ),
]
Weight = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]

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
    filter: SkipValidation[FilterTree | None] = Field(None, description="A filter tree")
    weights: dict[Leg, Weight] | None = Field(
        None, description="Weight of each leg in the fusion: 0 leaves it out, 1 if not named"
    )
    limit: int = Field(DEFAULT_HITS, ge=1, le=MOST_HITS, description="Hits on a page")
    cursor: PlainText | None = Field(None, description="`cursor` of the answer before")
    facets: list[FilterField] | None = Field(None, description="Fields to count")
    exact: bool = Field(False, description="Search exactly; the same as a recall of 1")
    recall: WantedRecall = DEFAULT_RECALL
    include_self: bool = Field(False, description="Whether artworks of `like` may be hits")


@dataclass(frozen=True, slots=True)
class SearchBody:
    """A search request with the picture that may have come beside it."""

    request: SearchRequest
    upload: bytes | None = None

    def query(self, decode: PictureDecoder) -> Query:
        """Say it as the engine takes it, the picture decoded. Raises InputError."""
        request = self.request
        return Query(
            text=blank_to_none(request.q),
            picture=self._picture(decode),
            like=tuple(dict.fromkeys(request.like or ())),
            where=None if request.filter is None else parse_filter(request.filter),
            weights={leg.value: weight for leg, weight in (request.weights or {}).items()},
            limit=request.limit,
            cursor=blank_to_none(request.cursor),
            facets=tuple(request.facets or ()),
            recall=EXACT if request.exact else request.recall,
            include_self=request.include_self,
        )

    def _picture(self, decode: PictureDecoder) -> Pixels | None:
        if self.upload is not None and self.request.image is not None:
            raise InputError("image", "is given twice: in the query and as a file")
        if self.request.image is not None:
            return decode(decode_base64(self.request.image))
        return None if self.upload is None else decode(self.upload)


def decode_base64(text: str) -> bytes:
    """Decode base64, bare or as a data: URL, in either alphabet. Raises PictureError."""
    data = text
    if text.startswith("data:"):
        head, comma, data = text.partition(",")
        if not comma or not head.endswith(";base64"):
            raise PictureError("is a data: URL without `;base64,`")
    compact = "".join(data.split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise PictureError("is not base64") from error
