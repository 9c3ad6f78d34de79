"""What a retriever declares: its inputs, and its stages with their parameters."""

import unicodedata
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from core.retrievers import InputType, StageType

MOST_INPUTS = 50
MOST_STAGES = 20
LONGEST_DESCRIPTION = 2000
LONGEST_STRING = 10_000  # characters of an input that says no `max_length`
LONGEST_LIST = 1000

# A template says `INPUT.name`, so that it has to be an identifier.
InputName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
StageName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Description = Annotated[str, StringConstraints(max_length=LONGEST_DESCRIPTION)]
_Type = Annotated[InputType, Field(strict=False)]
_COUNTED = frozenset({InputType.STRING, InputType.LIST})


def comparable(value: Any) -> Any:  # noqa: ANN401 - a text or a number
    """Write a choice as it is compared: texts without regard to case, form and white space."""
    if not isinstance(value, str):
        return value
    return " ".join(unicodedata.normalize("NFC", value.casefold()).split())


class InputField(BaseModel):
    """One input: its type, whether it must be given, and what it may be."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    type: _Type = Field(description="What it is")
    description: Description = Field("", description="What it is for, in words")
    required: bool = Field(False, description="Whether it must be given")
    default: Any = Field(None, description="What it is where it is not given")
    examples: list[Any] = Field([], max_length=20, description="Values that people could give")
    enum: list[Any] | None = Field(
        None, min_length=1, max_length=1000, description="All that it may be; of a list: each value"
    )
    items: _Type | None = Field(None, description="Type of a list's values; string if left out")
    fields: dict[InputName, "InputField"] | None = Field(
        None, description="Named values of an object, or of each object in a list"
    )
    minimum: float | None = Field(
        None, allow_inf_nan=False, description="Least number; of a list: of each value"
    )
    maximum: float | None = Field(
        None, allow_inf_nan=False, description="Greatest number; of a list: of each value"
    )
    max_length: int | None = Field(
        None, ge=1, le=LONGEST_STRING, description="Most characters of a text, or values of a list"
    )

    @cached_property
    def element(self) -> "InputField":
        """What each value of the list is."""
        return self.model_copy(
            update={"type": self.items or InputType.STRING, "items": None, "max_length": None}
        )

    @cached_property
    def memo(self) -> dict[str, Any]:
        """Keeps what is read of it once, such as its default."""
        return {}

    @cached_property
    def choices(self) -> dict[Any, Any]:
        """What it may be, by what is compared: texts without regard to case."""
        return {comparable(value): value for value in self.enum or ()}

    @model_validator(mode="after")
    def _fits(self) -> Self:
        kind = self.items or InputType.STRING if self.type is InputType.LIST else self.type
        checks = {
            "`items` belongs to a list": self.items is not None and self.type != InputType.LIST,
            "a list may not hold lists": self.items is InputType.LIST,
            "an object needs `fields`, and nothing else has them": (self.fields is not None)
            != (kind is InputType.OBJECT),
            "`enum` belongs to strings and numbers": self.enum is not None
            and kind not in (InputType.STRING, InputType.NUMBER),
            "`minimum` and `maximum` belong to numbers": kind is not InputType.NUMBER
            and (self.minimum is not None or self.maximum is not None),
            "`minimum` is above `maximum`": self.minimum is not None
            and self.maximum is not None
            and self.minimum > self.maximum,
            "`max_length` belongs to strings and lists": self.max_length is not None
            and self.type not in _COUNTED,
            "what is required has no `default`": self.required and self.default is not None,
            "a picture has no `default`": kind is InputType.IMAGE and self.default is not None,
        }
        wrong = next((message for message, is_wrong in checks.items() if is_wrong), None)
        if wrong:
            raise ValueError(wrong)
        return self


class Stage(BaseModel):
    """One step of a retriever; its parameters may be templates over `INPUT`."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    type: Annotated[StageType, Field(strict=False)] = Field(description="What it does")
    name: StageName = Field("", description="What answers call it; its type if left out")
    parameters: dict[str, Any] = Field(
        {}, description="As `GET /v1/stages` says; texts in them may be templates"
    )

    @model_validator(mode="before")
    @classmethod
    def _named(cls, data: Any) -> Any:  # noqa: ANN401 - whatever was sent, checked afterwards
        if isinstance(data, dict) and data.get("name") is None:
            return {**data, "name": data.get("type")}
        return data


class Definition(BaseModel):
    """A retriever: what it is asked by, and the stages that find its answer."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    description: Description = Field("", description="What it finds, in words")
    inputs: dict[InputName, InputField] = Field(
        {}, max_length=MOST_INPUTS, description="What it may be asked by"
    )
    stages: list[Stage] = Field(
        min_length=1, max_length=MOST_STAGES, description="What is done, in this order"
    )
