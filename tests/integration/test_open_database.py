"""A database is opened as Vasari needs it, or refused with the reason and without its password."""

import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from core.errors import ConfigurationError, MissingExtraError
from core.types import Artwork
from db.catalogue import SqlArtworkStore
from db.session import migrate, open_database, reading
from tests.conftest import PostgresServer
from tests.requirements import require


def test_sqlite_is_made_where_it_is_wanted_and_set_up_to_last(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder with 100% space" / "vasari.db"

    engine = open_database(f"sqlite:///{path}")
    migrate(engine)

    assert path.is_file()
    with reading(engine) as connection:
        pragmas = ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        values = [connection.scalar(text(f"PRAGMA {name}")) for name in pragmas]
    assert values == ["wal", 1, 1, 60_000]
    engine.dispose()


def test_postgres_is_spoken_to_through_psycopg(postgres: PostgresServer) -> None:
    for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        url = postgres.url("postgres").replace("postgresql", scheme, 1)

        engine = open_database(url)

        assert engine.dialect.driver == "psycopg"
        engine.dispose()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://me:s3cret@127.0.0.1:1/art", "(refused|failed)"),
        ("postgresql://me@127.0.0.1:1/art?password=s3cret", "(refused|failed)"),
        ("mysql://me:s3cret@127.0.0.1/art", "mysql is not known; use postgresql or sqlite"),
        ("postgresql+asyncpg://me:s3cret@127.0.0.1/art", "is not known"),
        ("postgresql://me:s3cret@127.0.0.1:port/art", "is not an address such as"),
        ("me:s3cret", "is not an address such as"),
        ("", "is not an address such as"),
    ],
)
def test_a_database_that_cannot_be_reached_is_named_without_its_password(
    url: str, reason: str
) -> None:
    require("postgres")

    with pytest.raises(ConfigurationError, match=reason) as caught:
        open_database(url)

    assert "VASARI_DATABASE_URL" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no database " * 1000)

    with pytest.raises(ConfigurationError, match="file is not a database"):
        open_database(f"sqlite:///{tmp_path / 'notes.txt'}")
    with pytest.raises(ConfigurationError, match=r"notes\.txt"):
        open_database(f"sqlite:///{tmp_path / 'notes.txt' / 'vasari.db'}")
    with pytest.raises(ConfigurationError, match="unable to open"):
        open_database(f"sqlite:///{tmp_path}")


def test_a_database_that_does_not_exist_is_refused(postgres: PostgresServer) -> None:
    with pytest.raises(ConfigurationError, match='database "nowhere" does not exist'):
        open_database(postgres.url("nowhere"))


def test_a_database_that_cannot_hold_every_letter_is_refused(postgres: PostgresServer) -> None:
    postgres.execute(
        "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0",
    )

    with pytest.raises(ConfigurationError, match="encoded in LATIN1: create it with ENCODING"):
        open_database(postgres.url("latin"))


def test_without_psycopg_the_install_command_is_the_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(MissingExtraError, match=r"pip install -e '\.\[postgres\]'"):
        open_database("postgresql://me@127.0.0.1:1/art")


def test_a_connection_that_was_cut_is_made_again(postgres: PostgresServer) -> None:
    name = postgres.create()
    engine = open_database(postgres.url(name))
    migrate(engine)
    catalogue = SqlArtworkStore(engine)
    catalogue.upsert([Artwork("t:1")])

    postgres.disconnect(name)

    assert catalogue.count() == 1
    engine.dispose()
    postgres.drop(name)


def test_a_database_that_goes_away_is_an_error_of_ours(postgres: PostgresServer) -> None:
    name = postgres.create()
    engine = open_database(postgres.url(name))
    postgres.drop(name)

    with pytest.raises(ConfigurationError, match=f'database "{name}" does not exist'):
        SqlArtworkStore(engine).upsert([Artwork("t:1")])
    engine.dispose()
