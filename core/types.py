"""The words of the product: artworks and what a search takes and gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Matrix: TypeAlias = NDArray[np.float32]
"""(n, dim), each row of unit length."""

Numbers: TypeAlias = NDArray[np.int32]
"""Artwork numbers of a snapshot, 0..N-1."""

Mask: TypeAlias = NDArray[np.bool_]
"""One claim for each artwork of a snapshot."""

Pixels: TypeAlias = NDArray[np.uint8]
"""(height, width, 3), sRGB."""

Json: TypeAlias = dict[str, Any]
"""A JSON object whose shape stands in `api/schemas.py` or in a manifest."""

DEFAULT_ROLE = "artist"
ANY_ROLE = "any"


class RightsStatus(StrEnum):
    """What may be done with a picture or a record."""

    OPEN = "open"
    RESTRICTED = "restricted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Rights:
    """A licence, and where it was read."""

    status: RightsStatus = RightsStatus.UNKNOWN
    statement: str | None = (
        None  # a URI where there is one (Creative Commons, rightsstatements.org)
    )
    source_field: str | None = None  # column or rule of the source that says so
    value: str | None = None  # what stood there, verbatim


@dataclass(frozen=True, slots=True)
class Artist:
    """A person or body tied to an artwork."""

    id: str  # "source:source_id"
    name: str
    sort_name: str | None = None
    other_names: tuple[str, ...] = ()
    gender: str | None = None
    begin: int | None = None  # year of birth, negative for BC
    end: int | None = None  # year of death
    nationality: str | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """One artwork–artist link: who, and how."""

    artist: Artist
    role: str = DEFAULT_ROLE  # "artist", "after", "attributed to", …


@dataclass(frozen=True, slots=True)
class Image:
    """One picture of an artwork; the first of an artwork is its primary one."""

    url: str | None = None  # where the full picture is published
    thumbnail_url: str | None = None
    iiif_url: str | None = None  # base of its IIIF image service
    path: str | None = None  # file at ingest, relative to its source; not kept in the catalogue
    content_hash: str | None = None  # SHA-256 of the stored bytes; None where we hold no copy
    width: int | None = None
    height: int | None = None
    alt_text: str | None = None
    rights: Rights = field(default_factory=Rights)


@dataclass(frozen=True, slots=True)
class Artwork:
    """One object of a collection, the unit of search."""

    id: str  # "source:source_id"
    title: str | None = None
    contributions: tuple[Contribution, ...] = ()
    date_text: str | None = None
    begin: int | None = None  # None with an end: open towards the past
    end: int | None = None
    medium: str | None = None
    classification: str | None = None
    collection: str | None = None
    description: str | None = None
    dimensions: str | None = None
    credit_line: str | None = None
    accession_number: str | None = None
    group_title: str | None = None
    place: str | None = None
    url: str | None = None
    subjects: tuple[str, ...] = ()
    movements: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    data_rights: Rights = field(default_factory=Rights)

    @property
    def source(self) -> str:
        """Name of the source it came from."""
        return self.id.partition(":")[0]


class Modality(StrEnum):
    """What an encoder can read."""

    TEXT = "text"
    IMAGE = "image"


class Purpose(StrEnum):
    """Which side of a search a text stands on; some encoders treat the two differently."""

    DOCUMENT = "document"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class EncoderCard:
    """All that decides whether two embeddings may be compared."""

    name: str
    revision: str
    dtype: str
    preprocessing: str  # 16 hex digits: hash of what happens before the model
    dim: int
    modalities: tuple[Modality, ...]
    instruction: str | None = None


class SpaceField(StrEnum):
    """What of an artwork is embedded."""

    CATALOGUE = "catalogue"  # its catalogue text
    PICTURE = "picture"  # its primary picture


class Leg(StrEnum):
    """One search inside a request; each gives one list of candidates."""

    CATALOGUE = "catalogue"  # text → catalogue space
    TEXT_PICTURE = "text_picture"  # text → picture space; needs a cross-modal encoder
    LEXICAL = "lexical"  # text → BM25
    PICTURE = "picture"  # picture → picture space
    LIKE_CATALOGUE = "like_catalogue"  # artwork reference → its stored catalogue embedding
    LIKE_PICTURE = "like_picture"  # artwork reference → its stored picture embedding


class Strategy(StrEnum):
    """How candidates were found."""

    GATHER = "gather"  # exactly the matching rows, each scored in full precision
    SCAN = "scan"  # every row, in full precision
    IVF = "ivf"
    LEXICAL = "lexical"


@dataclass(frozen=True, slots=True)
class Recall:
    """How exact a list of candidates is."""

    kind: str = "exact"  # "exact" | "calibrated"
    target: float | None = None
    measured: float | None = None  # at build, on this snapshot


@dataclass(frozen=True, slots=True)
class Plan:
    """How one leg was searched, in the shape that clients read."""

    leg: str
    space: str | None
    strategy: Strategy
    recall: Recall
    rows_matching: int
    rows_scored: int
    nprobe: int | None = None


@dataclass(frozen=True, slots=True)
class Candidates:
    """One leg's artworks, best first; equal scores stand in the order of their numbers."""

    numbers: Numbers
    scores: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Query:
    """One search, already checked and decoded."""

    text: str | None = None
    picture: Pixels | None = None
    like: tuple[str, ...] = ()  # artwork ids
    where: Any = None  # core.filters.Filter | None; typed there, since filters need Artwork
    weights: Mapping[str, float] = field(default_factory=dict)  # by leg; 1 where not named
    limit: int = 20
    cursor: str | None = None
    facets: tuple[str, ...] = ()
    facet_limit: int = 20
    exact: bool = False
    include_self: bool = False  # whether a referenced artwork may be its own hit


@dataclass(frozen=True, slots=True)
class LegRank:
    """Where one leg put a hit."""

    name: str
    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """An artwork with its final rank, its fused score and its place in each leg."""

    rank: int
    score: float | None  # None when nothing was searched for: the hits are browsed by id
    artwork: Json
    legs: tuple[LegRank, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One bucket of a facet."""

    value: str
    id: str | None
    count: int


@dataclass(frozen=True, slots=True)
class StageReport:
    """What one stage took, gave, and left out with the reason."""

    name: str
    duration_ms: float
    input_count: int
    output_count: int
    skipped: str | None = None
    degraded: str | None = None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The answer to a query."""

    hits: tuple[Hit, ...]
    total: int  # artworks that match the filter
    cursor: str | None
    facets: Mapping[str, tuple[FacetValue, ...]]
    stages: tuple[StageReport, ...]
    plan: tuple[Plan, ...]
    snapshot: str
    duration_ms: float
