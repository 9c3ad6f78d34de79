"""The words of the product: artworks and what a search takes and gives."""

from dataclasses import dataclass, field
from datetime import datetime
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
    # When the record was read as it stands; the catalogue says it, and equal rights stay equal.
    read_at: datetime | None = field(default=None, compare=False)


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
    view: str | None = None  # what it shows, as the source says: "primary", "alternate", …
    max_pixels: int | None = None  # longest side that may be fetched; None: no such limit


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
    part_of: str | None = None  # artwork id of the whole, which its source may keep as no artwork
    other_titles: tuple[str, ...] = ()  # in other languages, or of before
    identifiers: tuple[str, ...] = ()  # other numbers it is known by: "scheme:value", or plain
    extra: tuple[tuple[str, str], ...] = ()  # what else its source says, by column; not searched

    @property
    def source(self) -> str:
        """Name of the source it came from."""
        return self.id.partition(":")[0]


@dataclass(frozen=True, slots=True, eq=False)
class PicturedText:
    """A text and the picture that it goes with; either may be missing."""

    picture: Pixels | None = None
    text: str = ""


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
