"""What an explanation says is what the search then does."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import InputError
from core.filters import Field, Filter, Leaf, Op
from core.queries import GroupBy, Leg, LegQuery, Query, Strategy
from core.rerank import Rerank
from core.types import Matrix
from search.encoders import Encoders
from search.engine import SearchEngine
from tests.api_service import LILIES, RED, Service
from tests.counting import Counting
from tests.strategies import filters

queries = st.builds(
    Query,
    text=st.none() | st.sampled_from(("boats", "Water Lilies", "prints after Turner")),
    like=st.sampled_from(((), (LILIES,))),
    where=st.none() | filters(),
    collapse=st.booleans(),
    group_by=st.none() | st.sampled_from(GroupBy),
    diversity=st.sampled_from((0.0, 0.5)),
    facets=st.sampled_from(((), ("medium",))),
    most=st.none() | st.just(3),
    weights=st.sampled_from(({}, {"exact": 0.0}, {"lexical": 2.0}, {"catalogue": 0.0})),
    legs=st.sampled_from(
        (
            (),
            (LegQuery(Leg.CATALOGUE, "a"), LegQuery(Leg.LEXICAL, "b", text="dog", depth=2)),
            (LegQuery(Leg.LIKE_PICTURE, like=(LILIES,), weight=0.5),),
        )
    ),
)


@pytest.fixture(scope="module")
def engine(service: Service) -> SearchEngine:
    services = service.services
    return SearchEngine(services.snapshots, services.encoders)


class Silent(Counting):
    """An encoder that must not be asked for anything."""

    def encode_texts(self, *_: object, **__: object) -> Matrix:
        raise AssertionError("a text was encoded")

    def encode_images(self, *_: object) -> Matrix:
        raise AssertionError("a picture was encoded")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(queries)
def test_a_search_does_what_was_explained(engine: SearchEngine, query: Query) -> None:
    explained = engine.explain(query)

    page = engine.search(query)

    assert (explained.snapshot, explained.total) == (page.snapshot, page.total)
    foreseen = {leg.name: leg for leg in explained.legs if leg.skipped is None}
    assert list(foreseen) == [plan.leg for plan in page.plan]
    for plan in page.plan:
        leg = foreseen[plan.leg]
        assert (leg.space, leg.strategy, leg.recall) == (plan.space, plan.strategy, plan.recall)
        assert leg.rows_matching == plan.rows_matching
        assert leg.estimates_ms == plan.estimates_ms
        assert leg.weight in (None, plan.weight)
        if plan.strategy is not Strategy.LEXICAL:
            assert leg.rows_scored_estimate == plan.rows_scored


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(queries)
def test_the_stages_are_foreseen(engine: SearchEngine, query: Query) -> None:
    explained = engine.explain(query)

    page = engine.search(query)

    assert list(explained.stages) == [s.name for s in page.stages if s.name != "wholes"]
    reasons = {s.name: s.skipped for s in page.stages if s.skipped and s.name != "diversity"}
    assert {leg.name: leg.skipped for leg in explained.legs if leg.skipped} == reasons


def test_nothing_is_encoded(service: Service) -> None:
    services = service.services
    text, picture = Silent(services.encoders.text), Silent(services.encoders.picture)
    engine = SearchEngine(services.snapshots, Encoders(lambda: text, lambda: picture))

    explained = engine.explain(Query(text="boats", picture=services.decode_picture(RED)))

    ran = {leg.name: leg.rows_matching for leg in explained.legs if leg.skipped is None}
    assert ran == {"catalogue": 50, "lexical": 50, "picture": 3}


def test_what_the_words_mean_is_in_the_plan(engine: SearchEngine) -> None:
    explained = engine.explain(Query(text="bronze sculptures"))

    assert explained.total < 50
    assert {leg.rows_matching for leg in explained.legs if leg.skipped is None} == {explained.total}


def test_the_weight_of_words_is_not_foreseen_unless_it_is_set(engine: SearchEngine) -> None:
    (free,) = engine.explain(Query(text="boats", legs=(LegQuery(Leg.LEXICAL),))).legs
    (told,) = engine.explain(Query(text="boats", legs=(LegQuery(Leg.LEXICAL, weight=2.0),))).legs

    assert (free.weight, told.weight) == (None, 2.0)


def test_what_would_be_refused_is_refused(engine: SearchEngine) -> None:
    with pytest.raises(InputError, match="no reranker"):
        engine.explain(Query(text="boats", rerank=Rerank()))


def test_words_are_expected_in_as_many_works_as_have_them(engine: SearchEngine) -> None:
    where: Filter = Leaf(Field.CLASSIFICATION, Op.IN, ("drawing",))

    (leg,) = engine.explain(Query(text="tree", where=where, legs=(LegQuery(Leg.LEXICAL),))).legs

    assert leg.rows_matching == 46
    assert leg.rows_scored_estimate == 41  # 45 of 50 works have the word, 46 of 50 are drawings
