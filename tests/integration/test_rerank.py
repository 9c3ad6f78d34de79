"""Searches whose best hits are reranked: within a deadline, on every page alike, or not at all."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import InputError, OrderGoneError
from core.queries import GroupBy, Query
from core.rerank import Rerank
from core.types import PicturedText
from search.build import Services
from search.rerank import LOST, ONE_THING
from tests.api_service import BLUE, LILIES, ODD_ID, Service
from tests.clocks import Clock
from tests.rerankers import guarded, timed_words
from tests.reranking import (
    NO_DEADLINE,
    TREES,
    degraded,
    engine_by,
    engine_with,
    ids,
    last_number_first,
    reranked_services,
    scores,
)


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Services:
    return reranked_services(tmp_path_factory.mktemp("reranked"))


def test_the_best_are_put_in_the_order_of_the_reranker_and_the_rest_follow(
    services: Services,
) -> None:
    fused = ids(services.engine.search(replace(TREES, rerank=None)))

    page = engine_by(services, last_number_first).search(TREES)

    found = ids(page)
    assert found[:10] == sorted(fused[:10], reverse=True)
    assert found[10:] == fused[10:]
    assert all(score is not None for score in scores(page)[:10])
    assert set(scores(page)[10:]) == {None}
    assert page.reranked is not None
    assert (page.reranked.count, page.reranked.of) == (10, 10)
    assert degraded(page) is None


def test_the_deadline_leaves_the_rest_in_the_fused_order(services: Services) -> None:
    clock = Clock()
    reranker = guarded(timed_words(0.1, clock), clock)
    engine = engine_with(services, reranker, deadline_ms=750)
    reranker.warm_up()
    fused = ids(services.engine.search(replace(TREES, rerank=None)))

    page = engine.search(TREES)

    # Twice its time must be left: 2 pairs of 0.75 s, 2 of 0.55, 1 of 0.35, 1 of 0.25, none of 0.15.
    assert page.reranked is not None
    assert page.reranked.summary == "6 of 10"
    assert page.reranked.overshoot_ms == 0
    assert degraded(page) == "6 of 10 reranked: 750 ms were over"
    assert ids(page)[6:] == fused[6:]


def test_exact_hits_stay_first(services: Services) -> None:
    engine = engine_by(services, lambda pairs: [1.0 for _ in pairs])

    page = engine.search(Query(text="Water Lilies", rerank=Rerank()))

    assert ids(page)[0] == LILIES
    assert scores(page)[:2] == [None, 1.0]


def test_a_reranker_sees_card_and_picture_and_a_lost_picture_leaves_the_card(
    services: Services,
) -> None:
    seen: dict[str, PicturedText] = {}

    def keep(pairs: Sequence[PicturedText]) -> Sequence[float]:
        seen.update({pair.text: pair for pair in pairs})
        return [0.5] * len(pairs)

    engine_by(services, keep).search(Query(text="boats in rough sea", rerank=Rerank()))

    boats = seen["Boats in a Storm. Joseph Mallord William Turner. Watercolour on paper"]
    copy = seen["Boats, a Copy. after Joseph Mallord William Turner. after 1860. Etching"]
    assert boats.picture is not None
    assert boats.picture.shape == (4, 8, 3)  # the thumbnail
    assert copy.picture is None


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(1, 30),
    st.sampled_from([1, 120, 400, 750, NO_DEADLINE]),
    st.integers(1, 30),
    st.sampled_from(
        [Query(), Query(collapse=True), Query(group_by=GroupBy.TITLE), Query(diversity=0.5)]
    ),
)
def test_pages_together_are_the_whole_answer(
    services: Services, limit: int, deadline_ms: int, depth: int, arranged: Query
) -> None:
    clock = Clock()
    engine = engine_with(services, guarded(timed_words(0.1, clock), clock))
    query = replace(arranged, text="tree, no. 7", limit=limit, rerank=Rerank(depth, deadline_ms))

    page = engine.search(query)
    first, found, given = page.reranked, ids(page), scores(page)
    while page.cursor:
        began = clock.now
        page = engine.search(replace(query, cursor=page.cursor))
        found, given = found + ids(page), given + scores(page)
        assert clock.now == began  # nothing is scored again

    assert len(found) == len(set(found)) == page.window
    assert first is not None
    count = sum(score is not None for score in given)
    assert count == first.count if arranged == Query() else count <= first.count
    assert None not in given[:count]  # reranked ones come first; "tree" is no exact hit
    if arranged.diversity == 0:
        ranked = [score for score in given if score is not None]
        assert ranked == sorted(ranked, reverse=True)


def test_a_page_whose_candidates_are_others_by_now_is_gone(services: Services) -> None:
    engine = engine_by(services, last_number_first)
    first = engine.search(replace(TREES, limit=3))
    gone = ids(first)[0]

    services.snapshots.withdraw([gone])
    try:
        with pytest.raises(OrderGoneError):
            engine.search(replace(TREES, limit=3, cursor=first.cursor))
    finally:
        services.snapshots.restore([gone])

    assert ids(engine.search(replace(TREES, limit=3, cursor=first.cursor)))


def test_answers_go_on_without_a_reranker_that_fails(services: Services) -> None:
    fused = ids(services.engine.search(replace(TREES, rerank=None)))
    engine = engine_by(services, lambda _: [1 / 0])

    page = engine.search(replace(TREES, limit=5))
    second = engine.search(replace(TREES, limit=5, cursor=page.cursor))

    assert ids(page) + ids(second) == fused[:10]
    assert degraded(page) == f"0 of 10 reranked: {LOST}"
    assert second.reranked is not None
    assert second.reranked.count == 0


def test_what_cannot_be_reranked_says_why(services: Services) -> None:
    engine = engine_by(services, last_number_first)

    page = engine.search(Query(text="boats", like=(LILIES,), rerank=Rerank()))
    picture = services.engine.search(Query(picture=services.decode_picture(BLUE), rerank=Rerank()))

    assert page.reranked is None
    assert [s.skipped for s in page.stages if s.name == "rerank"] == [ONE_THING]
    assert degraded(picture) == "0 of 3 reranked: encoder words does not read image"
    assert ids(picture)[0] == ODD_ID


def test_reranking_without_a_reranker_is_refused(service: Service) -> None:
    with pytest.raises(InputError, match="VASARI_RERANKER"):
        service.services.engine.search(TREES)
