"""What is understood of a query decides what the service answers, and stands in the answer."""

import pytest

from core.filters import Field, Leaf, Op
from core.queries import Query, SearchPage
from core.understanding import Understand
from search.engine import SearchEngine
from tests.api_service import COLLECTION, ODD_ID, Service

BY_TURNER = Leaf(Field.ARTIST_ID, Op.IN, ("t:turner",))


@pytest.fixture(scope="module")
def engine(service: Service) -> SearchEngine:
    return service.services.engine


def ids(page: SearchPage) -> list[str]:
    return [hit.artwork["id"] for hit in page.hits]


def test_a_name_becomes_a_filter_and_leaves_the_text(engine: SearchEngine) -> None:
    page = engine.search(Query(text="a storm by Claude Monet", limit=100))

    asked = engine.search(
        Query(
            text="storm",
            where=Leaf(Field.ARTIST_ID, Op.IN, ("t:monet",)),
            limit=100,
            understand=Understand.OFF,
        )
    )
    assert page.understanding is not None
    assert page.understanding.text == "storm"
    assert (ids(page), page.total) == (ids(asked), asked.total)
    assert 0 < page.total < len(COLLECTION)


def test_off_searches_as_it_was_asked_and_says_nothing(engine: SearchEngine) -> None:
    off = engine.search(Query(text="a storm by Claude Monet", understand=Understand.OFF))

    assert off.understanding is None
    assert off.total == len(COLLECTION)
    assert "understand" not in [stage.name for stage in off.stages]


def test_suggest_changes_no_hit(engine: SearchEngine) -> None:
    query = Query(text="a storm by Claude Monet", understand=Understand.SUGGEST)

    suggested = engine.search(query)

    off = engine.search(Query(text=query.text, understand=Understand.OFF))
    assert ids(suggested) == ids(off)
    assert suggested.understanding is not None
    assert [s.text for s in suggested.understanding.spans] == ["Claude Monet"]


def test_nothing_but_a_filter_is_ranked_by_what_was_typed(engine: SearchEngine) -> None:
    page = engine.search(Query(text="Claude Monet"))

    assert page.understanding is not None
    assert page.understanding.text is None
    assert page.plan[0].inputs[0].value == "Claude Monet"
    assert all(hit.score is not None for hit in page.hits)


def test_what_is_not_wanted_pushes_away(engine: SearchEngine) -> None:
    page = engine.search(Query(text="boats without a storm"))

    assert page.understanding is not None
    assert page.understanding.away == ("storm",)
    assert [(i.value, i.weight) for i in page.plan[0].inputs] == [("boats", 1.0), ("storm", -1.0)]


def test_filters_that_leave_nothing_are_no_filters_and_the_answer_says_so(
    engine: SearchEngine,
) -> None:
    page = engine.search(Query(text="boats by Claude Monet before 1700", where=BY_TURNER))

    stage = next(stage for stage in page.stages if stage.name == "understand")
    assert page.total > 0
    assert stage.degraded is not None
    assert stage.degraded.startswith("too few artworks match all of it")


def test_a_title_that_reads_like_filters_is_a_title(engine: SearchEngine) -> None:
    page = engine.search(Query(text="boats in a storm"))

    assert ids(page)[0] == ODD_ID


def test_pages_of_an_understood_query_go_on(engine: SearchEngine) -> None:
    text = "study of a tree without people"

    whole = engine.search(Query(text=text, limit=100))
    first = engine.search(Query(text=text, limit=3))
    second = engine.search(Query(text=text, limit=3, cursor=first.cursor))

    assert ids(whole)[:6] == ids(first) + ids(second)


def test_the_service_tells_what_it_understood(service: Service) -> None:
    answer = service.client.get("/v1/search", params={"q": "a storm by Claude Monet"}).json()

    (span,) = answer["understanding"]["spans"]
    assert (span["begin"], span["end"], span["text"]) == (11, 23, "Claude Monet")
    assert span["readings"][0]["filter"] == answer["understanding"]["filter"]
    assert span["readings"][0]["is_applied"] is True


def test_the_filter_of_an_answer_can_be_sent_back(service: Service) -> None:
    read = service.client.get("/v1/search", params={"q": "a storm by Claude Monet"}).json()
    body = {"q": "storm", "filter": read["understanding"]["filter"], "understand": "off"}

    answer = service.client.post("/v1/search", json=body).json()

    assert [h["artwork"]["id"] for h in answer["hits"]] == [
        h["artwork"]["id"] for h in read["hits"]
    ]
    assert answer["understanding"] is None


@pytest.mark.parametrize("wrong", ["", "yes", "APPLY"])
def test_another_mode_is_refused(service: Service, wrong: str) -> None:
    answer = service.client.get("/v1/search", params={"q": "sea", "understand": wrong})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "understand"


def test_what_is_not_wanted_does_not_rank_what_filters_leave(engine: SearchEngine) -> None:
    page = engine.search(Query(text="Claude Monet without boats"))

    assert page.understanding is not None
    assert page.understanding.text is None
    inputs = [(i.value, i.weight) for i in page.plan[0].inputs]
    assert inputs == [("Claude Monet", 1.0), ("boats", -1.0)]
