"""What a search shows once: exact hits, near-duplicates, groups, diversity."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.filters import Field, Filter, Leaf, Op
from core.progress import SilentProgress
from core.queries import Group, GroupBy, Hit, Leg, Query, SearchPage
from core.settings import load_settings
from core.types import Artist, Artwork, Contribution
from core.understanding import Understand
from search.build import Services, build_services
from search.engine import SearchEngine

TURNER = Artist("t:turner", "J.M.W. Turner")
MONET = Artist("t:monet", "Claude Monet")
BY_TURNER, BY_MONET = (Contribution(TURNER),), (Contribution(MONET),)
OIL, INK = "Oil on canvas", "Ink on paper"
WORKS = (
    *(
        Artwork(f"t:lake-{i}", "Lake with Mountains", BY_TURNER, medium=INK, group_title=book)
        for i, book in enumerate(("Rhine Sketchbook",) * 4 + (None,) * 3)
    ),
    *(
        Artwork(f"t:blank-{i}", "Blank", BY_TURNER, medium=INK, accession_number=f"D{i:05}")
        for i in range(6)
    ),
    Artwork("t:mountains", "Mountains", BY_MONET, medium=OIL, accession_number="N00530"),
    Artwork("t:mountains-ink", "Mountains", BY_TURNER, medium=INK),
    Artwork("t:after", "Mountains and a Lake", (Contribution(TURNER, "after"),), medium=INK),
    Artwork("t:alps", "Snow in the Alps", BY_MONET, medium=OIL, subjects=("mountain",)),
    Artwork("t:nobody", "Bridge over a River", medium=OIL),
    Artwork("t:untitled", "Untitled", BY_MONET, medium=OIL, description="A mountain in snow."),
)
IN_INK = Leaf(Field.MEDIUM, Op.WORDS, ("ink",))


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Services:
    home: Path = tmp_path_factory.mktemp("arranged")
    services = build_services(load_settings({"VASARI_HOME": str(home), "VASARI_THREADS": "1"}))
    services.catalogue.upsert(WORKS)
    services.publisher.build(SilentProgress())
    return services


@pytest.fixture(scope="module")
def engine(services: Services) -> SearchEngine:
    return services.engine


def asked(text: str | None = None, where: Filter | None = None, limit: int = 100) -> Query:
    return Query(text=text, where=where, limit=limit, understand=Understand.OFF)


def pages(engine: SearchEngine, query: Query) -> Iterator[SearchPage]:
    page = engine.search(query)
    yield page
    while page.cursor:
        page = engine.search(replace(query, cursor=page.cursor))
        yield page


def hits(engine: SearchEngine, query: Query) -> list[Hit]:
    return [hit for page in pages(engine, query) for hit in page.hits]


def ids(found: list[Hit]) -> list[str]:
    return [hit.artwork["id"] for hit in found]


def legs(hit: Hit) -> set[str]:
    return {leg.name for leg in hit.legs}


@pytest.mark.parametrize("text", ["N00530", "n 00530", " t:mountains "])
def test_a_work_that_is_named_comes_first(engine: SearchEngine, text: str) -> None:
    found = hits(engine, asked(text))

    assert ids(found)[0] == "t:mountains"
    assert Leg.EXACT in legs(found[0])
    assert Leg.EXACT not in legs(found[1])


def test_works_with_just_the_title_come_before_all_others(engine: SearchEngine) -> None:
    found = hits(engine, asked("MOUNTAINS!"))

    assert set(ids(found)[:2]) == {"t:mountains", "t:mountains-ink"}
    assert [Leg.EXACT in legs(hit) for hit in found[:3]] == [True, True, False]


def test_an_exact_hit_passes_the_filter(engine: SearchEngine) -> None:
    named = hits(engine, asked("N00530", IN_INK))
    titled = hits(engine, asked("Mountains", IN_INK))

    assert "t:mountains" not in ids(named) + ids(titled)
    assert ids(titled)[0] == "t:mountains-ink"


def test_a_withdrawn_work_is_no_exact_hit(services: Services, engine: SearchEngine) -> None:
    services.snapshots.withdraw(["t:mountains"])
    try:
        found = ids(hits(engine, asked("N00530"))) + ids(hits(engine, asked("t:mountains")))
    finally:
        services.snapshots.restore(["t:mountains"])

    assert "t:mountains" not in found


def test_exact_hits_may_be_left_out_by_their_weight(engine: SearchEngine) -> None:
    found = hits(engine, replace(asked("mountains"), weights={"exact": 0.0}))

    assert not any(Leg.EXACT in legs(hit) for hit in found)


def test_works_that_say_nothing_are_ranked_lower(engine: SearchEngine) -> None:
    page = engine.search(asked("ink on paper by Turner"))

    prior = next(stage for stage in page.stages if stage.name == "prior")
    assert prior.output_count == 6  # the blank pages; "Untitled" has a description
    assert not any(i.startswith("t:blank") for i in ids(list(page.hits))[:8])


def test_works_that_say_nothing_are_not_demoted_where_they_are_asked_for(
    engine: SearchEngine,
) -> None:
    page = engine.search(asked("blank page"))

    assert "prior" not in {stage.name for stage in page.stages}
    assert ids(list(page.hits))[0].startswith("t:blank")


def test_near_duplicates_become_one_hit_that_lists_them(engine: SearchEngine) -> None:
    query = asked("a lake with mountains")

    page = engine.search(replace(query, collapse=True))

    lakes = [hit for hit in page.hits if hit.artwork["id"].startswith("t:lake")]
    assert sorted(1 + len(hit.duplicates) for hit in lakes) == [3, 4]
    assert page.total == len(WORKS)
    assert page.window == len(page.hits) == len(WORKS) - 5
    assert lakes[0].artwork["id"] == next(i for i in ids(hits(engine, query)) if "lake" in i)


def test_collapsed_hits_and_their_duplicates_are_the_ranking(engine: SearchEngine) -> None:
    query = asked("mountains", limit=2)

    collapsed = hits(engine, replace(query, collapse=True))

    shown = [id for hit in collapsed for id in (hit.artwork["id"], *hit.duplicates)]
    assert sorted(shown) == sorted(ids(hits(engine, query)))


def test_the_near_duplicates_of_a_work_can_be_asked_for(services: Services) -> None:
    snapshot = services.snapshots.current()
    number = snapshot.number_of("t:lake-1")
    assert number is not None

    found = snapshot.artwork_ids(snapshot.identities.copies_of(number))

    assert found == ["t:lake-0", "t:lake-2", "t:lake-3"]


def test_the_best_of_each_artist_is_shown_with_a_count(engine: SearchEngine) -> None:
    found = hits(engine, replace(asked("mountains"), group_by=GroupBy.ARTIST))

    groups = {hit.artwork["id"]: hit.group for hit in found}
    assert set(filter(None, groups.values())) == {
        Group("J.M.W. Turner", "t:turner", 14),
        Group("Claude Monet", "t:monet", 3),
    }
    assert groups["t:after"] is None  # after Turner is not by Turner
    assert groups["t:nobody"] is None


def test_works_are_grouped_by_title_unless_it_says_nothing(engine: SearchEngine) -> None:
    found = hits(engine, replace(asked("mountains"), group_by=GroupBy.TITLE))

    counts = {hit.group.value: hit.group.count for hit in found if hit.group}
    assert counts["Lake with Mountains"] == 7
    assert counts["Mountains"] == 2
    assert sum(i.startswith("t:blank") for i in ids(found)) == 6


def test_a_group_counts_what_was_collapsed(engine: SearchEngine) -> None:
    query = replace(asked("lake with mountains"), collapse=True, group_by=GroupBy.TITLE)

    first = engine.search(query).hits[0]

    assert first.group == Group("Lake with Mountains", None, 7)
    assert len(first.duplicates) in (2, 3)


def test_diversity_brings_another_kind_of_work_forward(engine: SearchEngine) -> None:
    query = replace(asked("lake with mountains"), weights={"exact": 0.0})

    plain = ids(hits(engine, query))
    diverse = ids(hits(engine, replace(query, diversity=0.7)))

    assert sorted(diverse) == sorted(plain)
    assert diverse[0] == plain[0]
    assert not diverse[1].startswith("t:lake")


def test_browsing_cannot_be_diversified(engine: SearchEngine) -> None:
    page = engine.search(replace(asked(), diversity=0.5))

    assert page.stages[-2].skipped == "nothing was searched for"
    assert ids(list(page.hits)) == sorted(work.id for work in WORKS)


def test_browsing_can_be_collapsed_and_grouped(engine: SearchEngine) -> None:
    query = replace(asked(limit=3), collapse=True, group_by=GroupBy.ARTIST)

    assert ids(hits(engine, query)) == ["t:after", "t:alps", "t:blank-0", "t:nobody"]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from((None, "mountains", "N00530", "ink", "blank")),
    st.booleans(),
    st.sampled_from((None, *GroupBy)),
    st.sampled_from((0.0, 0.3, 1.0)),
    st.integers(1, 9),
)
def test_paging_never_repeats_and_never_misses(
    engine: SearchEngine,
    text: str | None,
    collapse: bool,
    group_by: GroupBy | None,
    diversity: float,
    limit: int,
) -> None:
    query = replace(asked(text), collapse=collapse, group_by=group_by, diversity=diversity)

    whole = engine.search(query)
    paged = hits(engine, replace(query, limit=limit))

    assert ids(paged) == ids(list(whole.hits))
    assert len(set(ids(paged))) == len(paged) == whole.window
    assert [hit.rank for hit in paged] == list(range(1, len(paged) + 1))
