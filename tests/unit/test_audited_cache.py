"""A cache that says what it did; equal requests at one moment are computed once."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from core.cache import CacheKey, CacheKind, CacheReport
from search.caching.audited import AuditedCache, Made
from storage.memory_cache import MemoryCache
from tests.batches import PATIENCE_S, until
from tests.caches import LIMITS, TTL_S, key
from tests.clocks import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(clock: Clock) -> AuditedCache:
    return AuditedCache(MemoryCache(LIMITS, clock=clock))


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(100) as threads:
        yield threads


def made(value: bytes = b"made", *, keep: bool = True) -> Callable[[], Made]:
    return lambda: Made(value, keep)


class Slow:
    """Computes when it is let through, and counts how often."""

    def __init__(self, outcome: Made | BaseException) -> None:
        self.calls = 0
        self.entered = threading.Semaphore(0)
        self.open = threading.Event()
        self._outcome = outcome

    def __call__(self) -> Made:
        self.calls += 1
        self.entered.release()
        assert self.open.wait(PATIENCE_S)
        if isinstance(self._outcome, BaseException):
            raise self._outcome
        return self._outcome


Fetched = tuple[bytes, CacheReport]


def asked_together(
    pool: ThreadPoolExecutor, cache: AuditedCache, slow: Slow, others: int
) -> list[Future[Fetched]]:
    """Ask once, and then by others while the first computes."""
    waiting = threading.Semaphore(0)

    def ask() -> Fetched:
        waiting.release()
        return cache.fetch(key(), slow)

    futures = [pool.submit(cache.fetch, key(), slow)]
    assert slow.entered.acquire(timeout=PATIENCE_S)
    futures += [pool.submit(ask) for _ in range(others)]
    for _ in range(others):
        assert waiting.acquire(timeout=PATIENCE_S)
    return futures


def test_a_value_is_computed_once_and_then_hit(cache: AuditedCache, clock: Clock) -> None:
    first = cache.fetch(key(), made(b"one"))
    clock.now += 7
    second = cache.fetch(key(), made(b"two"))

    assert first == (b"one", CacheReport(False, key().digest, missed_because=("inputs",)))
    assert second == (b"one", CacheReport(True, key().digest, age_s=7.0))


def test_a_hundred_equal_requests_are_computed_once(
    pool: ThreadPoolExecutor, cache: AuditedCache
) -> None:
    slow = Slow(Made(b"answer"))

    first, *others = asked_together(pool, cache, slow, 99)
    slow.open.set()

    assert {future.result(PATIENCE_S)[0] for future in (first, *others)} == {b"answer"}
    assert slow.calls == 1
    assert not first.result()[1].hit
    assert all(future.result()[1].hit for future in others)
    result = next(of for of in cache.facts().kinds if of.kind is CacheKind.RESULT)
    assert result.coalesced + result.hits == 99
    coalesced = [future.result()[1] for future in others if future.result()[1].coalesced]
    assert len(coalesced) == result.coalesced
    assert all(report.age_s == 0 for report in coalesced)


def test_an_error_reaches_all_who_wait_and_is_not_kept(
    pool: ThreadPoolExecutor, cache: AuditedCache
) -> None:
    slow = Slow(ValueError("bad"))

    futures = asked_together(pool, cache, slow, 9)
    slow.open.set()

    assert [str(future.exception(PATIENCE_S)) for future in futures] == ["bad"] * 10
    assert cache.fetch(key(), made(b"good"))[0] == b"good"


def test_who_waits_computes_itself_when_the_computing_thread_dies(
    pool: ThreadPoolExecutor, cache: AuditedCache
) -> None:
    dying = Slow(SystemExit())
    first = pool.submit(cache.fetch, key(), dying)
    assert dying.entered.acquire(timeout=PATIENCE_S)
    second = pool.submit(cache.fetch, key(), made(b"mine"))

    dying.open.set()

    assert isinstance(first.exception(PATIENCE_S), SystemExit)
    assert second.result(PATIENCE_S)[0] == b"mine"


def test_what_is_not_to_be_kept_is_computed_again(cache: AuditedCache) -> None:
    cache.fetch(key(), made(b"degraded", keep=False))

    value, report = cache.fetch(key(), made(b"whole"))

    assert value == b"whole"
    assert (report.hit, report.missed_because) == (False, ("expired",))


def test_a_peek_computes_nothing_and_leaves_no_trace(cache: AuditedCache) -> None:
    assert cache.peek(key()) is None

    _, report = cache.fetch(key(), made(b"one"))

    assert report.missed_because == ("inputs",)
    assert (kept := cache.peek(key())) is not None
    assert kept.value == b"one"


def why_missed(cache: AuditedCache, **parts: str) -> tuple[str, ...]:
    whole = CacheKey(CacheKind.RESULT, (("inputs", "boats"), *parts.items()))
    return cache.fetch(whole, made())[1].missed_because


def test_a_miss_names_the_part_that_was_new(cache: AuditedCache) -> None:
    assert why_missed(cache, pipeline="a", snapshot_id="1", page="1") == ("inputs",)
    assert why_missed(cache, pipeline="a", snapshot_id="1", page="2") == ("page",)
    assert why_missed(cache, pipeline="a", snapshot_id="2", page="1") == ("snapshot_id",)
    assert why_missed(cache, pipeline="b", snapshot_id="3", page="1") == ("pipeline", "snapshot_id")
    assert why_missed(cache, pipeline="b", snapshot_id="3", page="1") == ()


def test_a_new_part_and_one_that_went_are_named(cache: AuditedCache) -> None:
    cache.fetch(key(rights="strict"), made())

    assert why_missed(cache, models="m") == ("models", "rights")


def test_a_new_version_of_a_retriever_is_a_new_pipeline(cache: AuditedCache) -> None:
    cache.fetch(key(retriever="portraits@1", pipeline="a"), made())

    _, report = cache.fetch(key(retriever="portraits@2", pipeline="b"), made())

    assert report.missed_because == ("pipeline",)


@pytest.mark.parametrize("lose", ["purge", "expire"])
def test_a_key_that_was_known_has_expired(cache: AuditedCache, clock: Clock, lose: str) -> None:
    cache.fetch(key(), made())
    if lose == "purge":
        assert cache.purge(CacheKind.RESULT) == 1
    else:
        clock.now += TTL_S

    assert why_missed(cache) == ("expired",)


def test_what_was_seen_is_bounded(cache: AuditedCache) -> None:
    for number in range(5000):
        cache.fetch(key(str(number)), made(keep=False))

    assert cache.fetch(key("4999"), made(keep=False))[1].missed_because == ("expired",)
    assert cache.fetch(key("0"), made(keep=False))[1].missed_because == ("inputs",)


def test_a_request_waits_for_no_other_one(pool: ThreadPoolExecutor, cache: AuditedCache) -> None:
    slow = Slow(Made(b"slow"))
    first = pool.submit(cache.fetch, key("slow"), slow)
    assert slow.entered.acquire(timeout=PATIENCE_S)

    quick = cache.fetch(key("quick"), made(b"quick"))

    assert quick[0] == b"quick"
    assert not first.done()
    slow.open.set()
    until(first.done)
