"""SQLite finds what it is asked for by its indexes, however many values are asked for."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Column, Select, and_, not_, or_, select
from sqlalchemy.dialects import sqlite

from db.membership import among
from db.session import migrate, open_database
from db.tables import artists, artworks, embeddings, terms

LOOKED_UP = (artworks.c.id, artists.c.id, terms.c.digest)


@pytest.fixture
def explain(tmp_path: Path) -> Callable[[Select[str]], str]:
    database = open_database(f"sqlite:///{tmp_path / 'vasari.db'}")
    migrate(database)

    def explained(query: Select[str]) -> str:
        text = f"EXPLAIN QUERY PLAN {query.compile(dialect=sqlite.dialect())}"
        with database.engine.connect() as connection:
            rows = connection.exec_driver_sql(text, ('["a"]',) * text.count("?"))
            return "; ".join(row[3] for row in rows)

    return explained


@pytest.mark.parametrize("column", LOOKED_UP, ids=str)
def test_values_are_looked_up_and_no_table_is_walked(
    column: Column[str], explain: Callable[[Select[str]], str]
) -> None:
    plan = explain(select(column).where(among(column, ["a", "b"])))

    assert f"SEARCH {column.table.name} USING" in plan
    assert f"SCAN {column.table.name}" not in plan


def test_embeddings_of_a_space_are_looked_up(explain: Callable[[Select[str]], str]) -> None:
    column = embeddings.c.content_hash
    is_wanted = and_(embeddings.c.space_key == "s", among(column, ["a", "b"]))

    plan = explain(select(column).where(is_wanted))

    assert "(space_key=? AND content_hash=?)" in plan


def test_they_are_looked_up_beside_other_tests_too(explain: Callable[[Select[str]], str]) -> None:
    is_known, is_named = among(artworks.c.id, ["a"]), among(artworks.c.id, ["b"])

    for where in (and_(is_known, is_named), or_(is_known, is_named)):
        assert "SCAN artworks" not in explain(select(artworks.c.id).where(where))
    assert "SCAN artworks" in explain(select(artworks.c.id).where(not_(is_known)))
