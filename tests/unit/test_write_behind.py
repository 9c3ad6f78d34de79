"""What is written behind an answer can be read at once, and is written whatever comes."""

import threading
import weakref

import pytest

from core.cache import Cached
from search.caching import write_behind
from search.caching.write_behind import WriteBehind
from storage.memory_cache import MemoryCache
from tests.batches import PATIENCE_S, until
from tests.caches import LIMITS, key


@pytest.fixture
def cache() -> MemoryCache:
    return MemoryCache(LIMITS)


def value_of(kept: Cached | None) -> bytes | None:
    return kept.value if kept else None


def test_what_waits_is_read_before_it_is_written(cache: MemoryCache) -> None:
    behind = WriteBehind(cache)
    is_wanted = threading.Event()

    def write() -> bytes:
        if threading.current_thread().name == "write-behind":
            assert is_wanted.wait(PATIENCE_S)
        return b"boats"

    behind.put(key(), write)
    waiting, not_yet = behind.get(key()), cache.get(key())
    is_wanted.set()
    behind.flush()

    assert (waiting, not_yet) == (b"boats", None)
    assert value_of(cache.get(key())) == behind.get(key()) == b"boats"


def test_what_was_never_put_is_not_there(cache: MemoryCache) -> None:
    behind = WriteBehind(cache)

    behind.flush()

    assert behind.get(key()) is None


def test_a_value_that_cannot_be_made_stops_none_after_it(
    cache: MemoryCache, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> bytes:
        raise ValueError("no such thing")

    behind = WriteBehind(cache)
    behind.put(key("wrong"), fail)
    behind.put(key("right"), lambda: b"right")
    behind.flush()

    assert value_of(cache.get(key("right"))) == b"right"
    assert "no such thing" in caplog.text


def test_a_key_that_comes_twice_has_the_later_value(cache: MemoryCache) -> None:
    behind = WriteBehind(cache)

    behind.put(key(), lambda: b"earlier")
    behind.put(key(), lambda: b"later")
    behind.flush()
    behind.put(key("another"), lambda: b"too")
    behind.flush()

    assert value_of(cache.get(key())) == b"later"
    assert value_of(cache.get(key("another"))) == b"too"


def test_what_waits_is_written_when_nobody_holds_it_any_more(cache: MemoryCache) -> None:
    behind = WriteBehind(cache)
    for number in range(50):
        behind.put(key(str(number)), lambda: b"value")

    del behind

    until(lambda: all(cache.get(key(str(number))) for number in range(50)))


def test_beyond_what_may_wait_it_is_written_at_once(
    cache: MemoryCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_behind, "MOST_WAITING", 0)
    behind = WriteBehind(cache)

    behind.put(key(), lambda: b"value")

    assert value_of(cache.get(key())) == b"value"


def test_without_a_thread_it_is_written_at_once(
    cache: MemoryCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    behind = WriteBehind(cache)
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        behind.put(key("one"), lambda: b"value")
    behind.put(key("two"), lambda: b"value")
    behind.flush()

    assert cache.get(key("one"))
    assert cache.get(key("two"))


def test_nothing_of_a_value_stays_when_it_is_written(cache: MemoryCache) -> None:
    class Large:
        def write(self) -> bytes:
            return b"value"

    behind, large = WriteBehind(cache), Large()
    is_there = weakref.ref(large)
    behind.put(key(), large.write)
    del large
    behind.flush()

    assert is_there() is None
