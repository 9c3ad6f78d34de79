"""A migration waits for who uses a table, and nobody waits long behind it."""

import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text

from core.errors import StorageError
from db import session
from db.session import migrate, newest_revision, open_database, reading, upgrade, writing
from tests.conftest import PostgresServer
from tests.requirements import require

require("postgres")

BEFORE = "0003"  # the next one adds columns to artworks
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def at_an_old_revision(postgres: PostgresServer) -> Engine:
    engine = open_database(postgres.url(postgres.create()))
    upgrade(engine, BEFORE)
    return engine


def revision(engine: Engine) -> str:
    with reading(engine) as connection:
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def wait_until_it_waits(engine: Engine, migration: Future[None]) -> None:
    while not migration.done():
        with engine.connect() as connection:
            if connection.scalar(text(WAITING)):
                return
        time.sleep(0.01)


def test_readers_and_writers_get_through_while_a_migration_waits(
    postgres: PostgresServer,
) -> None:
    engine = at_an_old_revision(postgres)

    with ThreadPoolExecutor(1) as pool:
        with reading(engine) as slow:  # a reader that takes its time
            slow.execute(text("SELECT count(*) FROM artworks"))
            migration = pool.submit(migrate, engine)
            wait_until_it_waits(engine, migration)
            with writing(engine) as other:
                other.execute(text("SET LOCAL statement_timeout = '30s'"))
                other.execute(text("UPDATE artworks SET title = title"))
            assert revision(engine) == BEFORE
        migration.result()

    assert revision(engine) == newest_revision()
    engine.dispose()


def test_a_table_that_stays_in_use_is_told_in_words(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "_MIGRATION_PAUSES_S", (0.1,))
    engine = at_an_old_revision(postgres)

    with reading(engine) as slow:
        slow.execute(text("SELECT count(*) FROM artworks"))
        with pytest.raises(StorageError, match="lock timeout"):
            migrate(engine)

    engine.dispose()
