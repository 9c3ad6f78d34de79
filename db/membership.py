"""Whether a column is one of any number of values, so that an index is used by both databases."""

import json
import re
from collections.abc import Collection
from typing import Any, Self

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    Dialect,
    Integer,
    Text,
    TypeDecorator,
    literal,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeEngine

_SURROGATE = re.compile("[\ud800-\udfff]")


class _Strings(TypeDecorator[list[str]]):
    """Texts in one parameter: an array in PostgreSQL, JSON in SQLite."""

    impl = Text
    cache_ok = True
    member: TypeEngine[Any] = Text()

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the type of the parameter."""
        is_array = dialect.name == "postgresql"
        return dialect.type_descriptor(ARRAY(self.member) if is_array else Text())

    def process_bind_param(self, value: list[Any] | None, dialect: Dialect) -> Any:  # noqa: ANN401 - either
        """Write the parameter."""
        return value if dialect.name == "postgresql" else json.dumps(value)


class _Integers(_Strings):
    """Integers in one parameter."""

    cache_ok = True
    member = BigInteger()


class _IsAmong(FunctionElement[bool]):
    inherit_cache = True
    name = "is_among"
    type = Boolean()

    def self_group(self, against: OperatorType | None = None) -> Self:  # noqa: ARG002 - its signature
        """Stay a test: as a value, compared with 1, SQLite would look through the whole table."""
        return self


# SQLAlchemy hands its own options through these functions as keyword arguments.
@compiles(_IsAmong, "sqlite")
def _sqlite_among(element: _IsAmong, compiler: SQLCompiler, **options: object) -> str:
    tested, values = (compiler.process(one, **options) for one in element.clauses)
    return f"({tested} IN (SELECT value FROM json_each({values})))"  # noqa: S608 - compiled SQL


@compiles(_IsAmong, "postgresql")
def _postgres_among(element: _IsAmong, compiler: SQLCompiler, **options: object) -> str:
    # The planner knows how long an array is; of JSON it would suppose a hundred members.
    tested, values = (compiler.process(one, **options) for one in element.clauses)
    return f"({tested} = ANY ({values}))"


def among(tested: ColumnElement[Any], values: Collection[str | int]) -> ColumnElement[bool]:
    """Test whether a column is one of any number of values."""
    known = [v for v in values if not isinstance(v, str) or is_storable(v)]
    kind = _Integers() if isinstance(tested.type, Integer) else _Strings()
    return _IsAmong(tested, literal(known, kind))


def is_storable(text: str) -> bool:
    """Tell whether both databases can keep a text: no NUL, no half of a surrogate pair."""
    return "\0" not in text and not _SURROGATE.search(text)
