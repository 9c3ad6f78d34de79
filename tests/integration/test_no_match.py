"""Whether anything fits, on the sample collection with its real encoder."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from cli.main import app
from core.filters import Field, Leaf, Op
from core.queries import Query
from core.settings import load_settings
from core.understanding import MatchLevel
from search.build import Services, build_services
from search.engine import SearchEngine

TESTS = Path(__file__).resolve().parents[1]
OFF_TOPIC = (TESTS / "off_topic_aside.txt").read_text().splitlines()
# What the 464 works do show.
ON_TOPIC = """a quiet river at dusk
boats in a storm
a woman reading a letter by a window
portrait of an old man with a beard
a winter landscape with skaters
peasants dancing at a wedding
water lilies on a pond
mother and child
ballet dancers
sunflowers in a vase
a starry night over a village
a great wave
card players at a table
girl with a pearl earring
self-portrait
haystacks in the snow
the birth of Venus
a train in the rain
hunters in the snow
still life with apples""".splitlines()


@pytest.fixture(scope="module")
def services(sample_home: Path) -> Services:
    return build_services(load_settings({"VASARI_HOME": str(sample_home)}))


@pytest.fixture(scope="module")
def engine(services: Services) -> SearchEngine:
    return services.engine


def level_of(engine: SearchEngine, text: str) -> MatchLevel:
    match = engine.search(Query(text=text, limit=1)).match
    assert match is not None
    return match.level


def ids(engine: SearchEngine, query: Query) -> Iterator[str]:
    page = engine.search(query)
    yield from (hit.artwork["id"] for hit in page.hits)
    if page.cursor:
        yield from ids(engine, replace(query, cursor=page.cursor))


def test_most_off_topic_queries_fit_nothing_and_on_topic_ones_something(
    engine: SearchEngine,
) -> None:
    missed = [text for text in OFF_TOPIC if level_of(engine, text) is not MatchLevel.NONE]
    alarms = [text for text in ON_TOPIC if level_of(engine, text) is MatchLevel.NONE]

    assert len(missed) <= 0.15 * len(OFF_TOPIC), missed
    assert alarms == []


def test_an_answer_can_be_empty(engine: SearchEngine) -> None:
    page = engine.search(Query(text="refinance a car loan with bad credit", min_match=0.99))

    assert page.match is not None
    assert (page.match.level, page.match.cut) == (MatchLevel.NONE, 464)
    assert (page.hits, page.window, page.total, page.cursor) == ((), 0, 464, None)


def test_a_cut_keeps_the_order_and_pages_to_the_end(engine: SearchEngine) -> None:
    query = Query(text="a quiet river at dusk", limit=7)
    every, kept = list(ids(engine, query)), list(ids(engine, replace(query, min_match=0.9)))
    page = engine.search(replace(query, min_match=0.9))

    assert kept == [id for id in every if id in set(kept)]
    assert page.match is not None
    assert 0 < page.window == len(kept) == len(every) - page.match.cut < len(every)
    assert page.total == len(every)


def test_a_higher_least_match_cuts_no_less(engine: SearchEngine) -> None:
    query = Query(text="boats in a storm")

    windows = [engine.search(replace(query, min_match=m)).window for m in (0.0, 0.5, 0.9, 1.0)]

    assert windows == sorted(windows, reverse=True)
    assert windows[0] == 464
    assert windows[-1] == 0


def test_under_a_filter_fewer_compete_and_less_is_asked_for(engine: SearchEngine) -> None:
    few = Leaf(Field.ARTIST, Op.WORDS, ("Vermeer",))
    query = Query(text="a woman pouring milk in a kitchen")
    similarity = engine.search(query).hits[0].legs[0].score

    narrow = engine.search(replace(query, where=few))
    other = engine.search(Query(text="a bridge over a river in winter", where=few))

    assert narrow.match is not None
    assert narrow.match.level is MatchLevel.GOOD
    assert narrow.hits[0].legs[0].score == pytest.approx(similarity)
    assert other.match is not None
    assert other.match.score < narrow.match.score


def test_what_a_query_names_fits_whatever_its_similarity(engine: SearchEngine) -> None:
    page = engine.search(Query(text="sample:vermeer-milkmaid", min_match=1.0))

    assert [hit.artwork["id"] for hit in page.hits] == ["sample:vermeer-milkmaid"]
    assert page.match is not None
    assert page.match.level is MatchLevel.GOOD


def test_without_words_there_is_no_match_to_speak_of(engine: SearchEngine) -> None:
    assert engine.search(Query()).match is None
    assert engine.search(Query(like=("sample:vermeer-milkmaid",), min_match=0.9)).match is None


def test_a_snapshot_of_before_is_searched_without_a_match(services: Services) -> None:
    snapshot = services.snapshots.current()
    cards = snapshot.manifest["spaces"].values()
    measured = [card.pop("match", None) for card in cards]

    page = services.engine.search(Query(text="boats", min_match=0.9))

    for card, match in zip(cards, measured, strict=True):
        card["match"] = match
    assert page.match is None
    assert page.window == 464


def test_a_query_in_french_is_said_to_be_one(engine: SearchEngine) -> None:
    page = engine.search(Query(text="une femme qui lit une lettre près de la fenêtre"))

    assert page.understanding is not None
    assert page.understanding.language == "fr"
    notes = [stage.degraded for stage in page.stages if stage.name == "language"]
    assert notes == ["the query reads as French; minilm-int8 reads English"]


def test_a_foreign_title_of_the_collection_is_a_quotation(engine: SearchEngine) -> None:
    titled = engine.search(Query(text="bal du moulin de la galette"))
    told = engine.search(Query(text="bal du moulin de la ville"))

    assert titled.understanding is None or titled.understanding.language is None
    assert told.understanding is not None
    assert told.understanding.language == "fr"


def test_an_english_query_has_no_language(engine: SearchEngine) -> None:
    page = engine.search(Query(text="woman reading letter near window"))

    assert page.understanding is None or page.understanding.language is None
    assert [stage.degraded for stage in page.stages if stage.name == "language"] == [None]


def test_clients_read_the_match_and_set_its_least(services: Services) -> None:
    with TestClient(create_app(services, admin_key_hash="0" * 64)) as client:
        got = client.get("/v1/search", params={"q": "current mortgage rates", "min_match": 0.9})
        posted = client.post("/v1/search", json={"q": "boats", "min_match": 1})
        wrong = client.get("/v1/search", params={"q": "boats", "min_match": 1.5})

    assert got.json()["match"]["level"] == "none"
    assert got.json()["hits"] == posted.json()["hits"] == []
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "min_match"


def test_the_command_line_says_that_nothing_fits(sample_home: Path) -> None:
    runner = CliRunner(env={"VASARI_HOME": str(sample_home)})

    told = runner.invoke(app, ["search", "current mortgage rates", "--min-match", "0.9"])
    data = runner.invoke(app, ["search", "boats in a storm", "--json"])
    shown = runner.invoke(app, ["index", "show"])

    assert "nothing fits" in told.output
    assert "464 hits are below --min-match" in told.output
    assert json.loads(data.output)["match"]["level"] == "good"
    assert "best hits of 270 off-topic queries" in shown.output
