"""Legs that a query names: each with its own inputs, filter, depth and weight."""

from dataclasses import replace

import pytest

from core.errors import CursorError, InputError, NotFoundError, SnapshotGoneError
from core.filters import Field, Leaf, Op
from core.queries import Input, Leg, LegQuery, Plan, Query, SearchPage
from search.cursors import Cursor, encode_cursor, query_fingerprint
from search.encoders import Encoders
from search.engine import SearchEngine
from tests.api_service import LILIES, ODD_ID, RED, Service
from tests.counting import Counting

DRAWINGS = Leaf(Field.CLASSIFICATION, Op.IN, ("drawing",))


@pytest.fixture(scope="module")
def engine(service: Service) -> SearchEngine:
    services = service.services
    return SearchEngine(services.snapshots, services.encoders)


def named(page: SearchPage) -> dict[str, Plan]:
    return {plan.leg: plan for plan in page.plan}


def ids(page: SearchPage) -> list[str]:
    return [hit.artwork["id"] for hit in page.hits]


def test_just_the_legs_that_are_named_run_in_their_order(engine: SearchEngine) -> None:
    legs = (LegQuery(Leg.LEXICAL, "words"), LegQuery(Leg.CATALOGUE, "sense"))

    page = engine.search(Query(text="boats", legs=legs))

    assert [plan.leg for plan in page.plan] == ["words", "sense"]
    assert {leg.name for hit in page.hits for leg in hit.legs} <= {"words", "sense", "exact"}
    stages = [stage.name for stage in page.stages]
    assert stages[stages.index("filter") + 1 : stages.index("fusion")] == [
        "words",
        "encode_text",
        "sense",
    ]


def test_legs_that_are_named_find_what_they_find_unnamed(engine: SearchEngine) -> None:
    unnamed = engine.search(Query(text="boats in a storm", limit=60))
    legs = (LegQuery(Leg.CATALOGUE), LegQuery(Leg.LEXICAL))

    page = engine.search(Query(text="boats in a storm", legs=legs, limit=60))

    assert page.hits == unnamed.hits
    assert page.match == unnamed.match
    assert [replace(plan, estimates_ms={}) for plan in page.plan] == [
        replace(plan, estimates_ms={}) for plan in unnamed.plan
    ]


def test_two_legs_of_a_kind_search_by_texts_of_their_own(engine: SearchEngine) -> None:
    legs = (
        LegQuery(Leg.LEXICAL, "a", text="lilies", weight=1.0),
        LegQuery(Leg.LEXICAL, "b", text="bronze", weight=1.0),
    )

    page = engine.search(Query(legs=legs))

    assert set(ids(page)) == {LILIES, "t:closed"}
    assert [plan.inputs[0].value for plan in page.plan] == ["lilies", "bronze"]
    assert page.match is None


def test_fused_scores_are_those_worked_by_hand(engine: SearchEngine) -> None:
    legs = (
        LegQuery(Leg.LEXICAL, "a", text="lilies", weight=2.0),
        LegQuery(Leg.LEXICAL, "b", text="bronze lilies", weight=0.5),
    )

    page = engine.search(Query(legs=legs, fusion_k=9.0, weights={"exact": 0.0}))

    places = {hit.artwork["id"]: {leg.name: leg.rank for leg in hit.legs} for hit in page.hits}
    assert places[LILIES]["a"] == 1
    assert sorted((places[LILIES]["b"], places["t:closed"]["b"])) == [1, 2]
    expected = {LILIES: 2.0 / 10 + 0.5 / (9 + places[LILIES]["b"])}
    expected["t:closed"] = 0.5 / (9 + places["t:closed"]["b"])
    assert {hit.artwork["id"]: hit.score for hit in page.hits} == pytest.approx(expected)


def test_a_filter_of_a_leg_counts_in_that_leg_alone(engine: SearchEngine) -> None:
    legs = (
        LegQuery(Leg.CATALOGUE, "drawn", where=DRAWINGS),
        LegQuery(Leg.CATALOGUE, "any"),
    )

    page = engine.search(Query(text="boats", legs=legs, limit=100))

    assert named(page)["drawn"].rows_matching == 46
    assert named(page)["any"].rows_matching == page.total == 50
    drawn = {h.artwork["id"] for h in page.hits if any(leg.name == "drawn" for leg in h.legs)}
    assert len(drawn) == 46
    assert LILIES not in drawn


def test_a_leg_gives_as_many_candidates_as_it_is_asked_for(engine: SearchEngine) -> None:
    legs = (LegQuery(Leg.CATALOGUE, depth=3), LegQuery(Leg.LEXICAL, depth=1))

    page = engine.search(Query(text="tree", legs=legs, weights={"exact": 0.0}))

    found = [[leg.name for leg in hit.legs] for hit in page.hits]
    assert sum("catalogue" in names for names in found) == 3
    assert sum("lexical" in names for names in found) == 1


