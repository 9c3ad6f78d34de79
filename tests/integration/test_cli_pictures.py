"""`vasari ingest pictures` from end to end, on a museum of this machine."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.auth import hash_key
from cli.main import app
from core.errors import ConfigurationError, FetchRunningError
from core.locks import locked
from core.settings import load_settings
from core.types import Artwork, Image, Rights, RightsStatus
from search.build import build_services
from tests.clocks import FetchClock
from tests.iiif_server import Museum, open_museum

OPEN = Rights(RightsStatus.OPEN, "https://creativecommons.org/publicdomain/zero/1.0/", "openaccess")
POLITE = ["--contact", "mail@museum.test", "--rate", "100", "--allow-private", "127.0.0.1"]


@pytest.fixture
def museum() -> Iterator[Museum]:
    with open_museum(FetchClock(), "127.0.0.1") as opened:
        opened.pictures = {"1": (400, 300)}
        opened.info = {"profile": "http://iiif.io/api/image/2/level2.json"}
        yield opened


@pytest.fixture
def home(tmp_path: Path, museum: Museum) -> Path:
    build_services(load_settings({"VASARI_HOME": str(tmp_path)})).catalogue.upsert(
        [
            Artwork("nga:1", "Sea", images=(Image(iiif_url=museum.iiif("1"), rights=OPEN),)),
            Artwork("nga:2", "Sky", images=(Image(url=museum.plain("lost"), rights=OPEN),)),
            Artwork("nga:3", "Sun", images=(Image(url=museum.plain("1")),)),
        ]
    )
    return tmp_path


def run(home: Path, *words: str, **environ: str) -> Any:  # noqa: ANN401 - JSON
    environ = {"VASARI_HOME": str(home), "VASARI_RIGHTS": "strict"} | environ
    result = CliRunner(env=environ).invoke(
        app, ["ingest", "pictures", *words, "--json"], catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_pictures_are_fetched_at_the_size_that_is_asked_for(home: Path, museum: Museum) -> None:
    report = run(home, *POLITE, "--longest", "200")

    assert (report["wanted"], report["withheld"]) == (2, 1)
    assert (report["asked"], report["stored"], report["dead"]) == (2, 1, 1)
    assert museum.asked("full") == ["/iiif/1/full/!200,150/0/default.jpg"]


def test_the_list_says_which_pictures_could_not_be_had_and_so_does_the_api(home: Path) -> None:
    run(home, *POLITE)
    services = build_services(load_settings({"VASARI_HOME": str(home)}))
    client = TestClient(create_app(services, admin_key_hash=hash_key("key")))

    listed = run(home, "--report")
    answer = client.get("/v1/admin/pictures?limit=1", headers={"X-API-Key": "key"}).json()

    [dead] = listed["pictures"]
    assert (dead["status"], dead["reason"], dead["tries"]) == (404, "the answer is 404", 1)
    assert answer["counts"] == {"stored": 1, "dead": 1}
    assert answer["pictures"][0]["address"] == dead["address"]
    assert answer["after"] == dead["key"]


def test_a_private_host_is_refused_unless_it_is_allowed(home: Path, museum: Museum) -> None:
    report = run(home, "--contact", "mail@museum.test")

    assert (report["refused"], report["stored"], museum.requests) == (2, 0, [])


def test_without_a_contact_nothing_is_asked(home: Path, museum: Museum) -> None:
    with pytest.raises(ConfigurationError, match="VASARI_FETCH_CONTACT"):
        run(home, "--allow-private", "127.0.0.1")
    assert museum.requests == []


def test_the_contact_may_stand_in_the_settings(home: Path, museum: Museum) -> None:
    run(home, "--dry-run", VASARI_FETCH_CONTACT="https://museum.test/about")

    assert museum.requests == []


def test_a_second_run_at_the_same_time_is_refused(home: Path) -> None:
    (home / "work").mkdir(exist_ok=True)

    with locked(home / "work" / "pictures.lock"), pytest.raises(FetchRunningError):
        run(home, *POLITE)


def test_a_dry_run_needs_nobody_to_write_to(home: Path, museum: Museum) -> None:
    report = run(home, "--dry-run")

    assert (report["wanted"], museum.requests) == (2, [])


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "http://127.0.0.1"])
def test_a_private_host_is_allowed_by_its_name_alone(home: Path, host: str) -> None:
    with pytest.raises(ConfigurationError, match="without scheme and port"):
        run(home, "--contact", "mail@museum.test", "--allow-private", host)
