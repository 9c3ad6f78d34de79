"""What the API answers about artworks and itself: the shapes that clients rely on."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from core.types import RightsStatus


class Schema(BaseModel):
    """An answer; its values are read from dataclasses or from plain JSON."""

    model_config = ConfigDict(from_attributes=True)


class Rights(Schema):
    """A licence, and where it was read."""

    status: RightsStatus
    statement: str | None = Field(description="A URI where there is one, or the words themselves")
    source_field: str | None = Field(description="Column or rule of the source that says so")
    value: str | None = Field(description="What stood there, verbatim")
    read_at: datetime | None = Field(
        None, description="When the record was read as it stands; not in hits"
    )


class ArtworkRights(Schema):
    """The rights of the primary picture and of the record, which are two things."""

    image: Rights | None
    data: Rights


class ImageLinks(Schema):
    """Where the primary picture is."""

    thumbnail: str | None = Field(description="Ours; the source's only where rights are open")
    full: str | None = Field(description="Ours; the source's only where rights are open")
    url: str | None = Field(description="Where the source publishes it")
    iiif_url: str | None = Field(description="Base of its IIIF image service")
    width: int | None
    height: int | None
    alt_text: str | None


class ArtworkArtist(Schema):
    """Who made an artwork, and how."""

    id: str
    name: str
    role: str = Field(description='"artist", "after", "attributed to", …')
    begin: int | None = Field(description="Year of birth, negative for BC")
    end: int | None = Field(description="Year of death")


class ArtworkCard(Schema):
    """What a hit shows of an artwork."""

    id: str
    title: str | None
    artists: Sequence[ArtworkArtist]
    date: str | None = Field(description="As the museum writes it")
    begin: int | None = Field(description="First possible year, negative for BC")
    end: int | None = Field(description="Last possible year")
    medium: str | None
    classification: str | None
    collection: str | None
    place: str | None
    credit_line: str | None
    accession_number: str | None
    # Snapshots of before have cards without these three.
    other_titles: list[str] = []
    identifiers: list[str] = Field(
        default=[], description='Other numbers it is known by, "scheme:value" or plain'
    )
    part_of: str | None = Field(
        default=None, description="Artwork id of the whole, which may be no artwork of its own"
    )
    description: str | None
    dimensions: str | None
    subjects: list[str]
    movements: list[str]
    url: str | None = Field(description="Its page at the museum")
    image: ImageLinks | None
    rights: ArtworkRights


class RecordArtist(ArtworkArtist):
    """All that is known of who made an artwork."""

    sort_name: str | None
    other_names: list[str]
    gender: str | None
    nationality: str | None


class RecordImage(Schema):
    """One picture of an artwork."""

    url: str | None
    thumbnail_url: str | None
    iiif_url: str | None
    width: int | None
    height: int | None
    alt_text: str | None
    content_hash: str | None = Field(description="SHA-256 of the copy that is kept here")
    view: str | None = Field(description='What it shows, as the source says: "primary", …')
    max_pixels: int | None = Field(description="Longest side that may be fetched, where limited")
    rights: Rights


class ArtworkRecord(ArtworkCard):
    """All that the catalogue knows of an artwork."""

    artists: Sequence[RecordArtist]
    credit: str = Field(description="A line to print below its picture")
    group_title: str | None
    images: list[RecordImage] = Field(description="The first is the primary one")
    extra: dict[str, str] = Field(description="What else the source says, by column; not searched")


class ArtworkPage(Schema):
    """Artworks of the catalogue in the order of their ids."""

    artworks: list[ArtworkCard]
    total: int = Field(description="Artworks that match the filter")
    after: str | None = Field(description="Send it back as `after` for the next page")


class FieldProblem(Schema):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(Schema):
    """An error, as RFC 9457 writes it."""

    type: str
    title: str
    status: int
    detail: str | None
    errors: list[FieldProblem]


class JobProblem(Problem):
    """Something is in the way: where that is a job, `job_id` says which."""

    job_id: str | None = None
    job_url: str | None = Field(None, description="Where to ask for it, and to cancel it")


class Check(Schema):
    """One thing that a service needs."""

    name: str
    ok: bool
    detail: str
    required: bool


class Health(Schema):
    """The process answers."""

    status: str
    version: str


class Readiness(Schema):
    """Whether searches can be answered, and what is missing."""

    status: str = Field(description="ready, starting or failing")
    checks: list[Check]
    memory_bytes: int | None = Field(description="Models and indexes, mapped files included")
