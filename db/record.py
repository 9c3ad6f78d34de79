"""What all tables of the catalogue share: the base of their records, and types of columns."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Index, MetaData, String, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
# Ids sort by code point, as in Python and SQLite, whatever the locale of a PostgreSQL server.
Id = String().with_variant(String(collation="C"), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Write in UTC. Raises ValueError for a naive time, which could mean anything."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Texts(TypeDecorator[tuple[str, ...]]):
    """A list of texts, as JSON; NULL where there are none."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: tuple[str, ...] | None,
        dialect: Dialect,  # noqa: ARG002 - the signature is SQLAlchemy's
    ) -> Any:  # noqa: ANN401 - JSON holds anything
        """Write a list."""
        return list(value) if value else None

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...]:  # noqa: ANN401, ARG002 - see above
        """Read a tuple."""
        return tuple(value or ())


class Pairs(TypeDecorator[tuple[tuple[str, str], ...]]):
    """Named texts in their order, as a JSON list of pairs; NULL where there are none."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: tuple[tuple[str, str], ...] | None,
        dialect: Dialect,  # noqa: ARG002 - the signature is SQLAlchemy's
    ) -> Any:  # noqa: ANN401 - JSON holds anything
        """Write a list of lists."""
        return [list(pair) for pair in value] if value else None

    def process_result_value(
        self,
        value: Any,  # noqa: ANN401 - JSON holds anything
        dialect: Dialect,  # noqa: ARG002 - the signature is SQLAlchemy's
    ) -> tuple[tuple[str, str], ...]:
        """Read a tuple of pairs."""
        return tuple((name, text) for name, text in value or ())


class Record(SQLModel, registry=registry(metadata=MetaData(naming_convention=_NAMES))):
    """A row of the database."""


def index_of_names(column: str) -> Index:
    """Index texts of any length that seldom repeat, for equality."""
    # A B-tree of PostgreSQL refuses texts beyond some thousand letters; this keeps their hash.
    return Index(None, column, postgresql_using="hash")


def index_of_classes(column: str) -> Index:
    """Index texts of any length that half the rows may share, for equality."""
    # Adding to a hash index takes the longer the more rows share a value; this is a Bloom filter.
    ops = {column: "text_bloom_ops"}
    return Index(None, column, postgresql_using="brin", postgresql_ops=ops)


def table_of(record: type[Record]) -> Table:
    """Name the table that a record stands for."""
    return Record.metadata.tables[str(record.__tablename__)]
