"""The tables of retrievers and their versions."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlmodel import Field

from db.record import Id, Record, UtcDateTime, table_of


class RetrieverRecord(Record, table=True):
    """The name of a retriever; its row stays when it is deleted, so that versions count on."""

    __tablename__ = "retrievers"
    name: str = Field(sa_type=Id, primary_key=True)
    published: int | None  # a version; None: it is deleted
    last_version: int  # the highest number that was ever given


class RetrieverVersionRecord(Record, table=True):
    """One version of a retriever."""

    __tablename__ = "retriever_versions"
    __table_args__ = (UniqueConstraint("name", "hash"),)
    name: str = Field(sa_type=Id, primary_key=True, sa_column_args=[ForeignKey("retrievers.name")])
    version: int = Field(primary_key=True)
    hash: str
    definition: dict[str, Any] = Field(sa_type=JSON)
    created_at: datetime = Field(sa_type=UtcDateTime)


retrievers = table_of(RetrieverRecord)
retriever_versions = table_of(RetrieverVersionRecord)
