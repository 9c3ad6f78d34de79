"""The pieces of SQL that SQLite and PostgreSQL write differently."""

import json
import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any, TypeAlias

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Table,
    TableValuedAlias,
    Text,
    bindparam,
    cast,
    column,
    func,
    insert,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

Row: TypeAlias = dict[str, Any]

_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACE: ColumnElement[str] = literal_column("' '", Text)


class _JsonValues(FunctionElement[str]):
    inherit_cache = True
    name = "json_values"


class _PositionOf(FunctionElement[int]):
    inherit_cache = True
    name = "position_of"
    type = Integer()


# SQLAlchemy hands its own options through these functions as keyword arguments.
@compiles(_JsonValues, "sqlite")
def _sqlite_values(element: _JsonValues, compiler: SQLCompiler, **options: object) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_JsonValues, "postgresql")
def _postgres_values(element: _JsonValues, compiler: SQLCompiler, **options: object) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **options)} AS JSON))"


@compiles(_PositionOf, "sqlite")
def _sqlite_position(element: _PositionOf, compiler: SQLCompiler, **options: object) -> str:
    return f"instr({compiler.process(element.clauses, **options)})"


@compiles(_PositionOf, "postgresql")
def _postgres_position(element: _PositionOf, compiler: SQLCompiler, **options: object) -> str:
    return f"strpos({compiler.process(element.clauses, **options)})"


def is_storable(text: str) -> bool:
    """Tell whether both databases can keep a text: no NUL, no half of a surrogate pair."""
    return "\0" not in text and not _SURROGATE.search(text)


def json_array(values: Sequence[object]) -> ColumnElement[str]:
    """Send values as one parameter: both databases limit how many a statement may have."""
    return literal(json.dumps(values), Text)


def json_rows(array: ColumnElement[str]) -> TableValuedAlias:
    """Turn a JSON array into rows with one column, `value`."""
    return _JsonValues(array).table_valued(column("value", Text))


def among(tested: ColumnElement[Any], values: Collection[str | int]) -> ColumnElement[bool]:
    """Test whether a column is one of any number of values."""
    known = [v for v in values if not isinstance(v, str) or is_storable(v)]
    value = json_rows(json_array(known)).c.value
    return tested.in_(
        select(cast(value, BigInteger) if isinstance(tested.type, Integer) else value)
    )


def has_word(folded: ColumnElement[Any], padded_word: ColumnElement[str]) -> ColumnElement[bool]:
    """Test whether a word, with a space on either side, stands in a folded text."""
    return _PositionOf(_SPACE.concat(folded).concat(_SPACE), padded_word) > literal_column("0")


def insert_rows(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Insert any number of rows of texts, numbers and times, all with the same columns."""
    if listed := list(rows):
        _INSERTS[connection.dialect.name](connection, table, listed)


def _insert_through_driver(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    # What SQLAlchemy does for each row takes longer than what SQLite does with it.
    statement = insert(table).compile(connection, column_keys=list(rows[0]))
    dialect = connection.dialect
    types = {name: table.c[name].type.dialect_impl(dialect) for name in statement.positiontup or ()}
    values = (
        [process(row[name]) for row in rows]
        if (process := type_.bind_processor(dialect))
        else [row[name] for row in rows]
        for name, type_ in types.items()
    )
    connection.exec_driver_sql(statement.string, list(zip(*values, strict=True)))


def _insert_as_json(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    # One statement: psycopg sends and awaits each row of many by itself.
    names = list(rows[0])
    array = json.dumps([[row[name] for name in names] for row in rows], default=str)  # of times
    row = func.json_array_elements(cast(bindparam("array", type_=Text), JSON))
    member = row.table_valued("value").c.value
    values = (
        cast(member.op("->>")(literal_column(str(i))), table.c[name].type)
        for i, name in enumerate(names)
    )
    statement = insert(table).from_select(names, select(*values))
    connection.execute(statement, {"array": array})


_INSERTS = {"sqlite": _insert_through_driver, "postgresql": _insert_as_json}


def update_rows(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Update rows, each found by its value of `_key`."""
    if listed := list(rows):
        connection.execute(update(table).where(table.c.key == bindparam("_key")), listed)


def upsert_rows(
    connection: Connection, table: Table, rows: Sequence[Row], *, by: Sequence[str]
) -> None:
    """Insert rows; one whose columns `by` are there already is overwritten."""
    if not rows:
        return
    statement = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)
    rest = {name: statement.excluded[name] for name in rows[0] if name not in by}
    connection.execute(statement.on_conflict_do_update(index_elements=by, set_=rest), rows)
