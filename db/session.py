"""Opens the database of the catalogue, migrates it, and gives out its transactions."""

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from enum import IntEnum
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Connection, Engine, create_engine, event, func, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    ProgrammingError,
)
from sqlalchemy.pool import ConnectionPoolEntry

from core.errors import ConfigurationError, MissingExtraError, StorageError

_MIGRATIONS = Path(__file__).with_name("migrations")
_BUSY_TIMEOUT_S = 60  # a writer of SQLite waits for another; a batch of ingest takes about 1 s
_CONNECT_TIMEOUT_S = 10
_IMMEDIATE = "vasari_begin_immediate"  # execution option: take SQLite's write lock at BEGIN
_WRITE_OPTIONS = {"sqlite": {_IMMEDIATE: True}, "postgresql": {}}
_READ_OPTIONS = {
    "sqlite": {},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


Database: TypeAlias = Engine
"""An open database; those who pass it on need to know no more."""


class WriteLock(IntEnum):
    """What one writer at a time may do, in PostgreSQL; SQLite has one writer for everything."""

    MIGRATE = 7_626_001  # any numbers, as long as every version of Vasari uses the same
    CATALOGUE = 7_626_002
    RUNS = 7_626_003
    SNAPSHOTS = 7_626_004


def open_database(url: str) -> Engine:
    """Open a database and make sure that it answers.

    Raises:
        ConfigurationError: names the address without its password, and the reason.
    """
    address = _parse(url)
    engine = _OPENERS[address.get_backend_name()](address)
    try:
        with _translating(engine):
            _PREPARATIONS[engine.dialect.name](engine)
    except ConfigurationError:
        engine.dispose()
        raise
    return engine


def migrate(engine: Engine) -> None:
    """Bring the tables up to this version; processes that start together wait for one another."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with writing(engine) as connection:
        hold(connection, WriteLock.MIGRATE)
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise ConfigurationError(
                f"the database {_shown(engine.url)} was migrated by another version of Vasari: "
                f"{error}"
            ) from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Read one consistent state of the database."""
    with _translating(engine), engine.connect() as connection:
        connection.execution_options(**_READ_OPTIONS[engine.dialect.name])
        with connection.begin():
            yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Write all or nothing."""
    with _translating(engine), engine.connect() as connection:
        connection.execution_options(**_WRITE_OPTIONS[engine.dialect.name])
        with connection.begin():
            yield connection


def hold(connection: Connection, lock: WriteLock) -> None:
    """Wait until no other transaction holds a lock, and hold it until this one ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(lock.value)))


@contextmanager
def _translating(engine: Engine) -> Iterator[None]:
    try:
        yield
    except (DataError, IntegrityError, ProgrammingError):
        raise  # about what was asked, not about the database
    except (DatabaseError, InterfaceError) as error:
        raise _unusable(engine.url, error.orig) from error
    except (sqlite3.Error, OSError) as error:
        raise _unusable(engine.url, error) from error


def _parse(url: str) -> URL:
    try:
        address = make_url(re.sub("^postgres:", "postgresql:", url))
    except (ArgumentError, ValueError):
        # The chained error would show the address, and with it the password.
        raise ConfigurationError(
            "VASARI_DATABASE_URL is not an address such as postgresql://user:password@host/name"
        ) from None
    if address.drivername not in ("sqlite", "postgresql", "postgresql+psycopg"):
        raise ConfigurationError(
            f"VASARI_DATABASE_URL: {address.drivername} is not known; use postgresql or sqlite"
        )
    return address


def _shown(address: URL) -> str:
    return address.set(query={}).render_as_string(hide_password=True)


def _unusable(address: URL, reason: BaseException | None) -> StorageError:
    return StorageError(
        f"the catalogue database {_shown(address)} (VASARI_DATABASE_URL) cannot be used: {reason}"
    )


def _open_postgres(address: URL) -> Engine:
    try:
        return create_engine(
            address.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": _CONNECT_TIMEOUT_S},
        )
    except ModuleNotFoundError as error:
        raise MissingExtraError("psycopg", "postgres") from error


def _open_sqlite(address: URL) -> Engine:
    timeout = {"timeout": _BUSY_TIMEOUT_S}
    engine = create_engine(address, connect_args=timeout, hide_parameters=True)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


_OPENERS: dict[str, Callable[[URL], Engine]] = {
    "sqlite": _open_sqlite,
    "postgresql": _open_postgres,
}


def _require_utf8(engine: Engine) -> None:
    with engine.connect() as connection:
        encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise ConfigurationError(
            f"the catalogue database {_shown(engine.url)} is encoded in {encoding}: "
            "create it with ENCODING 'UTF8'"
        )


def _use_write_ahead_log(engine: Engine) -> None:
    Path(engine.url.database or ".").parent.mkdir(parents=True, exist_ok=True)
    give_up_at = time.monotonic() + _BUSY_TIMEOUT_S
    while True:
        try:
            with closing(engine.raw_connection()) as raw, closing(raw.cursor()) as cursor:
                cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # The switch does not wait for another process that is switching.
            if "locked" not in str(error) or time.monotonic() > give_up_at:
                raise
            time.sleep(0.02)


_PREPARATIONS: dict[str, Callable[[Engine], None]] = {
    "sqlite": _use_write_ahead_log,
    "postgresql": _require_utf8,
}


def _configure_sqlite(raw: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    raw.isolation_level = None  # BEGIN is ours: the driver would put it off until the first write
    for pragma in ("foreign_keys = ON", "synchronous = NORMAL", "cache_size = -16000"):
        raw.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # Two deferred transactions that both read and then write would deadlock.
    immediate = connection.get_execution_options().get(_IMMEDIATE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
