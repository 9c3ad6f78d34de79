"""PostgreSQL at size: the queries that Vasari sends use their indexes, as EXPLAIN says."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from core.filters import Field, Filter, Leaf, Op
from core.records import ALL_LINES
from core.spaces import Space
from core.types import Artwork, SpaceField
from db.catalogue import SqlArtworkStore
from db.embeddings import SqlEmbeddingStore
from db.leases import SqlEmbeddingLeases
from db.runs import SqlRunStore
from db.session import migrate, open_database, writing
from tests.conftest import PostgresServer
from tests.embedding import CARD
from tests.requirements import require

require("postgres")

SPACE = Space(SpaceField.CATALOGUE, CARD)
WORKS = 40_000
ROWS = (
    "INSERT INTO rights (digest, status) VALUES ('r', 'open')",
    """INSERT INTO artworks (id, title, begin, "end", medium, medium_folded, classification,
        classification_folded, collection_folded, data_rights_key, content_hash, created_at,
        updated_at)
    SELECT 't:' || lpad(n::text, 6, '0'), 'Work ' || n, 1500 + n / 80, 1502 + n / 80,
        'medium ' || n / 400, 'medium ' || n / 400, 'class ' || n / 4000, 'class ' || n / 4000, 'c',
        1, md5(n::text), now(), now()
    FROM generate_series(1, {works}) n""",
    """INSERT INTO artists (id, name, content_hash)
    SELECT 'a:' || n, 'Artist ' || n, md5(n::text) FROM generate_series(1, {works} / 2) n""",
    """INSERT INTO artist_names (artist_key, position, name, folded)
    SELECT key, 0, name, lower(name) FROM artists""",
    """INSERT INTO contributions (artwork_key, position, artist_key, role, role_folded)
    SELECT key, 0, 1 + key % ({works} / 2), 'artist', 'artist' FROM artworks""",
    """INSERT INTO terms (digest, kind, value, folded)
    SELECT md5(n::text), 'subject', 'Term ' || n, 'term ' || n
    FROM generate_series(1, {works} / 2) n""",
    """INSERT INTO artwork_terms (artwork_key, position, term_key)
    SELECT key, n, 1 + (key * 7 + n * 13) % ({works} / 2)
    FROM artworks, generate_series(0, 2) n""",
    """INSERT INTO images (artwork_key, position, url, rights_key)
    SELECT key, 0, 'https://museum.example/' || key, 1 FROM artworks""",
    """INSERT INTO spaces (key, name, field, encoder, revision, dtype, preprocessing, dim,
        modalities)
    VALUES ('{space}', 'n', 'catalogue', 'seer', '1', 'fp32', '0', 4, '[]')""",
    """INSERT INTO embeddings (space_key, content_hash, dim, vector)
    SELECT '{space}', md5(n::text), 4, '\\x00'::bytea FROM generate_series(1, {works}) n""",
    """INSERT INTO leases (task, item, contents, state, token, attempts, created_at)
    SELECT '{space}', n::text, 256, 'done', 1, 1, now() FROM generate_series(1, {works}) n""",
    """INSERT INTO ingest_runs (id, source, fingerprint, state, started_at, position, created,
        changed, unchanged, quarantined, pictures_stored, pictures_unchanged, pictures_failed,
        faults)
    SELECT n::text, 's', 'f' || n, 'done', now(), 0, 0, 0, 0, 0, 0, 0, 0, '[]'
    FROM generate_series(1, 20) n""",
    """INSERT INTO run_lines (run_key, kind, rule, reason)
    SELECT 1 + n % 20, 'quarantined', 'other', 'odd' FROM generate_series(1, {works}) n""",
    "ANALYZE",
)
Plan = dict[str, Any]


@pytest.fixture(scope="module")
def large(postgres: PostgresServer) -> Iterator[Engine]:
    """A database of 40,000 works, analysed."""
    name = postgres.create()
    engine = open_database(postgres.url(name))
    migrate(engine)
    with writing(engine) as connection:
        for statement in ROWS:
            connection.exec_driver_sql(
                statement.format(works=WORKS, space=SPACE.key).replace("%", "%%"), ()
            )
    yield engine
    engine.dispose()
    postgres.drop(name)


def plans(engine: Engine, act: Callable[[], object]) -> list[Plan]:
    """Let PostgreSQL explain every query that something sends."""
    sent: list[tuple[str, Any]] = []

    def note(*passed: Any) -> None:  # noqa: ANN401 - SQLAlchemy passes all kinds
        sent.append((passed[2], passed[3]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    with engine.connect() as connection:
        return [
            connection.exec_driver_sql(
                f"EXPLAIN (FORMAT JSON) {statement}", parameters
            ).scalar_one()[0]
            for statement, parameters in sent
            if statement.startswith(("SELECT", "WITH"))
        ]


def nodes(plan: Plan) -> Iterator[Plan]:
    own = plan.get("Plan", plan)
    yield own
    for child in own.get("Plans", ()):
        yield from nodes(child)


def read_whole(engine: Engine, act: Callable[[], object]) -> set[str]:
    """Name the tables that something reads from end to end."""
    return {
        node["Relation Name"]
        for plan in plans(engine, act)
        for node in nodes(plan)
        if node["Node Type"] == "Seq Scan"
    } - {"rights", "spaces", "ingest_runs", "tombstones"}


def one_of(field: Field, *values: str) -> Filter:
    return Leaf(field, Op.IN, values=values)


FILTERS: dict[str, Filter] = {
    "artist": one_of(Field.ARTIST, "Artist 77"),
    "artist id": one_of(Field.ARTIST_ID, "a:77"),
    "subject": one_of(Field.SUBJECT, "Term 77"),
    "medium": one_of(Field.MEDIUM, "medium 50"),
    "classification": one_of(Field.CLASSIFICATION, "class 3"),
    "years": Leaf(Field.YEAR, Op.OVERLAPS, begin=1600, end=1605),
}
WALKED: dict[str, Filter] = {
    # No index finds a word within a text, nor what most works have: works are tried as they come.
    "medium word": Leaf(Field.MEDIUM, Op.WORDS, values=("50",)),
    "picture": one_of(Field.HAS_IMAGE, "true"),
}


@pytest.mark.parametrize("name", FILTERS)
def test_what_passes_a_filter_is_found_by_an_index(large: Engine, name: str) -> None:
    where = FILTERS[name]
    store = SqlArtworkStore(large)

    assert read_whole(large, lambda: store.count(where)) == set()
    assert read_whole(large, lambda: store.ids(where)) == set()


@pytest.mark.parametrize("name", [*FILTERS, *WALKED])
def test_a_page_under_a_filter_reads_no_table_whole(large: Engine, name: str) -> None:
    where = (FILTERS | WALKED)[name]
    store = SqlArtworkStore(large)

    read = read_whole(large, lambda: store.page(where, after="t:020000", limit=24))

    assert read == set()


def test_a_page_after_an_id_begins_at_its_place(large: Engine) -> None:
    store = SqlArtworkStore(large)

    read = plans(large, lambda: store.page(None, after="t:020000", limit=24))

    used = {node.get("Index Name") for plan in read for node in nodes(plan)}
    assert "uq_artworks_id" in used


def test_one_artwork_is_read_by_indexes_alone(large: Engine) -> None:
    store = SqlArtworkStore(large)

    assert read_whole(large, lambda: store.get("t:000077")) == set()
    assert read_whole(large, lambda: store.ids_of("other")) == set()


def test_missing_embeddings_are_looked_up_by_space_and_content(large: Engine) -> None:
    store = SqlEmbeddingStore(large)
    hashes = [f"{number:032}" for number in range(300)]

    assert read_whole(large, lambda: store.missing(SPACE, hashes)) == set()


def test_the_lines_of_a_run_are_found_by_the_run(large: Engine) -> None:
    runs = SqlRunStore(large)

    assert read_whole(large, lambda: runs.lines("7", ALL_LINES, limit=50)) == set()


def test_a_worker_finds_its_next_item_past_any_number_that_are_done(large: Engine) -> None:
    leases = SqlEmbeddingLeases(large)

    assert read_whole(large, lambda: leases.take(SPACE, "ann")) == set()
    assert read_whole(large, lambda: leases.is_open(SPACE)) == set()


def test_what_is_written_anew_is_found_by_id_and_by_digest(large: Engine) -> None:
    store = SqlArtworkStore(large)
    artwork = Artwork("t:000077", "Sea", medium="oil", subjects=("Term 77",))

    assert read_whole(large, lambda: store.upsert([artwork])) == set()
