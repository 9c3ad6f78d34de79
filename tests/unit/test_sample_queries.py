"""Queries to calibrate with: of a log, or made of the catalogue's terms."""

from pathlib import Path

import pytest

from core.errors import ConfigurationError
from core.types import Artwork
from search.sample_queries import load_query_log, made_up_queries


def test_a_log_is_read_bare_or_as_json_and_each_query_once(tmp_path: Path) -> None:
    log = tmp_path / "queries.txt"
    lines = ("boats", "", '{"query": "the sea", "n": 3}', '{"q": "  "}', "boats", '{"text": "sky"}')
    log.write_text("\n".join([*lines, "{broken", '{"other": 1}']), encoding="utf-8")

    assert load_query_log(log) == ["boats", "the sea", "sky"]


def test_of_a_long_log_the_same_sample_is_drawn_in_its_order(tmp_path: Path) -> None:
    log = tmp_path / "queries.txt"
    log.write_text("\n".join(f"query {i:04}" for i in range(1_000)), encoding="utf-8")

    drawn = load_query_log(log, 50)

    assert len(set(drawn)) == 50
    assert drawn == sorted(drawn) == load_query_log(log, 50)
    assert drawn[-1] > "query 0500"


@pytest.mark.parametrize(
    ("content", "fault"),
    [(None, "cannot be read"), (b"\xff", "cannot be read"), (b"\n", "no query")],
)
def test_a_log_without_queries_is_refused_by_its_name(
    tmp_path: Path, content: bytes | None, fault: str
) -> None:
    log = tmp_path / "queries.txt"
    if content is not None:
        log.write_bytes(content)

    with pytest.raises(ConfigurationError, match=rf"VASARI_QUERY_LOG: .*queries\.txt.*{fault}"):
        load_query_log(log)


def test_queries_are_made_of_the_terms_of_works_and_are_the_text_of_none() -> None:
    artworks = [
        Artwork("t:1", title="The Shipwreck", subjects=("sea", "storm")),
        Artwork("t:2", title="Untitled", classification="print"),
    ]

    queries = made_up_queries(artworks, 40)

    assert len(queries) == 40
    assert {word for query in queries for word in query.split()} == {
        "sea", "storm", "Untitled", "print",
    }  # fmt: skip
    assert queries == made_up_queries(artworks, 40)


def test_a_collection_without_terms_gives_no_queries() -> None:
    assert made_up_queries([Artwork("t:1")]) == []
