"""What is asked and told about retrievers: versions, their definitions, and stages."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import Schema
from core.retrievers import StageType
from core.types import Json
from search.retrievers.declared import Definition, Description, InputField, InputName, Stage

_STAGES: list[Json] = [
    {"type": "attribute_filter", "parameters": {"filter": {
        "field": "classification", "op": "in", "value": ["drawing", "print"]}}},
    {"type": "feature_search", "parameters": {"text": "{{ INPUT.text }}"}},
    {"type": "diversify", "parameters": {"weight": 0.3}},
]  # fmt: skip
CREATE_EXAMPLES: dict[str, Json] = {
    "works on paper by words": {
        "name": "works-on-paper",
        "description": "Drawings and prints by words, unlike ones forward",
        "inputs": {
            "text": {"type": "string", "required": True, "examples": ["boats in a storm"]},
        },
        "stages": _STAGES,
    },
}
CLONE_EXAMPLES: dict[str, Json] = {
    "under another name": {"name": "my-search"},
    "with other words about it": {"name": "my-search", "description": "Ours", "publish": True},
}
_NAME = Field(description="1 to 64 lower-case letters, digits and hyphens")
_PUBLISH = Field(
    default=False, description="Whether the bare name means it; the first version is published"
)


class Kept(BaseModel):
    """A name, and whatever is to be kept under it: definitions have their own check."""

    model_config = ConfigDict(extra="allow", strict=True)

    name: str
    publish: bool = False

    @property
    def definition(self) -> Json:
        """All else that came."""
        return dict(self.model_extra or {})


class CreateRetriever(Definition):
    """A retriever, and the name that it gets."""

    name: str = _NAME
    publish: bool = _PUBLISH


class CloneRetriever(BaseModel):
    """The name that a copy gets, and what is different in it; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: str = _NAME
    publish: bool = _PUBLISH
    description: Description = Field("", description="What it finds, in words")
    inputs: dict[InputName, InputField] = Field({}, description="All of its inputs")
    stages: list[Stage] = Field([], description="All of its stages")


class _Version(Schema):
    """What all answers say of a version."""

    name: str
    version: int
    hash: str = Field(description="SHA-256 of its definition: equal content, equal hash")
    is_published: bool = Field(description="Whether the bare name means it")
    is_builtin: bool = Field(description="Whether it ships with Vasari and cannot be changed")
    created_at: datetime | None = Field(description="Null for one that ships with Vasari")


class VersionSummary(_Version):
    """One version of a retriever; nothing of it changes but whether it is published."""

    description: str


class RetrieverDetail(_Version):
    """One version of a retriever, whole."""

    definition: Definition


class RetrieverList(Schema):
    """What each name means: those that ship with Vasari first, then by name."""

    retrievers: list[VersionSummary]


class RetrieverVersions(Schema):
    """The versions of one retriever, newest first."""

    versions: list[VersionSummary]


class DeletedRetriever(Schema):
    """What went; these numbers are never given again."""

    name: str
    versions: list[int]


class InputSchema(Schema):
    """The inputs of a retriever as JSON Schema."""

    model_config = ConfigDict(populate_by_name=True)

    dialect: str = Field(alias="$schema")
    description: str | None = None
    type: Literal["object"]
    properties: dict[str, dict[str, Any]]
    required: list[str] = Field(default=[])
    additional_properties: bool = Field(alias="additionalProperties")


class StageKind(Schema):
    """One kind of stage."""

    type: StageType
    description: str
    parameters: dict[str, Any] = Field(description="JSON Schema of its parameters")
    example: dict[str, Any] = Field(description="Parameters that do something")


class StageList(Schema):
    """The kinds of stages, in the order in which they stand in a retriever."""

    stages: list[StageKind]
