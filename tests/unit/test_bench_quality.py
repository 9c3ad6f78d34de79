"""The suite of retrieval quality: judged sets, ways to answer, figures, goals."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bench.quality.configs import PLAIN, WHOLE, configs, filter_of
from bench.quality.fit import off_topic
from bench.quality.goals import Goal
from bench.quality.homes import withhold
from bench.quality.judged import Judged, Part, load_judged, part_of, write_judged
from bench.quality.parts import PARTS
from bench.quality.readings import FILES, Case, is_right, load_cases
from bench.quality.scoring import gain, mean, score
from cli.main import app
from core.errors import InputError
from core.filters import And, Field, Leaf, Op
from core.queries import Leg
from core.types import Artwork, Image
from core.understanding import Reading, ReadingKind, SpanReadings, Understand, Understanding
from search.off_topic import load_off_topic

LINE = {"qid": "T1", "query": "boats", "kind": "subject", "relevant_ids": [3, 5], "filters": None}


def judged(qid: str, *relevant: str) -> Judged:
    return Judged(qid, qid, "subject", frozenset(relevant))


def test_bare_ids_are_of_the_named_source(tmp_path: Path) -> None:
    path = tmp_path / "judged.jsonl"
    path.write_text(json.dumps(LINE) + "\n")

    [query] = load_judged(path, source="tate").queries

    assert query.relevant == {"tate:3", "tate:5"}
    assert query.part is Part.TUNED
    assert not query.has_facets


def test_ids_without_a_source_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "judged.jsonl"
    path.write_text(json.dumps(LINE) + "\n")

    assert load_judged(path).queries[0].relevant == {"3", "5"}


def test_a_wrong_line_of_judgements_is_named(tmp_path: Path) -> None:
    path = tmp_path / "judged.jsonl"
    path.write_text(json.dumps(LINE) + '\n{"query": "boats"}\n')

    with pytest.raises(InputError, match="line 2"):
        load_judged(path)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    query = Judged("Q", "ink", "any", frozenset({"t:1"}), Part.ASIDE, {"movement": ("Dada",)})
    path = tmp_path / "made.jsonl"
    path.write_bytes(write_judged([query]))

    assert load_judged(path).queries == (query,)


@given(st.sets(st.text(min_size=1, max_size=12), min_size=200, max_size=200))
def test_about_half_of_all_queries_are_set_aside(qids: set[str]) -> None:
    aside = sum(part_of(qid) is Part.ASIDE for qid in qids)

    assert 60 <= aside <= 140


def test_a_query_without_hits_scores_nothing_instead_of_being_skipped() -> None:
    queries = [judged("found", "t:1"), judged("missed", "t:2")]

    scores = score(queries, {"found": ("t:1", "t:9"), "missed": ()})

    assert scores["nDCG@10"] == [1.0, 0.0]
    assert scores["P@10"] == [0.1, 0.0]


def test_equal_scores_keep_the_order_of_the_hits() -> None:
    queries = [judged("q", "t:1")]

    late = score(queries, {"q": ("t:9", "t:8", "t:1")})["RR"]

    assert late == [pytest.approx(1 / 3)]


def test_judgements_without_a_source_find_their_hits() -> None:
    assert score([judged("q", "5")], {"q": ("tate:5",)})["RR"] == [1.0]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_an_interval_holds_its_mean(values: list[float]) -> None:
    found = mean(values)

    assert found.low - 1e-9 <= found.value <= found.high + 1e-9
    assert found.queries == len(values)


def test_a_gain_is_paired_by_query() -> None:
    found = gain([0.5, 0.9, 0.1], [0.4, 0.8, 0.0])

    assert (found.value, found.low, found.high) == pytest.approx((0.1, 0.1, 0.1))


def test_judged_filters_become_vasaris() -> None:
    where = filter_of({"artist": "J. Doe", "year_from": -9999, "year_to": 1799})

    assert where == And(
        (Leaf(Field.ARTIST, Op.IN, ("J. Doe",)), Leaf(Field.YEAR, Op.OVERLAPS, end=1799))
    )
    assert filter_of({}) is None


def test_each_leg_and_each_pair_is_left_alone_once() -> None:
    both = [config.name for config in configs((Leg.CATALOGUE, Leg.LEXICAL))]
    three = [c for c in configs((Leg.CATALOGUE, Leg.LEXICAL, Leg.TEXT_PICTURE)) if c.legs]

    assert both == [
        WHOLE, PLAIN, "filters by hand", "dense", "bm25", "dense, understanding",
        "bm25, understanding",
    ]  # fmt: skip
    assert len({config.name for config in three}) == 12


def test_a_way_without_a_leg_gives_it_no_weight() -> None:
    alone = next(c for c in configs((Leg.CATALOGUE, Leg.LEXICAL)) if c.name == "bm25")

    query = alone.query(judged("boats"))

    assert query.weights["catalogue"] == 0
    assert "lexical" not in query.weights
    assert query.understand is Understand.OFF


def test_withheld_fields_leave_no_trace() -> None:
    artwork = Artwork(
        "t:1", "Sea", description="Waves", subjects=("sea",), images=(Image(alt_text="A wave"),)
    )

    bare = withhold(artwork, ("description", "alt_text", "subjects"))

    assert bare == Artwork("t:1", "Sea", images=(Image(),))


def understanding(
    *readings: Reading, text: str | None, away: tuple[str, ...] = ()
) -> Understanding:
    return Understanding(
        Understand.APPLY, (SpanReadings(0, 6, "Turner", readings),), text=text, away=away
    )


def reading(*, applied: bool) -> Reading:
    where = Leaf(Field.ARTIST, Op.IN, ("J. M. W. Turner",))
    return Reading(ReadingKind.ARTIST, "J. M. W. Turner", where, 5, 0.9, is_applied=applied)


def test_a_case_is_right_when_all_of_it_is() -> None:
    case = Case("Turner boats", {"artist": ("J. M. W. Turner",)}, "boats")

    assert is_right(case, understanding(reading(applied=True), text="Boats"))
    assert not is_right(case, understanding(reading(applied=False), text="boats"))
    assert not is_right(case, understanding(reading(applied=True), text="Turner boats"))
    assert not is_right(case, understanding(reading(applied=True), text="boats", away=("people",)))


def test_there_are_sixty_cases_of_understanding_and_no_query_twice() -> None:
    queries = [case.query for path in FILES.values() for case in load_cases(path)]

    assert len(queries) == len(set(queries)) >= 60


def test_the_off_topic_queries_are_others_than_those_of_the_calibration() -> None:
    ours = {text.casefold() for text in off_topic()}

    assert len(ours) >= 60
    assert not ours & {text.casefold() for text in load_off_topic()}


def test_every_part_stands_in_the_docs_and_in_the_help() -> None:
    docs = (Path(__file__).resolve().parents[2] / "docs" / "quality.md").read_text()
    shown = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["bench", "quality", "--help"]).output

    assert [name for name in PARTS if name not in docs or name not in shown] == []


@pytest.mark.parametrize(
    ("value", "low", "high", "verdict"),
    [
        (0.8, 0.75, 0.9, "reached"),
        (0.8, 0.6, 0.9, "reached; the limit lies inside the interval"),
        (0.6, 0.5, 0.65, "**not reached**"),
        (0.6, 0.5, 0.75, "**not reached**; the limit lies inside the interval"),
    ],
)
def test_a_goal_claims_nothing_inside_its_interval(
    value: float, low: float, high: float, verdict: str
) -> None:
    goal = Goal("nDCG@10", 0.7, {"value": value, "ci_low": low, "ci_high": high})

    assert goal.verdict == verdict
