"""The grammar of filters as types, for the OpenAPI document; `core/filter_json.py` reads them.

The reader's errors name the place in the tree, which a union of types cannot do.
"""

from pydantic import BaseModel, ConfigDict, Field

from core.filters import Field as FilterField
from core.filters import Op


class Years(BaseModel):
    """A span of years; either end may be left out."""

    model_config = ConfigDict(extra="forbid")

    from_: int | None = Field(None, alias="from")
    to: int | None = None


class FilterLeaf(BaseModel):
    """One test of one field."""

    model_config = ConfigDict(extra="forbid")

    field: FilterField
    op: Op
    value: list[str] | list[bool] | str | bool | Years | None = Field(
        None, description="Texts for `in` and `words`, years for `overlaps`, a truth for `exists`"
    )
    role: str | None = Field(
        None, description="Of artist, artist_id and gender: artist if left out, `any` for all"
    )


class FilterAnd(BaseModel):
    """All parts hold."""

    model_config = ConfigDict(extra="forbid")

    and_: list["FilterTree"] = Field(alias="and", min_length=1)


class FilterOr(BaseModel):
    """Some part holds."""

    model_config = ConfigDict(extra="forbid")

    or_: list["FilterTree"] = Field(alias="or", min_length=1)


class FilterNot(BaseModel):
    """The part does not hold."""

    model_config = ConfigDict(extra="forbid")

    not_: "FilterTree" = Field(alias="not")


FilterTree = FilterLeaf | FilterAnd | FilterOr | FilterNot
