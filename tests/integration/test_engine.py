from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import CursorError, NotFoundError
from core.filters import Field, Filter, Leaf, Op, matches
from core.queries import Aspect, Leg, Query, SearchPage
from search.engine import SearchEngine
from tests.api_service import COLLECTION, RED, Service
from tests.strategies import filters


@pytest.fixture(scope="module")
def engine(service: Service) -> SearchEngine:
    return service.services.engine


def pages(engine: SearchEngine, query: Query) -> Iterator[SearchPage]:
    page = engine.search(query)
    yield page
    while page.cursor:
        page = engine.search(replace(query, cursor=page.cursor))
        yield page


def skipped(page: SearchPage) -> dict[str, str]:
    return {stage.name: stage.skipped for stage in page.stages if stage.skipped}


def test_words_find_by_meaning_and_by_letter(engine: SearchEngine) -> None:
    page = engine.search(Query(text="ships in rough weather at sea"))

    assert page.hits[0].artwork["title"] in {"Boats in a Storm", "Boats, a Copy"}
    assert page.hits[0].legs[0].name == Leg.CATALOGUE


def test_each_leg_without_an_input_says_why_it_did_not_run(engine: SearchEngine) -> None:
    page = engine.search(Query(text="boats"))

    assert skipped(page) == {
        "text_picture": "efficientnet-lite0 does not read text",
        "picture": "no picture was given",
        "like_catalogue": "no artwork was referred to",
        "like_picture": "no artwork was referred to",
        "like_subject": "no artwork was referred to",
        "like_artist": "no artwork was referred to",
        "like_period": "no artwork was referred to",
        "like_imported": "no vectors were imported",
    }
    assert [plan.leg for plan in page.plan] == ["catalogue", "lexical"]


def test_a_leg_of_weight_zero_does_not_run(engine: SearchEngine) -> None:
    page = engine.search(Query(text="boats", weights={"lexical": 0.0}))

    assert skipped(page)["lexical"] == "its weight is 0"
    assert {leg.name for hit in page.hits for leg in hit.legs} == {"catalogue"}


def test_a_picture_finds_itself_first(engine: SearchEngine, service: Service) -> None:
    page = engine.search(Query(picture=service.services.decode_picture(RED)))

    assert page.hits[0].artwork["id"] == "t:lilies"
    assert page.hits[0].legs[0].score == pytest.approx(1.0, abs=1e-4)


def test_a_referenced_artwork_is_left_out_unless_asked_for(engine: SearchEngine) -> None:
    without = engine.search(Query(like=("t:lilies",), limit=100))
    with_self = engine.search(Query(like=("t:lilies",), limit=100, include_self=True))

    assert "t:lilies" not in {hit.artwork["id"] for hit in without.hits}
    assert with_self.hits[0].artwork["id"] == "t:lilies"
    assert len(without.hits) == len(with_self.hits) - 1 == len(COLLECTION) - 1


def test_an_artwork_without_a_picture_skips_the_picture_leg(engine: SearchEngine) -> None:
    page = engine.search(Query(like=("t:study-07",)))

    assert skipped(page)["like_picture"] == "the artwork has no embedding of its picture"
    assert page.hits


def test_an_unknown_reference_is_not_found(engine: SearchEngine) -> None:
    with pytest.raises(NotFoundError, match="t:nobody"):
        engine.search(Query(like=("t:nobody",)))


def test_a_narrow_filter_gives_every_matching_artwork(engine: SearchEngine) -> None:
    bronze = Leaf(Field.MEDIUM, Op.WORDS, ("bronze",))

    page = engine.search(Query(text="a mountain railway", where=bronze))

    assert [hit.artwork["id"] for hit in page.hits] == ["t:closed"]
    assert page.total == 1


def test_nothing_asked_browses_the_collection_by_id(engine: SearchEngine) -> None:
    ids = [h.artwork["id"] for page in pages(engine, Query(limit=10)) for h in page.hits]

    assert ids == sorted(artwork.id for artwork in COLLECTION)


def test_the_window_tells_how_many_can_be_paged_through(engine: SearchEngine) -> None:
    browsed = engine.search(Query(limit=1))
    by_picture = engine.search(Query(like=("t:lilies",), aspects=(Aspect.LOOKS,)))

    assert browsed.window == browsed.total == len(COLLECTION)
    assert by_picture.window == 2  # three works have a picture, and one of them was asked about
    assert by_picture.total == len(COLLECTION)


def test_a_cursor_is_good_for_its_query_alone(engine: SearchEngine) -> None:
    page = engine.search(Query(text="tree", limit=5))

    with pytest.raises(CursorError, match="another query"):
        engine.search(Query(text="boat", limit=5, cursor=page.cursor))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    filters() | st.none(), st.sampled_from(("study of a tree", "boats", None)), st.integers(1, 9)
)
def test_paging_gives_every_matching_artwork_once(
    engine: SearchEngine, where: Filter | None, text: str | None, limit: int
) -> None:
    found = list(pages(engine, Query(text=text, where=where, limit=limit)))

    ids = [hit.artwork["id"] for page in found for hit in page.hits]
    wanted = {a.id for a in COLLECTION if where is None or matches(where, a)}
    assert sorted(ids) == sorted(wanted)
    assert [hit.rank for page in found for hit in page.hits] == list(range(1, len(ids) + 1))
    assert {page.total for page in found} == {len(wanted)}


def test_the_stages_add_up_to_no_more_than_the_whole(engine: SearchEngine) -> None:
    page = engine.search(Query(text="boats", facets=("medium", "artist")))

    assert sum(stage.duration_ms for stage in page.stages) <= page.duration_ms
    assert [s.name for s in page.stages if not s.skipped] == [
        "understand", "queue", "filter", "encode_text", "catalogue", "lexical", "fusion", "match",
        "language", "prior", "exact", "cards", "facets",
    ]  # fmt: skip


def test_searches_from_many_threads_agree(engine: SearchEngine) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: engine.search(Query(text="boats")).hits, range(40)))

    assert len({tuple(hit.artwork["id"] for hit in hits) for hits in found}) == 1


def test_facets_count_the_whole_matching_set(engine: SearchEngine) -> None:
    page = engine.search(Query(text="boats", limit=1, facets=("medium",)))

    counts = {value.value: value.count for value in page.facets["medium"]}
    assert sum(counts.values()) == len(COLLECTION)
    assert counts["Pencil on paper"] == 45
