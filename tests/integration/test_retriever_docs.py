"""The commands of docs/retrievers.md about keeping retrievers, run in their order."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.auth import hash_key
from cli.main import app
from core.settings import load_settings
from search.build import build_services
from tests.exchanging import Installations
from tests.integration.test_readme import KEY, parse_curl

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "retrievers.md").read_text()
FILE = "works-on-paper.json"


def commands(begin: str, heading: str = "Keeping them") -> list[str]:
    """Find the commands of a section, each of which may have several lines."""
    section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", DOCS, re.M | re.S)
    assert section
    shell = "".join(re.findall(r"^```sh\n(.*?)^```", section[1], re.M | re.S))
    return re.findall(rf"^{begin} .*?(?=^curl |^vasari |\Z)", shell, re.M | re.S)


@pytest.fixture
def home(installations: Installations, tmp_path: Path) -> Path:
    installations.copy(tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def client(home: Path) -> Iterator[TestClient]:
    services = build_services(load_settings({"VASARI_HOME": str(home), "VASARI_THREADS": "1"}))
    with TestClient(create_app(services, admin_key_hash=hash_key(KEY))) as client:
        yield client


def answers(client: TestClient, told: list[str]) -> list[Any]:  # the client's own class
    return [
        client.request(
            request.method or ("POST" if request.body else "GET"),
            "/" + request.url.partition("/")[2],
            headers=request.headers,
            content=request.body,
        )
        for request in map(parse_curl, told)
    ]


def test_the_requests_of_the_docs_are_answered(client: TestClient) -> None:
    answered = answers(client, commands("curl"))

    assert [answer.status_code for answer in answered] == [200] * 5 + [201] * 2 + [200] * 3
    assert answered[-3].json()["definition"]["description"] == "Ours"


def test_the_executions_of_the_docs_are_answered(client: TestClient) -> None:
    told = commands("curl", "Running them")

    answered = answers(client, told)

    assert [answer.status_code for answer in answered] == [200] * len(told)
    assert answered[-1].text.startswith("event: stage_start\n")


def test_the_runs_of_the_docs_are_answered(home: Path) -> None:
    runner = CliRunner(env={"VASARI_HOME": str(home), "VASARI_THREADS": "1"})

    ended = [runner.invoke(app, shlex.split(one)[1:]) for one in commands("vasari", "Running them")]

    assert [(one.exit_code, one.output) for one in ended if one.exit_code] == []
    assert len(ended) == 3


def test_the_commands_of_the_docs_run(home: Path, tmp_path: Path) -> None:
    definition = re.search(r"^```json\n(.*?)^```", DOCS, re.M | re.S)
    assert definition
    (tmp_path / FILE).write_text(definition[1])
    runner = CliRunner(env={"VASARI_HOME": str(home), "VASARI_THREADS": "1"})

    told = commands("vasari")
    ended = [
        runner.invoke(app, shlex.split(one.replace(FILE, str(tmp_path / FILE)), comments=True)[1:])
        for one in told
    ]

    assert len(told) == 11
    assert [result.exit_code for result in ended] == [0] * 11, [r.output for r in ended]
