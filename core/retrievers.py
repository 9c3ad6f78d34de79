"""Retrievers: named, versioned, immutable pipelines of stages."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.types import Json


class InputType(StrEnum):
    """What an input of a retriever may be."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"  # a year or an ISO 8601 date
    LIST = "list"
    IMAGE = "image"  # base64, bare or as a data: URL
    ARTWORK = "artwork"  # the id of an artwork
    FILTER = "filter"  # a filter tree
    OBJECT = "object"  # named values of their own types


class StageType(StrEnum):
    """What a stage of a retriever may do, in the order in which stages stand."""

    UNDERSTAND = "understand"
    ATTRIBUTE_FILTER = "attribute_filter"
    FEATURE_SEARCH = "feature_search"
    RERANK = "rerank"
    GROUP = "group"
    DIVERSIFY = "diversify"
    FACETS = "facets"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class RetrieverVersion:
    """One version of a retriever; nothing of it ever changes but whether it is published."""

    name: str
    version: int  # from 1
    hash: str  # SHA-256 of the definition in canonical form: its identity
    definition: Json
    is_published: bool  # whether the bare name means this version
    created_at: datetime | None = None  # None: it ships with Vasari
    is_builtin: bool = False

    @property
    def label(self) -> str:
        """Write name and version, as `name@3`."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """A version that is kept now, and whether it is new: equal content is kept once."""

    version: RetrieverVersion
    is_new: bool
