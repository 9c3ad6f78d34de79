"""The cache in the process: its bounds, in bytes that are measured."""

import sys
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cache import CacheFacts, CacheKind, CacheLimits, KindLimit
from core.settings import load_settings
from search.build_cache import build_cache
from storage.memory_cache import OVERHEAD, MemoryCache
from tests.caches import key
from tests.clocks import Clock

ENTRY = OVERHEAD + sys.getsizeof("d" * 64 + "\0\0") + sys.getsizeof(b"")  # of an empty value


def cache(size_bytes: int, clock: Clock | None = None) -> MemoryCache:
    limits = CacheLimits(dict.fromkeys(CacheKind, KindLimit(size_bytes, 100.0)))
    return MemoryCache(limits, clock=clock or Clock())


def of_results(memory: MemoryCache) -> CacheFacts:
    return next(of for of in memory.facts().kinds if of.kind is CacheKind.RESULT)


def test_what_was_used_longest_ago_goes_first() -> None:
    memory = cache(8 * ENTRY)
    for name in "abcdefgh":
        memory.put(key(name), b"")

    memory.get(key("a"))
    memory.put(key("i"), b"")

    assert memory.get(key("b")) is None
    assert memory.get(key("a")) is not None
    assert (of_results(memory).entries, of_results(memory).evictions) == (8, 1)


def test_a_value_beyond_an_eighth_of_the_room_is_not_kept() -> None:
    memory = cache(8 * (ENTRY + 100))

    memory.put(key("fits"), b"x" * 100)
    memory.put(key("large"), b"x" * 101)
    memory.put(key("fits"), b"x" * 101)  # what it replaces is no longer true

    assert memory.get(key("large")) is None
    assert memory.get(key("fits")) is None
    assert of_results(memory).size_bytes == 0


def test_one_kind_takes_no_room_of_another() -> None:
    memory = cache(8 * ENTRY)
    memory.put(key("kept", kind=CacheKind.EXECUTION), b"")

    for number in range(100):
        memory.put(key(str(number)), b"")

    assert memory.get(key("kept", kind=CacheKind.EXECUTION)) is not None


def test_what_is_over_is_not_counted_as_kept() -> None:
    clock = Clock()
    memory = cache(100 * ENTRY, clock)
    memory.put(key("old"), b"")
    clock.now += 60
    memory.put(key("new"), b"")

    clock.now += 40

    assert (of_results(memory).entries, of_results(memory).expiries) == (1, 1)
    assert of_results(memory).size_bytes == ENTRY


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdef"), st.integers(0, 3000), st.sampled_from("pgx")),
        max_size=60,
    )
)
def test_the_bytes_are_the_sum_of_what_is_kept_and_never_beyond_the_room(
    steps: list[tuple[str, int, str]],
) -> None:
    memory, room = cache(10_000), 10_000
    for name, size, what in steps:
        match what:
            case "p":
                memory.put(key(name, snapshot=name), b"x" * size)
            case "g":
                memory.get(key(name, snapshot=name))
            case _:
                memory.purge(snapshot=name)

    kept = [memory.get(key(name, snapshot=name)) for name in "abcdef"]
    sizes = [ENTRY + 1 + len(found.value) for found in kept if found]  # 1: of the label
    assert of_results(memory).size_bytes == sum(sizes) <= room


def test_the_bytes_are_those_that_python_takes() -> None:
    keys = [key(str(number), snapshot="20261122T024210Z-42e32066") for number in range(3000)]
    _ = [one.digest for one in keys]
    memory = cache(100_000_000)

    tracemalloc.start()
    for number, one in enumerate(keys):
        memory.put(one, b"x" * (number % 700 + 1))
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    counted = of_results(memory).size_bytes
    assert counted is not None
    assert 0.8 <= taken / counted <= 1.0


@pytest.mark.parametrize("megabytes", [0, 64])
def test_the_memory_of_a_service_is_divided_among_the_kinds(megabytes: int) -> None:
    memory = build_cache(load_settings({"VASARI_CACHE_MB": str(megabytes)}))
    memory.put(key(), b"answer")

    limits = {of.kind.value: of.limit_bytes for of in memory.facts().kinds}

    million = megabytes * 1_000_000
    assert limits == {
        "embedding": million // 8, "stage": million // 8, "result": million // 2,
        "execution": million // 4,
    }  # fmt: skip
    assert (memory.get(key()) is not None) is (megabytes > 0)
