"""Several inputs with weights, negative ones, and more like this, over the sample collection."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.queries import Aspect, Hit, Input, Leg, Query, SearchPage
from core.settings import load_settings
from core.text import fold
from core.types import Json
from search.build import build_engine
from search.engine import SearchEngine

MILKMAID = "sample:vermeer-milkmaid"
LACEMAKER = "sample:vermeer-lacemaker"
VERMEER = "Johannes Vermeer"
ALL = 100
INPUTS = st.lists(
    st.builds(
        lambda text, weight: Input(text=text, weight=weight),
        st.sampled_from(("sea", "boats", "a storm", "night")),
        st.sampled_from((-2.0, -0.5, 0.5, 1.0, 3.0)),
    )
    | st.builds(
        lambda id, weight: Input(artwork=id, weight=weight),
        st.sampled_from((MILKMAID, LACEMAKER)),
        st.sampled_from((-1.0, 1.0)),
    ),
    max_size=5,
)


@pytest.fixture(scope="module")
def engine(sample_home: Path) -> SearchEngine:
    return build_engine(load_settings({"VASARI_HOME": str(sample_home)}))


def ids(page: SearchPage) -> list[str]:
    return [hit.artwork["id"] for hit in page.hits]


def words_of(card: Json) -> set[str]:
    return set(fold(" ".join((card["title"], *card["subjects"]))).split())


def share_with(word: str, hits: tuple[Hit, ...]) -> float:
    return sum(word in words_of(hit.artwork) for hit in hits) / len(hits)


def minus(text: str, weight: float = 1.0) -> tuple[Input, ...]:
    return (Input(text=text, weight=-weight),)


@pytest.mark.parametrize(
    ("text", "away"),
    [("portrait", "man"), ("sea", "boats"), ("landscape", "trees"), ("interior", "woman"),
     ("flowers", "vase"), ("snow", "village")],
)  # fmt: skip
def test_a_negative_leaves_the_top_ten_and_the_topic_stays(
    engine: SearchEngine, text: str, away: str
) -> None:
    before = engine.search(Query(text=text, limit=10)).hits
    after = engine.search(Query(text=text, inputs=minus(away), limit=10)).hits
    lexical = Query(text=text, inputs=minus(away), weights={"catalogue": 0.0}, limit=ALL)
    left = [hit for hit in engine.search(lexical).hits if text in words_of(hit.artwork)]

    assert share_with(away, before) > 0
    assert share_with(away, after) == 0
    assert share_with(text, after) >= min(share_with(text, before), len(left) / 10) - 0.2


def test_a_heavy_negative_does_not_drag_the_query_off_its_topic(engine: SearchEngine) -> None:
    page = engine.search(Query(text="portrait", inputs=minus("man", 10), limit=10))

    assert all({"portrait", "self"} & words_of(hit.artwork) for hit in page.hits)


def test_weights_scale_continuously(engine: SearchEngine) -> None:
    def score_of_turban(weight: float) -> float:
        query = Query(text="portrait", inputs=minus("man", weight), limit=ALL)
        hits = {hit.artwork["id"]: hit for hit in engine.search(query).hits}
        legs = hits["sample:van-eyck-red-turban"].legs
        return next(leg.score for leg in legs if leg.name == Leg.CATALOGUE)

    found = [score_of_turban(weight) for weight in (1e-6, 0.1, 0.2, 0.3, 0.4, 0.5)]

    steps = [one - other for one, other in pairwise(found)]
    assert steps == pytest.approx([steps[0]] * 5, rel=0.01)
    assert steps[0] > 0


def test_a_negative_of_next_to_no_weight_changes_next_to_nothing(engine: SearchEngine) -> None:
    plain = engine.search(Query(text="portrait", limit=20))
    pushed = engine.search(Query(text="portrait", inputs=minus("man", 1e-6), limit=20))

    assert ids(plain) == ids(pushed)


@pytest.mark.parametrize(
    "nothing", [Input(text="man", weight=0.0), Input(artwork=MILKMAID, weight=0.0)]
)
def test_an_input_of_weight_zero_changes_nothing(engine: SearchEngine, nothing: Input) -> None:
    plain = engine.search(Query(text="portrait"))
    with_nothing = engine.search(Query(text="portrait", inputs=(nothing,)))

    assert with_nothing.hits == plain.hits
    assert with_nothing.plan == plain.plan


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(INPUTS, st.randoms(use_true_random=False))
def test_the_order_of_inputs_does_not_matter(
    engine: SearchEngine, inputs: list[Input], random: Random
) -> None:
    query = Query(text="landscape", inputs=tuple(inputs))

    there = engine.search(query)
    back = engine.search(replace(query, inputs=tuple(random.sample(inputs, len(inputs)))))

    assert there.hits == back.hits
    assert [plan.inputs for plan in there.plan] == [plan.inputs for plan in back.plan]


def test_the_heavier_of_two_texts_has_more_of_the_hits(engine: SearchEngine) -> None:
    def cats(weight: float) -> float:
        query = Query(text="snow", inputs=(Input(text="cat", weight=weight),), limit=10)
        return share_with("cat", engine.search(query).hits)

    found = [cats(weight) for weight in (0.25, 1.0, 4.0)]

    assert found == sorted(found)
    assert found[0] < found[-1]


def test_with_only_negatives_no_leg_runs(engine: SearchEngine) -> None:
    page = engine.search(Query(inputs=minus("man")))
    why = {stage.name: stage.skipped for stage in page.stages}

    assert page.hits == ()
    assert why["catalogue"] == why["lexical"]
    assert why["lexical"] == "each text is to be kept away from, and none to be looked for"


def test_an_artwork_may_be_a_negative_example(engine: SearchEngine) -> None:
    plain = ids(engine.search(Query(text="interior with a woman", limit=ALL)))
    pushed = engine.search(
        Query(
            text="interior with a woman",
            inputs=(Input(artwork="sample:backer-blue-interior", weight=-1.0),),
            limit=ALL,
        )
    )

    assert "sample:backer-blue-interior" in plain
    assert "sample:backer-blue-interior" not in ids(pushed)
    assert {plan.leg for plan in pushed.plan} == {"catalogue", "lexical"}


def test_artworks_as_examples_encode_nothing(engine: SearchEngine) -> None:
    query = Query(inputs=(Input(artwork=MILKMAID), Input(artwork=LACEMAKER, weight=-0.5)))

    page = engine.search(query)

    assert not {"encode_text", "encode_picture"} & {stage.name for stage in page.stages}
    assert not {MILKMAID, LACEMAKER} & set(ids(page))
    assert set(ids(engine.search(replace(query, include_self=True)))) & {MILKMAID, LACEMAKER}


def test_every_leg_tells_its_inputs_and_its_weight(engine: SearchEngine) -> None:
    page = engine.search(
        Query(text="sea", like=(MILKMAID,), inputs=minus("boats"), weights={"lexical": 0.5})
    )
    plans = {plan.leg: plan for plan in page.plan}

    assert [(i.value, i.weight) for i in plans["lexical"].inputs] == [("sea", 1), ("boats", -1)]
    assert [(i.kind, i.weight) for i in plans["like_picture"].inputs] == [
        ("artwork", 1), ("text", -1),
    ]  # fmt: skip
    assert (plans["lexical"].weight, plans["catalogue"].weight) == (0.5, 1.0)
    assert plans["like_artist"].weight == 0.25


@pytest.mark.parametrize(
    ("aspect", "legs"),
    [
        (Aspect.LOOKS, {"like_picture"}),
        (Aspect.SUBJECT, {"like_catalogue", "like_subject"}),
        (Aspect.ARTIST, {"like_artist"}),
        (Aspect.PERIOD, {"like_period"}),
    ],
)
def test_an_aspect_is_searched_by_its_own_legs(
    engine: SearchEngine, aspect: Aspect, legs: set[str]
) -> None:
    page = engine.search(Query(like=(MILKMAID,), aspects=(aspect,)))
    quiet = {*legs, "like_imported"}  # nothing is imported here
    others = {s.skipped for s in page.stages if s.name.startswith("like") and s.name not in quiet}

    assert {plan.leg for plan in page.plan} == legs
    assert all((reason or "").endswith("was not asked for") for reason in others)


def test_all_aspects_are_fused_by_default(engine: SearchEngine) -> None:
    page = engine.search(Query(like=(MILKMAID,)))

    likenesses = {str(leg) for leg in Leg if leg.startswith("like")} - {"like_imported"}
    assert {plan.leg for plan in page.plan} == likenesses
    assert page.hits[0].artwork["id"] == LACEMAKER


def test_like_in_artist_gives_works_by_the_artist_alone(engine: SearchEngine) -> None:
    page = engine.search(Query(like=(MILKMAID,), aspects=(Aspect.ARTIST,)))

    assert page.hits
    assert all(hit.artwork["artists"][0]["name"] == VERMEER for hit in page.hits)


def test_like_in_period_gives_works_of_those_years(engine: SearchEngine) -> None:
    page = engine.search(Query(like=(MILKMAID,), aspects=(Aspect.PERIOD,), limit=ALL))
    years = [(hit.artwork["begin"], hit.artwork["end"]) for hit in page.hits]

    assert years
    assert all(begin <= 1670 and end >= 1648 for begin, end in years)


def test_less_of_something_holds_for_more_like_this(engine: SearchEngine) -> None:
    page = engine.search(Query(like=(MILKMAID,), inputs=minus("woman"), limit=5))

    assert share_with("woman", page.hits) == 0


@pytest.mark.parametrize("text", ["The Milkmaid", MILKMAID])
def test_what_is_searched_from_is_no_hit_when_it_is_named_too(
    engine: SearchEngine, text: str
) -> None:
    liked = engine.search(Query(text=text, like=(MILKMAID,), limit=ALL))
    included = engine.search(Query(text=text, like=(MILKMAID,), include_self=True, limit=ALL))

    assert MILKMAID not in ids(liked)
    assert ids(included)[0] == MILKMAID
