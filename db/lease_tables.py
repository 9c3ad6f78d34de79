"""The table of work that several workers share."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from db.record import Record, UtcDateTime, table_of


class LeaseRecord(Record, table=True):
    """An item of shared work, and who has it."""

    __tablename__ = "leases"
    __table_args__ = (UniqueConstraint("task", "item"), Index(None, "task", "state", "key"))
    key: int | None = Field(default=None, primary_key=True)
    task: str  # the space whose contents are embedded; "plan" for the planning of one
    item: str  # a shard; the space that is planned
    payload: str | None  # contents of a shard as JSON until it is done; what a plan was made of
    contents: int
    state: str
    token: int
    attempts: int
    holder: str | None
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(sa_type=UtcDateTime)
    error: str | None


leases = table_of(LeaseRecord)
