"""The examples of docs/reindex.md, run as they stand; its table of checks."""

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.auth import hash_key
from cli.main import app
from core.progress import SilentProgress
from core.settings import load_settings
from search.build import Services, build_services
from tests.api_service import wait_until
from tests.integration.test_readme import KEY, parse_curl

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "reindex.md").read_text()
CODE = "\n".join(re.findall(r"^```sh\n(.*?)^```", DOCS, re.M | re.S))
COMMANDS = re.findall(r"^vasari .*$", CODE, re.M)
REQUESTS = re.findall(r"^curl .*$", CODE, re.M)


@pytest.fixture(scope="module")
def services(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Services:
    """An installation of this module's own, with a snapshot to go back to."""
    home = tmp_path_factory.mktemp("reindexed") / "home"
    shutil.copytree(sample_home, home)
    services = build_services(load_settings({"VASARI_HOME": str(home)}))
    services.publisher.build(SilentProgress())
    return services


@pytest.fixture(scope="module")
def client(services: Services) -> Iterator[TestClient]:
    with TestClient(create_app(services, admin_key_hash=hash_key(KEY))) as client:
        yield client


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_document_runs(command: str, services: Services) -> None:
    words = shlex.split(command, comments=True)[1:]
    runner = CliRunner(env={"VASARI_HOME": str(services.settings.home)})

    ended = runner.invoke(app, words)

    assert ended.exit_code == 0, f"{ended.output}{ended.exception}"


@pytest.mark.parametrize("command", REQUESTS)
def test_every_request_of_the_document_runs(command: str, client: TestClient) -> None:
    request = parse_curl(command)
    path = request.url.removeprefix("localhost:8000")
    method = request.method or "GET"

    answer = client.request(method, path, headers=request.headers, content=request.body)

    assert answer.status_code in {200, 202}, answer.text
    if answer.status_code == 202:
        job = answer.headers["location"]  # another test may copy this home
        wait_until(lambda: client.get(job, headers=request.headers).json()["finished_at"])


def test_the_document_names_every_check(services: Services) -> None:
    checks = services.snapshots.facts()[0].checked
    assert checks is not None

    named = re.findall(r"^\| `([^`…]+)", DOCS, re.M)

    for check in checks.checks:
        assert any(check.name.startswith(name.strip()) for name in named), check.name
    assert "relevance" in named
