"""Opens the database of the catalogue, migrates it, and gives out its transactions."""

import logging
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Connection, Engine, create_engine, func, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    ProgrammingError,
)

from core.errors import ConfigurationError, MissingExtraError, StorageError
from db.sqlite import IMMEDIATE, open_sqlite, use_write_ahead_log

_MIGRATIONS = Path(__file__).with_name("migrations")
_CONNECT_TIMEOUT_S = 10
_LOCK_TIMEOUT_S = 2  # so long others wait behind a migration that waits
_MIGRATION_PAUSES_S = (1, 2, 4, 8, 16, 30)
_WRITE_OPTIONS = {"sqlite": {IMMEDIATE: True}, "postgresql": {}}
_READ_OPTIONS = {
    "sqlite": {},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}

_log = logging.getLogger(__name__)

Database: TypeAlias = Engine
"""An open database; those who pass it on need to know no more."""


class WriteLock(IntEnum):
    """What one writer at a time may do, in PostgreSQL; SQLite has one writer for everything."""

    MIGRATE = 7_626_001  # any numbers, as long as every version of Vasari uses the same
    CATALOGUE = 7_626_002
    RUNS = 7_626_003
    SNAPSHOTS = 7_626_004
    LEASES = 7_626_005
    RETRIEVERS = 7_626_006


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
    """Bring the tables up to this version; processes that start together wait for one another.

    Whoever uses a table is waited for in short turns, between which others get at it.

    Raises:
        StorageError: other transactions held a table for more than a minute.
    """
    if _revision(engine) == newest_revision():
        return None  # without Alembic, whose import would be a third of a second of every start
    for pause_s in _MIGRATION_PAUSES_S:
        try:
            return upgrade(engine)
        except StorageError as error:
            if not _is_held_up(error):
                raise
            _log.warning("a migration waits for other transactions; again in %s s", pause_s)
            time.sleep(pause_s)
    return upgrade(engine)


def upgrade(engine: Engine, to: str = "head") -> None:
    """Run the migrations up to one of them; `migrate` is what to call."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with writing(engine) as connection:
        hold(connection, WriteLock.MIGRATE)
        if engine.dialect.name == "postgresql":
            # A lock that is waited for keeps everybody else waiting, readers too.
            connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT_S}s'"))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, to)
        except CommandError as error:
            raise ConfigurationError(
                f"the database {_shown(engine.url)} was migrated by another version of Vasari: "
                f"{error}"
            ) from error


def _is_held_up(error: StorageError) -> bool:
    cause = getattr(error.__cause__, "orig", None)
    return getattr(cause, "sqlstate", None) == "55P03"  # lock_not_available


def newest_revision() -> str:
    """Name the migration that tables of this version have had, by the files' numbers."""
    return max(file.name for file in _MIGRATIONS.glob("versions/[0-9]*.py")).partition("_")[0]


def _revision(engine: Engine) -> str | None:
    with reading(engine) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


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


_OPENERS: dict[str, Callable[[URL], Engine]] = {
    "sqlite": open_sqlite,
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


_PREPARATIONS: dict[str, Callable[[Engine], None]] = {
    "sqlite": use_write_ahead_log,
    "postgresql": _require_utf8,
}
