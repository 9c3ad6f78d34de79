"""The README's examples, run as they stand."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.auth import hash_key
from cli.main import app
from core.settings import load_settings
from search.build import build_services
from tests.api_service import wait_until
from tests.pictures import encoded, left_red

README = (Path(__file__).resolve().parents[2] / "README.md").read_text()
KEY = "the key of the README's reader"


def blocks(language: str, heading: str) -> str:
    """Find the code below a heading."""
    section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", README, re.M | re.S)
    assert section, heading
    return "\n".join(re.findall(rf"^```{language}\n(.*?)^```", section[1], re.M | re.S))


@dataclass
class Request:
    """One curl command."""

    url: str = ""
    method: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    form: dict[str, str] = field(default_factory=dict)


def parse_curl(command: str) -> Request:
    request = Request()
    words = iter(shlex.split(command, comments=True)[1:])
    for word in words:
        match word:
            case "-X":
                request.method = next(words)
            case "-H":
                name, _, value = next(words).partition(":")
                request.headers[name] = value.strip().replace("$KEY", KEY)
            case "-d":
                request.body = next(words)
            case "-F":
                name, _, value = next(words).partition("=")
                request.form[name] = value
            case _:
                request.url = word
    return request


def curl_commands() -> list[str]:
    return re.findall(r"^curl .*?(?=^curl |\Z)", blocks("sh", "REST"), re.M | re.S)


def vasari_commands() -> list[str]:
    lines = blocks("sh", "From the command line").splitlines()
    return [line for line in lines if line.startswith("vasari ")]


@pytest.fixture(scope="module")
def client(sample_home: Path) -> Iterator[TestClient]:
    services = build_services(load_settings({"VASARI_HOME": str(sample_home)}))
    with TestClient(create_app(services, admin_key_hash=hash_key(KEY))) as client:
        yield client


def test_the_readme_has_examples_of_everything() -> None:
    assert len(curl_commands()) == 6
    assert len(vasari_commands()) >= 6


@pytest.mark.parametrize("command", curl_commands())
def test_a_request_of_the_readme_is_answered(client: TestClient, command: str) -> None:
    request = parse_curl(command)
    picture = encoded(left_red())
    files = {
        name: ("photo.jpg", picture) if value.startswith("@") else (None, value)
        for name, value in request.form.items()
    }

    answer = client.request(
        request.method or ("POST" if request.body or files else "GET"),
        "/" + request.url.partition("/")[2],
        headers=request.headers,
        content=request.body,
        files=files or None,
    )

    assert answer.status_code in (200, 202), answer.text
    assert answer.json().get("hits", True)
    if answer.status_code == 202:
        job = answer.headers["location"]  # another test may copy this home
        wait_until(lambda: client.get(job, headers=request.headers).json()["finished_at"])


@pytest.mark.parametrize("command", vasari_commands())
def test_a_command_of_the_readme_runs(sample_home: Path, tmp_path: Path, command: str) -> None:
    (tmp_path / "photo.jpg").write_bytes(encoded(left_red(), "JPEG"))
    words = shlex.split(command.replace("photo.jpg", str(tmp_path / "photo.jpg")), comments=True)

    result = CliRunner(env={"VASARI_HOME": str(sample_home)}).invoke(app, words[1:])

    assert result.exit_code == 0, result.output


def test_the_mapping_of_the_readme_ingests_a_table(tmp_path: Path) -> None:
    (tmp_path / "works.toml").write_text(blocks("toml", "Your own collection"))
    (tmp_path / "works.csv").write_text(
        "inventory,title,maker,dated,technique,keywords\n"
        "1911.3,The Milkmaid,Johannes Vermeer,c. 1658,oil on canvas,milk; kitchen\n"
    )
    words = ["ingest", "table", str(tmp_path / "works.csv"), "--json"]
    home = str(tmp_path / "home")

    result = CliRunner(env={"VASARI_HOME": home}).invoke(
        app, [*words, "--mapping", str(tmp_path / "works.toml")]
    )

    assert json.loads(result.stdout)["rows"]["created"] == 1
    [artwork] = build_services(load_settings({"VASARI_HOME": home})).catalogue.scan()
    assert artwork.id == "museum:1911.3"
    assert (artwork.begin, artwork.end) == (1658, 1658)
    assert artwork.subjects == ("milk", "kitchen")
    assert artwork.contributions[0].artist.name == "Johannes Vermeer"
