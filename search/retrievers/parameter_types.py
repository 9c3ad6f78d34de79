"""Types of the parameters of stages, beyond those of JSON."""

from typing import Annotated, Any

import numpy as np
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
)

from core.errors import InputError
from core.filters import And, Leaf, Not, Or
from core.queries import EXACT, LEAST_RECALL, LONGEST_TEXT, Aspect, GroupBy
from core.queries import Leg as EngineLeg
from core.query_limits import HEAVIEST_INPUT, HEAVIEST_LEG, MOST_REFERENCES
from core.types import Pixels
from core.understanding import Understand
from search.retrievers.coercion import canonical_text
from search.retrievers.filter_trees import is_blank


class Parameters(BaseModel):
    """Parameters of a stage, or of a part of it."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True
    )


def _clean_text(text: str) -> str | None:
    try:
        return canonical_text(text, "text") or None
    except InputError as error:
        raise ValueError(error.message) from error


def _picture(value: object) -> Pixels | None:
    if value is None or is_blank(value):
        return None
    if isinstance(value, np.ndarray) and value.dtype == np.uint8 and value.ndim == 3:
        return value
    raise ValueError("must be a picture: a template of an input whose type is image")


def _tree(value: object) -> Any:  # noqa: ANN401 - a tree of JSON, a filter, or None
    if value is None or isinstance(value, dict | Leaf | And | Or | Not):
        return value or None
    raise ValueError("must be a filter tree, or a template of an input whose type is filter")


def _references(value: object) -> object:
    listed = value if isinstance(value, list) else [value]
    return [one.strip() if isinstance(one, str) else one for one in listed if not is_blank(one)]


# Strict models take members of an enum alone; JSON has texts.
LegName = Annotated[EngineLeg, Field(strict=False)]
AspectName = Annotated[Aspect, Field(strict=False)]
GroupName = Annotated[GroupBy, Field(strict=False)]
Mode = Annotated[Understand, Field(strict=False)]

Text = Annotated[
    Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(_clean_text)] | None,
    Field(description="Words to search by"),
]
Picture = Annotated[
    Any,
    PlainValidator(_picture),
    WithJsonSchema({"type": "string", "description": "A template of an input of type image"}),
]
Tree = Annotated[
    Any,
    PlainValidator(_tree),
    WithJsonSchema(
        {
            "type": ["object", "string"],
            "description": "A filter tree whose values may be templates, or a template of one; a "
            "leaf whose value is missing is left out",
        }
    ),
]
References = Annotated[
    list[Annotated[str, AfterValidator(_clean_text)]],
    Field(max_length=MOST_REFERENCES),
    BeforeValidator(_references, json_schema_input_type=str | list[str]),
]
Recall = Annotated[float, Field(ge=LEAST_RECALL, le=EXACT, allow_inf_nan=False)]
LegWeight = Annotated[float, Field(ge=0, le=HEAVIEST_LEG, allow_inf_nan=False)]
InputWeight = Annotated[float, Field(ge=-HEAVIEST_INPUT, le=HEAVIEST_INPUT, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
