"""Migrations make exactly the tables of the code, once, whoever runs them at the same moment."""

from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from core.errors import ConfigurationError
from core.types import Artwork
from db import session
from db.catalogue import SqlArtworkStore
from db.record import Record
from db.session import migrate, newest_revision, open_database, reading, writing
from tests.processes import PROCESSES

_DEFINITIONS = {
    "sqlite": """
        WITH ours AS (
            SELECT name, wr FROM pragma_table_list
            WHERE type = 'table' AND name NOT LIKE 'alembic%' AND name NOT LIKE 'sqlite%'
        )
        SELECT t.name, c.name, c.type, c."notnull", c.dflt_value, c.pk, t.wr
        FROM ours t, pragma_table_info(t.name) c
        UNION ALL
        SELECT t.name, f."from", f."table", f."to", f.on_delete, '', ''
        FROM ours t, pragma_foreign_key_list(t.name) f
        UNION ALL
        SELECT t.name, i.name, i."unique", i.origin, i.partial, s.sql, ''
        FROM ours t, pragma_index_list(t.name) i LEFT JOIN sqlite_schema s ON s.name = i.name
    """,
    "postgresql": """
        SELECT table_name::text, column_name::text, data_type::text, is_nullable::text,
            column_default::text, collation_name::text
        FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name <> 'alembic_version'
        UNION ALL
        SELECT tablename, indexname, indexdef, '', '', '' FROM pg_indexes
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
        UNION ALL
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '', ''
        FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text !~ '^alembic'
    """,
}
SCRIPTS = ScriptDirectory(str(Path(session.__file__).with_name("migrations")))


def test_the_newest_revision_is_read_from_the_names_of_the_files() -> None:
    assert newest_revision() == SCRIPTS.get_current_head()


def test_migrating_from_empty_makes_the_tables_of_the_code(empty_database_url: str) -> None:
    engine = open_database(empty_database_url)

    migrate(engine)

    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Record.metadata) == []
        assert context.get_current_revision() == SCRIPTS.get_current_head()
    engine.dispose()


def test_the_migrated_tables_are_those_of_the_code_to_the_last_index(
    empty_database_url: str,
) -> None:
    engine = open_database(empty_database_url)
    migrate(engine)
    migrated = definitions(engine)
    with writing(engine) as connection:
        Record.metadata.drop_all(connection)
        Record.metadata.create_all(connection)

    assert definitions(engine) == migrated
    assert len(migrated) > len(Record.metadata.tables)
    engine.dispose()


def test_migrating_again_changes_nothing(database: Engine) -> None:
    catalogue = SqlArtworkStore(database)
    catalogue.upsert([Artwork("t:1", title="Sea")])

    migrate(database)

    assert catalogue.get("t:1").title == "Sea"


def test_processes_that_start_at_the_same_moment_all_migrate(empty_database_url: str) -> None:
    ready = PROCESSES.Barrier(4)
    started = [
        PROCESSES.Process(target=open_and_migrate, args=(empty_database_url, ready))
        for _ in range(4)
    ]

    for process in started:
        process.start()
    for process in started:
        process.join()

    assert [process.exitcode for process in started] == [0, 0, 0, 0]
    engine = open_database(empty_database_url)
    assert SqlArtworkStore(engine).count() == 0
    engine.dispose()


def test_a_database_of_a_newer_version_is_refused(database: Engine) -> None:
    with writing(database) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(ConfigurationError, match="migrated by another version of Vasari"):
        migrate(database)


def test_migrations_are_one_line_and_forward_only() -> None:
    revisions = list(SCRIPTS.walk_revisions())

    assert [r.revision for r in reversed(revisions)] == [
        f"{i:04}" for i in range(1, len(revisions) + 1)
    ]
    for revision in revisions:
        with pytest.raises(NotImplementedError):
            revision.module.downgrade()


def open_and_migrate(url: str, ready: Barrier) -> None:
    ready.wait()
    engine = open_database(url)
    migrate(engine)
    engine.dispose()


def definitions(engine: Engine) -> list[tuple[str, ...]]:
    """Columns, indexes and constraints as the database itself describes them."""
    query = _DEFINITIONS[engine.dialect.name]
    with reading(engine) as connection:
        return sorted(tuple(map(str, row)) for row in connection.execute(text(query)))
