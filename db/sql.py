"""The pieces of SQL that SQLite and PostgreSQL write differently."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    TableValuedAlias,
    Text,
    bindparam,
    column,
    false,
    insert,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

Row: TypeAlias = dict[str, Any]

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


def json_array(values: Sequence[object]) -> ColumnElement[str]:
    """Send values as one parameter: both databases limit how many a statement may have."""
    return literal(json.dumps(values), Text)


def json_rows(array: ColumnElement[str]) -> TableValuedAlias:
    """Turn a JSON array into rows with one column, `value`."""
    return _JsonValues(array).table_valued(column("value", Text))


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


def _insert_by_copy(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    _copy(connection, table, rows, into=table.name)


_INSERTS = {"sqlite": _insert_through_driver, "postgresql": _insert_by_copy}


def _copy(
    connection: Connection,
    table: Table,
    rows: Sequence[Row],
    *,
    into: str,
    binary: Sequence[str] = (),
) -> None:
    """Send rows of a table into it, or one like it; in binary where types are given."""
    import psycopg

    names = list(rows[0])
    kinds = [table.c[name].type.dialect_impl(connection.dialect) for name in names]
    binders = [kind.bind_processor(connection.dialect) or _as_is for kind in kinds]
    quote = connection.dialect.identifier_preparer.quote
    statement = f"COPY {quote(into)} ({', '.join(map(quote, names))}) FROM STDIN"
    statement += " (FORMAT BINARY)" if binary else ""
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            if binary:
                copy.set_types(binary)
            for row in rows:
                copy.write_row([bind(row[name]) for bind, name in zip(binders, names, strict=True)])
    except psycopg.Error as error:
        # As SQLAlchemy does for the statements that it sends.
        raise DBAPIError.instance(statement, None, error, psycopg.Error) from error


def _as_is(value: object) -> object:
    return value


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
    has_bytes = any(isinstance(table.c[name].type, LargeBinary) for name in rows[0])
    if connection.dialect.name == "postgresql" and has_bytes:
        _upsert_by_copy(connection, table, rows, by)
        return
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(_overwriting(dialect.insert(table), rows[0], by), rows)


def _upsert_by_copy(
    connection: Connection, table: Table, rows: Sequence[Row], by: Sequence[str]
) -> None:
    # In text, bytes would be twice as long, and slower than row by row.
    types = {name: _binary_type(table.c[name].type) for name in rows[0]}
    copied = Table(f"copied_{table.name}", MetaData(), *(Column(n, table.c[n].type) for n in types))
    empty = select(*(table.c[name] for name in types)).where(false()).compile(connection)
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {copied.name} ON COMMIT DROP AS {empty}")
    _copy(connection, table, rows, into=copied.name, binary=list(types.values()))
    moved = postgresql.insert(table).from_select(list(types), select(copied))
    connection.execute(_overwriting(moved, rows[0], by))
    connection.exec_driver_sql(f"DROP TABLE {copied.name}")  # for the next in this transaction


def _binary_type(kind: TypeEngine[Any]) -> str:
    if isinstance(kind, LargeBinary):
        return "bytea"
    return "int4" if isinstance(kind, Integer) else "text"


def _overwriting(statement: Any, row: Row, by: Sequence[str]) -> Any:  # noqa: ANN401 - of one database
    rest = {name: statement.excluded[name] for name in row if name not in by}
    return statement.on_conflict_do_update(index_elements=by, set_=rest)
