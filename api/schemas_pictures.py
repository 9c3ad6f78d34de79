"""What the API answers about pictures that are fetched from servers of others."""

from datetime import datetime

from pydantic import Field

from api.schemas import Schema
from core.fetching import FetchState


class PictureFetch(Schema):
    """What became of the picture of one address."""

    key: int
    address: str
    host: str
    longest: int = Field(description="Pixels of the longest side that are wanted")
    state: FetchState
    status: int | None = Field(description="HTTP status of the last answer")
    reason: str | None
    tries: int = Field(description="In vain, in a row")
    content_hash: str | None = Field(description="Of the copy that is kept")
    size_bytes: int | None
    fetched_at: datetime | None
    next_try_at: datetime | None


class PictureFetches(Schema):
    """How many pictures are in each state, and those in one of them."""

    counts: dict[FetchState, int]
    pictures: list[PictureFetch]
    after: int | None = Field(description="For the next page; null on the last one")
