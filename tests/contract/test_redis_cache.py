"""A Redis that dies, comes back, refuses, is silent or holds what is not ours: always a miss."""

import builtins
import logging
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.cache import CacheKind
from core.errors import ConfigurationError, MissingExtraError, StorageError
from core.settings import load_settings
from search.build_cache import build_cache
from storage.redis_cache import LARGEST, RedisCache
from storage.redis_client import public_address
from storage.redis_values import write_name, write_value
from tests.caches import LIMITS, key
from tests.clocks import Clock
from tests.redis_server import RedisServer


@pytest.fixture
def server(redis_server: RedisServer) -> Iterator[RedisServer]:
    with redis_server.client() as client:
        client.flushall()
    yield redis_server
    redis_server.kill()
    redis_server.start()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def cache_at(url: str, clock: Clock) -> RedisCache:
    return RedisCache(url, LIMITS, timeout_s=5, clock=clock)


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]


def test_a_redis_that_is_killed_is_a_miss_told_once_and_used_again_when_it_is_back(
    server: RedisServer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    cache = cache_at(server.url, clock)
    cache.put(key(), b"one")

    server.kill()
    while_down = [cache.get(key()) for _ in range(3)]
    cache.put(key(), b"two")
    fault = cache.facts().fault
    server.start()
    clock.now += 5  # the rest that a breaker takes
    cache.put(key(), b"three")
    found = cache.get(key())

    assert while_down == [None] * 3
    assert fault is not None
    assert found is not None
    assert found.value == b"three"
    assert cache.facts().fault is None
    assert [text.partition(str(server.port))[2][:11] for text in warnings(caplog)] == [
        "/0 fails: C", "/0 answers ",
    ]  # fmt: skip


def test_a_redis_that_is_down_is_asked_once_and_then_left_in_peace(clock: Clock) -> None:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        cache = RedisCache(f"redis://127.0.0.1:{port}", LIMITS, timeout_s=0.01, clock=clock)

        found = [cache.get(key()) for _ in range(20)]  # accepted by the kernel, never answered

        listener.settimeout(0.1)
        listener.accept()[0].close()
        with pytest.raises(TimeoutError):
            listener.accept()
    assert found == [None] * 20


def test_a_purge_that_cannot_be_done_says_so(server: RedisServer, clock: Clock) -> None:
    cache = cache_at(server.url, clock)
    server.kill()

    with pytest.raises(StorageError, match="does not answer"):
        cache.purge()


def test_a_wrong_password_is_a_miss_and_stands_in_no_message(
    server: RedisServer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with server.client() as client:
        client.config_set("requirepass", "right")
    wrong = cache_at(server.url.replace("//", "//:secret-and-wrong@"), clock)
    right = cache_at(server.url.replace("//", "//:right@"), clock)

    right.put(key(), b"one")
    found = wrong.get(key())

    state = wrong.facts()
    assert found is None
    assert right.get(key()) is not None
    assert state.fault is not None
    assert "secret" not in state.store + state.fault + "".join(warnings(caplog))


def test_a_redis_that_is_full_is_still_read(
    server: RedisServer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    cache = cache_at(server.url, clock)
    cache.put(key(), b"one")
    with server.client() as client:
        client.config_set("maxmemory", "1mb")
        client.config_set("maxmemory-policy", "noeviction")

    cache.put(key("trees"), b"x" * 2_000_000)
    for _ in range(3):
        cache.put(key("trees"), b"x")

    assert cache.get(key("trees")) is None
    assert cache.get(key()) is not None
    assert len(warnings(caplog)) == 1


def damaged(value: bytes) -> bytes:
    return value[:-1] + bytes([value[-1] ^ 1])


@pytest.mark.parametrize(
    "spoil",
    [
        damaged,
        lambda value: value[:-1],
        lambda value: value[:10],
        lambda _: b"",
        lambda _: b"somebody else's",
        lambda value: b"\xff" * len(value),
        lambda value: value[:4] + b"\x01" + value[5:],  # how long it is kept
        lambda _: write_value("another name", b"one", 1000),
    ],
)
def test_a_value_that_is_damaged_or_not_ours_is_a_miss(
    server: RedisServer, clock: Clock, spoil: Callable[[bytes], bytes]
) -> None:
    cache = cache_at(server.url, clock)
    cache.put(key(), b"one")
    with server.client() as client:
        name = write_name(key())
        client.set(name, spoil(client.get(name)))

    assert cache.get(key()) is None
    cache.put(key(), b"two")
    assert cache.get(key()) is not None


def test_another_kind_of_value_under_our_name_is_a_miss(server: RedisServer, clock: Clock) -> None:
    cache = cache_at(server.url, clock)
    with server.client() as client:
        client.rpush(write_name(key()), "a list")

    assert cache.get(key()) is None


def test_names_of_others_are_neither_counted_nor_purged(server: RedisServer, clock: Clock) -> None:
    cache = cache_at(server.url, clock)
    cache.put(key(), b"one")
    with server.client() as client:
        client.mset({"vasari:0:result:::1": "x", "other": "x", "vasari:1:odd": "x"})

        assert cache.purge() == 1
        assert client.dbsize() == 3
    assert {of.entries for of in cache.facts().kinds} == {0}


def test_a_purge_walks_past_what_one_answer_holds(server: RedisServer, clock: Clock) -> None:
    cache = cache_at(server.url, clock)
    for number in range(2500):
        cache.put(key(str(number), snapshot="old" if number % 2 else "new"), b"x")

    assert cache.purge(snapshot="old") == 1250
    assert cache.purge(CacheKind.RESULT) == 1250


def test_a_value_that_is_too_large_is_not_sent(server: RedisServer, clock: Clock) -> None:
    cache = cache_at(server.url, clock)

    cache.put(key(), bytes(LARGEST + 1))

    assert cache.get(key()) is None


def test_two_processes_share_what_is_kept(server: RedisServer, clock: Clock) -> None:
    cache_at(server.url, clock).put(key(), b"one")

    assert cache_at(server.url, clock).get(key()) is not None


def test_what_an_address_says_of_a_password_is_shown_nowhere() -> None:
    address = "rediss://keeper:secret@cache.example:6380/2?socket_timeout=1"

    assert public_address(address) == "rediss://cache.example:6380/2"
    assert "secret" not in repr(load_settings({"VASARI_CACHE_URL": address}))


def test_without_redis_the_install_command_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def without(name: str, *rest: Any) -> Any:  # noqa: ANN401 - as the built-in one
        if name == "redis":
            raise ImportError(name)
        return imported(name, *rest)

    monkeypatch.delitem(sys.modules, "redis", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)

    with pytest.raises(MissingExtraError, match=r"pip install -e '\.\[redis\]'"):
        build_cache(load_settings({"VASARI_CACHE_URL": "redis://127.0.0.1:1"}))


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1", "redis:127.0.0.1", "127.0.0.1:6379",
     "redis://h?password=x", "redis://h:p"],
)  # fmt: skip
def test_an_address_that_is_none_is_told_with_its_setting(address: str) -> None:
    with pytest.raises(ConfigurationError, match="VASARI_CACHE_URL"):
        build_cache(load_settings({"VASARI_CACHE_URL": address}))


def test_settings_choose_where_values_are_kept(redis_server: RedisServer, tmp_path: Path) -> None:
    home = {"VASARI_HOME": str(tmp_path)}
    there = {**home, "VASARI_CACHE_URL": redis_server.url, "VASARI_PIN_MINUTES": "2"}

    state = build_cache(load_settings(there)).facts()

    assert state.store == redis_server.url
    assert {of.kind.value: of.ttl_s for of in state.kinds} == {
        "embedding": 86_400, "stage": 3600, "result": 3600, "execution": 120,
    }  # fmt: skip
    assert build_cache(load_settings(home)).facts().store == "memory"
    assert build_cache(load_settings({**there, "VASARI_CACHE_MB": "0"})).facts().store == "memory"
