"""Tables of the catalogue and of its embeddings.

An `id` is a text that means something outside ("tate:1234"); a `key` is an integer that joins.
A `*_folded` column holds what `core.text.fold` makes of its neighbour, NULL where that is empty.
"""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, Table, UniqueConstraint
from sqlmodel import Field

from core.types import Artist, Artwork, Image
from db.record import (
    Id,
    Pairs,
    Record,
    Texts,
    UtcDateTime,
    index_of_classes,
    index_of_names,
    table_of,
)

# Rows that are found by their primary key alone are stored in its tree, without a second one.
_CLUSTERED = {"sqlite_with_rowid": False}


def _artwork_key() -> Any:  # noqa: ANN401 - SQLModel types its fields so
    return Field(primary_key=True, sa_column_args=[ForeignKey("artworks.key", ondelete="CASCADE")])


def _common(kind: type[Artwork | Artist | Image], table: Table) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind) if f.name in table.c)


class RightsRecord(Record, table=True):
    """A distinct statement of rights, and where it was read."""

    __tablename__ = "rights"
    key: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)  # of all the rest: NULLs are never equal in a unique index
    status: str
    statement: str | None
    source_field: str | None
    value: str | None


class ArtworkRecord(Record, table=True):
    """One object of a collection."""

    __tablename__ = "artworks"
    __table_args__ = (
        Index(None, "begin", "end"),
        index_of_classes("medium_folded"),
        index_of_classes("classification_folded"),
        index_of_classes("collection_folded"),
    )
    key: int | None = Field(default=None, primary_key=True)
    id: str = Field(sa_type=Id, unique=True)
    title: str | None
    date_text: str | None
    begin: int | None
    end: int | None
    medium: str | None
    medium_folded: str | None
    classification: str | None
    classification_folded: str | None
    collection: str | None
    collection_folded: str | None
    description: str | None
    dimensions: str | None
    credit_line: str | None
    accession_number: str | None
    group_title: str | None
    place: str | None
    url: str | None
    part_of: str | None
    other_titles: tuple[str, ...] = Field(sa_type=Texts, nullable=True)
    identifiers: tuple[str, ...] = Field(sa_type=Texts, nullable=True)
    extra: tuple[tuple[str, str], ...] = Field(sa_type=Pairs, nullable=True)
    data_rights_key: int = Field(foreign_key="rights.key")
    content_hash: str  # SHA-256 of all that was written, artists and terms included
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class ArtistRecord(Record, table=True):
    """A person or body tied to artworks."""

    __tablename__ = "artists"
    key: int | None = Field(default=None, primary_key=True)
    id: str = Field(sa_type=Id, unique=True)
    name: str
    sort_name: str | None
    gender: str | None
    gender_folded: str | None = Field(index=True)
    begin: int | None
    end: int | None
    nationality: str | None
    content_hash: str


class ArtistNameRecord(Record, table=True):
    """One of the names that an artist is found by; the preferred one stands at position 0."""

    __tablename__ = "artist_names"
    __table_args__ = (index_of_names("folded"), _CLUSTERED)
    artist_key: int = Field(primary_key=True, foreign_key="artists.key", ondelete="CASCADE")
    position: int = Field(primary_key=True)
    name: str
    folded: str | None


class ContributionRecord(Record, table=True):
    """One artwork–artist link: who, and how."""

    __tablename__ = "contributions"
    __table_args__ = (
        Index(None, "artist_key", "role_folded", "artwork_key"),
        Index(None, "role_folded", "artwork_key"),
        _CLUSTERED,
    )
    artwork_key: int = _artwork_key()
    position: int = Field(primary_key=True)
    artist_key: int = Field(foreign_key="artists.key")
    role: str
    role_folded: str | None


class TermRecord(Record, table=True):
    """A subject or a movement."""

    __tablename__ = "terms"
    __table_args__ = (index_of_names("folded"),)
    key: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)  # of kind and value: the value may be long
    kind: str
    value: str
    folded: str | None


class ArtworkTermRecord(Record, table=True):
    """A term of an artwork: first its subjects, then its movements."""

    __tablename__ = "artwork_terms"
    __table_args__ = (Index(None, "term_key", "artwork_key"), _CLUSTERED)
    artwork_key: int = _artwork_key()
    position: int = Field(primary_key=True)
    term_key: int = Field(foreign_key="terms.key")


class ImageRecord(Record, table=True):
    """A picture of an artwork; the primary one stands at position 0."""

    __tablename__ = "images"
    __table_args__ = (Index(None, "rights_key", "position", "artwork_key"), _CLUSTERED)
    artwork_key: int = _artwork_key()
    position: int = Field(primary_key=True)
    url: str | None
    thumbnail_url: str | None
    iiif_url: str | None
    content_hash: str | None
    width: int | None
    height: int | None
    alt_text: str | None
    view: str | None
    max_pixels: int | None
    rights_key: int = Field(foreign_key="rights.key")


class SpaceRecord(Record, table=True):
    """A space of embeddings, with all that makes them comparable."""

    __tablename__ = "spaces"
    key: str = Field(primary_key=True)
    name: str
    field: str
    encoder: str
    revision: str
    dtype: str
    preprocessing: str
    dim: int
    instruction: str | None
    modalities: list[str] = Field(sa_type=JSON)


class EmbeddingRecord(Record, table=True):
    """The embedding of one content in one space."""

    __tablename__ = "embeddings"
    __table_args__ = (UniqueConstraint("space_key", "content_hash"),)
    key: int | None = Field(default=None, primary_key=True)
    space_key: str = Field(foreign_key="spaces.key")
    content_hash: str
    dim: int
    vector: bytes = Field(sa_type=LargeBinary)  # little-endian fp32


class ImportedSpaceRecord(Record, table=True):
    """A space whose embeddings came from a file, and where that came from."""

    __tablename__ = "imported_spaces"
    space_key: str = Field(primary_key=True, foreign_key="spaces.key")
    name: str
    import_id: str  # how the content hashes of its embeddings begin
    vectors: int
    imported_at: datetime = Field(sa_type=UtcDateTime)
    licence: str | None
    source_uri: str | None
    created: str | None  # ISO date


rights = table_of(RightsRecord)
artworks = table_of(ArtworkRecord)
artists = table_of(ArtistRecord)
artist_names = table_of(ArtistNameRecord)
contributions = table_of(ContributionRecord)
terms = table_of(TermRecord)
artwork_terms = table_of(ArtworkTermRecord)
images = table_of(ImageRecord)
spaces = table_of(SpaceRecord)
embeddings = table_of(EmbeddingRecord)
imported_spaces = table_of(ImportedSpaceRecord)

SUBJECT, MOVEMENT = "subject", "movement"  # kinds of terms

# What dataclass and table have in common, under the same names.
ARTWORK_FIELDS = _common(Artwork, artworks)
ARTIST_FIELDS = _common(Artist, artists)
IMAGE_FIELDS = _common(Image, images)
