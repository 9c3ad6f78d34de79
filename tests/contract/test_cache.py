"""What every cache promises, in the process and in a real Redis."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cache import CacheKey, CacheKind
from storage.memory_cache import MemoryCache
from storage.redis_cache import RedisCache
from tests.caches import LIMITS, TTL_S, CacheUnderTest, key
from tests.clocks import Clock
from tests.redis_server import RedisServer


@pytest.fixture(params=["memory", "redis", "socket"])
def kept(request: pytest.FixtureRequest) -> Iterator[CacheUnderTest]:
    clock = Clock()
    if request.param == "memory":
        yield CacheUnderTest(MemoryCache(LIMITS, clock=clock), clock)
        return
    server: RedisServer = request.getfixturevalue("redis_server")
    url = server.url if request.param == "redis" else server.socket_url
    with server.client() as client:
        client.flushall()
        yield CacheUnderTest(RedisCache(url, LIMITS, timeout_s=5, clock=clock), clock, client)


def test_what_is_put_is_got_back(kept: CacheUnderTest) -> None:
    value = bytes(range(256)) * 10

    kept.cache.put(key(), value)

    found = kept.cache.get(key())
    assert found is not None
    assert found.value == value
    assert found.age_s == pytest.approx(0, abs=1)


def test_nothing_is_under_another_key(kept: CacheUnderTest) -> None:
    kept.cache.put(key("boats", page="1"), b"one")

    assert kept.cache.get(key("boats", page="2")) is None
    assert kept.cache.get(key("boats", page="1", kind=CacheKind.STAGE)) is None
    assert kept.cache.get(key("boats")) is None


def test_an_empty_value_is_a_value(kept: CacheUnderTest) -> None:
    kept.cache.put(key(), b"")

    assert (found := kept.cache.get(key())) is not None
    assert found.value == b""


def test_the_latest_value_of_a_key_counts(kept: CacheUnderTest) -> None:
    kept.cache.put(key(), b"one")
    kept.wait(60)

    kept.cache.put(key(), b"two")

    kept.wait(60)
    assert (found := kept.cache.get(key())) is not None
    assert found.value == b"two"
    assert found.age_s == pytest.approx(60, abs=1)


def test_a_value_ages_and_goes_when_its_time_is_over(kept: CacheUnderTest) -> None:
    kept.cache.put(key(), b"one")

    kept.wait(TTL_S - 10)
    found = kept.cache.get(key())
    kept.wait(11)

    assert found is not None
    assert found.age_s == pytest.approx(TTL_S - 10, abs=1)
    assert kept.cache.get(key()) is None


def labelled() -> list[CacheKey]:
    return [
        key("1", retriever="portraits@1", snapshot="old"),
        key("2", retriever="portraits@2", snapshot="new"),
        key("3", retriever="portraits-of-men@1", snapshot="new"),
        key("4", retriever="a:b*[c]? @1", snapshot="new", kind=CacheKind.STAGE),
        key("5", kind=CacheKind.EMBEDDING),
    ]


@pytest.mark.parametrize(
    ("which", "left"),
    [
        ({}, ""),
        ({"kind": CacheKind.RESULT}, "45"),
        ({"kind": CacheKind.EXECUTION}, "12345"),
        ({"retriever": "portraits"}, "345"),
        ({"retriever": "portraits@2"}, "1345"),
        ({"retriever": "a:b*[c]? "}, "1235"),
        ({"retriever": "*"}, "12345"),
        ({"snapshot": "new"}, "15"),
        ({"snapshot": "new", "retriever": "portraits"}, "1345"),
        ({"kind": CacheKind.STAGE, "snapshot": "new"}, "1235"),
    ],
)
def test_a_purge_drops_what_it_names_and_counts_it(
    kept: CacheUnderTest, which: dict[str, str], left: str
) -> None:
    for one in labelled():
        kept.cache.put(one, b"value")
    kind = CacheKind(which["kind"]) if "kind" in which else None

    dropped = kept.cache.purge(
        kind, retriever=which.get("retriever"), snapshot=which.get("snapshot")
    )

    assert dropped == 5 - len(left)
    found = "".join(dict(one.parts)["inputs"] for one in labelled() if kept.cache.get(one))
    assert found == left


def test_facts_count_hits_misses_and_what_is_kept(kept: CacheUnderTest) -> None:
    kept.cache.put(key(), b"x" * 1000)
    kept.cache.put(key(kind=CacheKind.STAGE), b"x")
    for name in ("boats", "boats", "trees"):
        kept.cache.get(key(name))

    state = kept.cache.facts()

    facts = {of.kind: of for of in state.kinds}
    result, size = facts[CacheKind.RESULT], facts[CacheKind.RESULT].size_bytes
    assert state.fault is None
    assert (result.hits, result.misses, result.entries, result.ttl_s) == (2, 1, 1, TTL_S)
    assert size is not None
    assert 1000 < size < 1500
    assert facts[CacheKind.STAGE].entries == 1
    assert facts[CacheKind.EMBEDDING].entries == 0


def test_threads_read_whole_values(kept: CacheUnderTest) -> None:
    def work(number: int) -> bytes | None:
        name = str(number % 5)
        kept.cache.put(key(name), name.encode() * 2000)
        found = kept.cache.get(key(name))
        return found.value if found else None

    with ThreadPoolExecutor(8) as pool:
        values = list(pool.map(work, range(100)))

    assert values == [str(number % 5).encode() * 2000 for number in range(100)]


@given(
    st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3)), max_size=3),
    st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3)), max_size=3),
)
def test_different_parts_have_different_digests(
    one: list[tuple[str, str]], other: list[tuple[str, str]]
) -> None:
    keys = [CacheKey(CacheKind.RESULT, tuple(parts)) for parts in (one, other)]

    assert (keys[0].digest == keys[1].digest) is (one == other)


def test_a_digest_is_of_kind_and_parts_alone() -> None:
    one, other = key(retriever="a", snapshot="b"), key(kind=CacheKind.STAGE)

    assert one.digest == key().digest != other.digest
    assert json.loads(json.dumps(one.digest)) == one.digest
    assert len(one.digest) == 64
