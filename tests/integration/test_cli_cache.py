"""`vasari cache`, over a real Redis; and where each service has a cache of its own."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.doctor_cache import check_cache
from cli.findings import Status
from cli.main import app
from core.cache import CacheKey, CacheKind
from core.errors import ConfigurationError
from core.settings import load_settings
from search.build_cache import build_cache
from tests.redis_server import RedisServer
from tests.requirements import require


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    require("redis")
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def environ(server: RedisServer, tmp_path: Path) -> dict[str, str]:
    environ = {"VASARI_HOME": str(tmp_path), "VASARI_CACHE_URL": server.url}
    with server.client() as client:
        client.flushall()
    cache = build_cache(load_settings(environ))
    for number, name in enumerate(("portraits@1", "portraits@2", "seas@1")):
        cache.put(CacheKey(CacheKind.RESULT, (("n", str(number)),), name), b"value")
    return environ


def test_what_services_share_is_shown(environ: dict[str, str]) -> None:
    shown = CliRunner(env=environ).invoke(app, ["cache", "show", "--json"])

    kinds = {of["kind"]: of["entries"] for of in json.loads(shown.stdout)["kinds"]}
    assert kinds == {"embedding": 0, "stage": 0, "result": 3, "execution": 0}
    assert "result" in CliRunner(env=environ).invoke(app, ["cache", "show"]).stdout


def test_a_purge_counts_what_it_dropped(environ: dict[str, str]) -> None:
    one = CliRunner(env=environ).invoke(app, ["cache", "purge", "--retriever", "portraits"])
    rest = CliRunner(env=environ).invoke(app, ["cache", "purge", "--kind", "result"])

    assert (one.stdout, rest.stdout) == ("dropped: 2\n", "dropped: 1\n")


@pytest.mark.parametrize(("command", "method"), [("show", "GET"), ("purge", "DELETE")])
def test_a_cache_in_a_process_is_asked_there(tmp_path: Path, command: str, method: str) -> None:
    ended = CliRunner(env={"VASARI_HOME": str(tmp_path)}).invoke(app, ["cache", command])

    assert isinstance(ended.exception, ConfigurationError)
    assert f"{method} /v1/admin/cache" in str(ended.exception)


def test_a_redis_that_is_down_fails_the_command(tmp_path: Path) -> None:
    environ = {"VASARI_HOME": str(tmp_path), "VASARI_CACHE_URL": "redis://127.0.0.1:1"}

    for command in ("show", "purge"):
        ended = CliRunner(env=environ).invoke(app, ["cache", command])

        assert "redis://127.0.0.1:1 does not answer" in str(ended.exception)


def test_doctor_tells_whether_the_redis_answers(environ: dict[str, str]) -> None:
    down = {**environ, "VASARI_CACHE_URL": "redis://127.0.0.1:1"}

    found = [list(check_cache(load_settings(one))) for one in (environ, down, {})]

    assert [[one.status for one in some] for some in found] == [[Status.OK], [Status.FAULT], []]
    assert "3 entries" in found[0][0].detail