def test_the_references_of_every_leg_are_left_out_of_all(engine: SearchEngine) -> None:
    legs = (
        LegQuery(Leg.LIKE_PICTURE, like=(LILIES,), depth=5),
        LegQuery(Leg.LEXICAL, text="lilies boats"),
    )

    page = engine.search(Query(legs=legs))

    assert LILIES not in ids(page)
    assert ODD_ID in ids(page)


def test_this_picture_but_of_boats(engine: SearchEngine, service: Service) -> None:
    picture = service.services.decode_picture(RED)
    legs = (
        LegQuery(Leg.PICTURE, "looks", picture=picture, depth=1),
        LegQuery(Leg.CATALOGUE, "says", text="boats in a storm", depth=1),
    )

    page = engine.search(Query(legs=legs))

    assert sorted(ids(page)) == sorted((LILIES, ODD_ID))
    assert {h.artwork["id"]: h.legs[-1].name for h in page.hits} == {
        LILIES: "looks",
        ODD_ID: "says",
    }


def test_equal_texts_and_pictures_are_encoded_once_for_all_legs(service: Service) -> None:
    services = service.services
    text, picture = Counting(services.encoders.text), Counting(services.encoders.picture)
    engine = SearchEngine(services.snapshots, Encoders(lambda: text, lambda: picture))
    pixels = services.decode_picture(RED)
    legs = (
        LegQuery(Leg.CATALOGUE, "a", text="storm"),
        LegQuery(Leg.CATALOGUE, "b", text="boats", where=DRAWINGS),
        LegQuery(Leg.CATALOGUE, "c", text="storm", weight=0.5),
        LegQuery(Leg.PICTURE, "d", picture=pixels),
        LegQuery(Leg.PICTURE, "e", picture=pixels, where=DRAWINGS),
    )

    page = engine.search(Query(text="not searched by", legs=legs))

    assert text.texts == ["storm", "boats"]
    assert picture.pictures == 1
    assert [s.name for s in page.stages if s.name.startswith("encode")] == [
        "encode_text",
        "encode_picture",
    ]


def test_words_that_no_catalogue_leg_looked_for_are_not_judged(engine: SearchEngine) -> None:
    apart = (LegQuery(Leg.CATALOGUE, text="dogs"), LegQuery(Leg.LEXICAL))
    together = (LegQuery(Leg.CATALOGUE, text="boats"), LegQuery(Leg.LEXICAL, text="boats"))

    assert engine.search(Query(text="boats", legs=apart)).match is None
    assert engine.search(Query(legs=together)).match == engine.search(Query(text="boats")).match


def test_what_the_only_text_of_the_legs_names_is_put_first(engine: SearchEngine) -> None:
    page = engine.search(Query(legs=(LegQuery(Leg.CATALOGUE, text="Bronze Dog"),)))

    assert page.hits[0].legs[0].name == Leg.EXACT
    assert ids(page)[0] == "t:closed"


def test_a_query_keeps_at_most_so_many_hits_over_all_pages(engine: SearchEngine) -> None:
    query = Query(text="tree", most=5, limit=3)
    whole = engine.search(Query(text="tree", limit=5))

    first = engine.search(query)
    second = engine.search(replace(query, cursor=first.cursor))

    assert (first.window, len(first.hits), len(second.hits), second.cursor) == (5, 3, 2, None)
    assert [*first.hits, *second.hits] == [*whole.hits]
    limit = next(stage for stage in first.stages if stage.name == "limit")
    assert (limit.input_count, limit.output_count) == (whole.window, 5)


def test_browsing_is_limited_too(engine: SearchEngine) -> None:
    page = engine.search(Query(most=7, limit=100))

    assert (len(page.hits), page.total, page.cursor) == (7, 50, None)


@pytest.mark.parametrize(
    ("query", "place"),
    [
        (Query(like=("t:none",)), "like"),
        (Query(inputs=(Input(text="a"), Input(artwork="t:none"))), "inputs[1].artwork"),
        (
            Query(legs=(LegQuery(Leg.LEXICAL), LegQuery(Leg.LIKE_PICTURE, like=("t:none",)))),
            "legs[1].like",
        ),
    ],
)
def test_the_place_of_an_unknown_artwork_is_named(
    engine: SearchEngine, query: Query, place: str
) -> None:
    with pytest.raises(NotFoundError) as caught:
        engine.search(query)

    assert caught.value.field == place


def test_a_leg_of_a_name_that_is_taken_is_refused(engine: SearchEngine) -> None:
    with pytest.raises(InputError, match="fusion"):
        engine.search(Query(text="a", legs=(LegQuery(Leg.LEXICAL, "fusion"),)))


def test_a_snapshot_may_be_given_and_a_cursor_must_agree_with_it(engine: SearchEngine) -> None:
    query = Query(text="boats", limit=1)
    live = engine._snapshots.current()
    elsewhere = encode_cursor(Cursor("20010101T000000Z-00000000", query_fingerprint(query), 1))

    assert engine.search(query, snapshot=live).snapshot == live.id
    with pytest.raises(CursorError, match="another snapshot"):
        engine.search(replace(query, cursor=elsewhere), snapshot=live)
    with pytest.raises(SnapshotGoneError):
        engine.search(replace(query, cursor=elsewhere))
