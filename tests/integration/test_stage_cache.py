"""With a cache of stages every answer is what it is without one, but for its timings."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Barrier, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.cache import CacheKind, CacheLimits
from core.errors import ModelUnavailableError, VasariError
from core.ports import SnapshotStore
from core.progress import SilentProgress
from core.queries import GroupBy, Input, Leg, LegQuery, Query, SearchPage
from core.types import Artwork, Matrix
from search.caching.audited import AuditedCache
from search.caching.stages import StageCache
from search.encoders import Encoders
from search.engine import SearchEngine
from storage.memory_cache import MemoryCache
from tests.api_service import COLLECTION, LILIES, ODD_ID, Service
from tests.counting import Counting
from tests.exchanging import Installations
from tests.strategies import filters

IDS = [artwork.id for artwork in COLLECTION]


@dataclass(frozen=True)
class Two:
    """The same installation, searched with a cache and without."""

    snapshots: SnapshotStore
    cached: SearchEngine
    plain: SearchEngine
    built: tuple[str, str]


def cached_engine(snapshots: SnapshotStore, encoders: Encoders) -> SearchEngine:
    cache = StageCache(AuditedCache(MemoryCache(CacheLimits())))
    return SearchEngine(snapshots, encoders, cache=cache)


@pytest.fixture(scope="module")
def two(installations: Installations, tmp_path_factory: pytest.TempPathFactory) -> Two:
    services = installations.copy(tmp_path_factory.mktemp("two") / "home")
    before = services.snapshots.current().id
    services.catalogue.upsert([Artwork("t:new", "Boats and Dogs", medium="Bronze")])
    services.publisher.build(SilentProgress())
    plain = SearchEngine(services.snapshots, services.encoders)
    cached = cached_engine(services.snapshots, services.encoders)
    return Two(services.snapshots, cached, plain, (before, services.snapshots.current().id))


queries = st.builds(
    Query,
    text=st.none() | st.sampled_from(("boats", "Water Lilies", "drawings of trees")),
    like=st.sampled_from(((), (LILIES,), (ODD_ID,))),
    inputs=st.sampled_from(((), (Input(text="storm", weight=-1.0),))),
    where=st.none() | filters(),
    limit=st.sampled_from((1, 7, 60)),
    facets=st.sampled_from(((), ("medium",), ("medium", "artist"))),
    min_match=st.none() | st.just(0.5),
    collapse=st.booleans(),
    group_by=st.none() | st.sampled_from(GroupBy),
    legs=st.sampled_from(
        (
            (),
            (LegQuery(Leg.LEXICAL, text="dogs", depth=3), LegQuery(Leg.CATALOGUE, "sense")),
        )
    ),
)
withdrawals = st.lists(st.sampled_from(IDS), max_size=3, unique=True)
steps = st.lists(queries | withdrawals | st.integers(0, 1), min_size=2, max_size=8)


def pages(engine: SearchEngine, query: Query) -> Iterator[SearchPage | str]:
    try:
        for _ in range(3):
            page = engine.search(query)
            yield page
            if page.cursor is None:
                return
            query = replace(query, cursor=page.cursor)
    except VasariError as error:
        yield str(error)


def timeless(page: SearchPage | str) -> SearchPage | str:
    if isinstance(page, str):
        return page
    stages = (replace(stage, duration_ms=0.0, cache_hit=False) for stage in page.stages)
    return replace(page, duration_ms=0.0, stages=tuple(stages))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(steps)
def test_an_answer_from_the_cache_is_the_answer(
    two: Two, steps: list[Query | list[str] | int]
) -> None:
    for step in steps:
        match step:
            case Query():
                expected = [timeless(page) for page in pages(two.plain, step)]
                for _ in range(2):  # made, and then taken
                    assert [timeless(page) for page in pages(two.cached, step)] == expected
            case int():
                two.snapshots.publish(two.built[step])
            case ids:
                two.snapshots.restore(set(two.snapshots.withdrawn()).difference(ids))
                two.snapshots.withdraw(ids)


def hits(page: SearchPage) -> set[str]:
    return {stage.name for stage in page.stages if stage.cache_hit}


def ran(page: SearchPage) -> set[str]:
    return {stage.name for stage in page.stages if not stage.cache_hit}


def test_a_later_page_does_not_run_the_legs_again(service: Service) -> None:
    services = service.services
    text = Counting(services.encoders.text)
    engine = cached_engine(services.snapshots, Encoders(lambda: text, lambda: text))
    query = Query(text="boats", limit=1, facets=("medium",), min_match=0.01)

    first = engine.search(query)
    second = engine.search(replace(query, cursor=first.cursor))

    assert not hits(first)
    assert {"encode_text", "catalogue", "lexical", "like_picture", "facets"} <= hits(second)
    assert ran(second) >= {"understand", "filter", "fusion", "match", "cards"}
    assert text.texts == ["boats"]


@pytest.mark.parametrize(
    "other",
    [
        Query(text="boats", limit=3),
        Query(text="boats", facets=("medium",)),
        Query(text="boats", collapse=True),
        Query(text="boats", fusion_k=60.0),
        Query(text="boats", most=2),
    ],
)
def test_what_comes_after_the_legs_is_no_part_of_their_key(service: Service, other: Query) -> None:
    services = service.services
    engine = cached_engine(services.snapshots, services.encoders)
    engine.search(Query(text="boats"))

    assert "catalogue" in hits(engine.search(other))


def test_a_search_whose_model_was_lost_is_not_kept(service: Service) -> None:
    class Lost(Counting):
        is_lost = True

        def encode_texts(self, *texts: object, **purpose: object) -> Matrix:
            if self.is_lost:
                raise ModelUnavailableError("the model has gone")
            return super().encode_texts(*texts, **purpose)  # type: ignore[arg-type]  # as it was asked

    services = service.services
    lost: Lost = Lost(services.encoders.text)
    engine = cached_engine(services.snapshots, Encoders(lambda: lost, lambda: lost))

    without = engine.search(Query(text="boats"))
    lost.is_lost = False
    again = engine.search(Query(text="boats"))

    assert {plan.leg for plan in without.plan} == {"lexical"}
    assert {plan.leg for plan in again.plan} == {"catalogue", "lexical"}
    assert not hits(again)


def test_a_search_goes_on_without_an_encoder_that_was_never_there(service: Service) -> None:
    def load() -> Counting:
        raise ModelUnavailableError("its server does not answer")

    services = service.services
    text = Counting(services.encoders.text)
    engine = cached_engine(services.snapshots, Encoders(lambda: text, load))

    first = engine.search(Query(text="boats"))
    again = engine.search(Query(text="boats"))

    assert {plan.leg for plan in first.plan} == {"catalogue", "lexical"}
    assert first.hits == again.hits
    assert not hits(again)


def test_identical_searches_at_a_time_run_their_legs_once(service: Service) -> None:
    services = service.services
    text = Counting(services.encoders.text)
    engine = cached_engine(services.snapshots, Encoders(lambda: text, lambda: text))
    barrier, found = Barrier(20), list[tuple[str, ...]]()

    def search() -> None:
        barrier.wait()
        page = engine.search(Query(text="boats"))
        found.append(tuple(hit.artwork["id"] for hit in page.hits))

    threads = [Thread(target=search) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert text.texts == ["boats"]
    assert (len(found), len(set(found))) == (20, 1)


def test_what_is_withdrawn_while_a_search_runs_is_not_kept(
    installations: Installations, tmp_path: Path
) -> None:
    services = installations.copy(tmp_path / "home")

    class Withdrawing(Counting):
        def encode_texts(self, *texts: object, **purpose: object) -> Matrix:
            services.snapshots.withdraw([LILIES])
            return super().encode_texts(*texts, **purpose)  # type: ignore[arg-type]  # as it was asked

    text = Withdrawing(services.encoders.text)
    cache = MemoryCache(CacheLimits())
    stages, encoders = StageCache(AuditedCache(cache)), Encoders(lambda: text, lambda: text)
    engine = SearchEngine(services.snapshots, encoders, cache=stages)

    engine.search(Query(text="water lilies"))

    kept = {facts.kind: facts.entries for facts in cache.facts().kinds}
    assert kept[CacheKind.STAGE] == 0


def test_a_digest_tells_what_is_hidden(installations: Installations, tmp_path: Path) -> None:
    snapshots = installations.copy(tmp_path / "home").snapshots
    nothing = snapshots.current().hidden

    snapshots.withdraw([LILIES, ODD_ID])
    both = snapshots.current().hidden
    snapshots.restore([LILIES])
    one = snapshots.current().hidden
    snapshots.restore([ODD_ID])

    assert len({nothing, both, one}) == 3
    assert snapshots.current().hidden == nothing
