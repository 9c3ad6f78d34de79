"""The table of pictures that lie on servers of others."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from db.record import Record, UtcDateTime, index_of_names, table_of


class PictureFetchRecord(Record, table=True):
    """What became of the picture of one address."""

    __tablename__ = "picture_fetches"
    __table_args__ = (Index(None, "host", "key"), index_of_names("address"))
    key: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)  # of the address, which may be long
    address: str
    is_iiif: bool
    host: str
    longest: int
    is_wanted: bool  # by the last plan
    state: str
    content_hash: str | None
    replaced_hash: str | None
    asked: str | None
    etag: str | None
    last_modified: str | None
    status: int | None
    reason: str | None
    tries: int
    size_bytes: int | None = Field(sa_type=BigInteger)
    fetched_at: datetime | None = Field(sa_type=UtcDateTime)
    next_try_at: datetime | None = Field(sa_type=UtcDateTime)


picture_fetches = table_of(PictureFetchRecord)
