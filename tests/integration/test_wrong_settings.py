"""Wrong settings on purpose: told in words with the remedy, never answered by another encoder."""

import json
import shutil
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from api.app import create_app
from cli.main import app
from core.errors import ConfigurationError, DamagedError
from core.settings import load_settings
from search.build import build_services
from tests.api_service import wait_until

NOWHERE = "/not/there"
HUB = "vasari-tests/not-on-this-machine"
ENCODERS = ("VASARI_TEXT_ENCODER", "VASARI_PICTURE_ENCODER")
WRONG = [
    (NOWHERE, "there is no folder /not/there: name the folder of a checkpoint"),
    (HUB, f"run `hf download {HUB}`"),
    ("no-such", "no encoder is named 'no-such'; choose "),
]


def run(home: Path, *words: str, **environ: str) -> Result:
    env = {"VASARI_HOME": str(home), "COLUMNS": "1000", **environ}
    return CliRunner(env=env).invoke(app, words)


@pytest.mark.parametrize("setting", ENCODERS)
@pytest.mark.parametrize(("name", "said"), WRONG)
def test_a_search_fails_with_the_remedy(
    sample_home: Path, setting: str, name: str, said: str
) -> None:
    result = run(sample_home, "search", "a ship at sea", **{setting: name})

    assert isinstance(result.exception, ConfigurationError)  # `main` tells it, and exits with 1
    assert said in str(result.exception)


@pytest.mark.parametrize("setting", ENCODERS)
@pytest.mark.parametrize(("name", "said"), WRONG)
def test_doctor_says_so_too(sample_home: Path, setting: str, name: str, said: str) -> None:
    result = run(sample_home, "doctor", "--json", **{setting: name})

    findings = json.loads(result.stdout)["findings"]
    assert result.exit_code == 1
    assert any(said in one["detail"] for one in findings if one["status"] == "fault")


@pytest.mark.parametrize("setting", ENCODERS)
def test_a_service_that_cannot_load_an_encoder_never_gets_ready(
    sample_home: Path, setting: str
) -> None:
    services = build_services(load_settings({"VASARI_HOME": str(sample_home), setting: NOWHERE}))

    with TestClient(create_app(services, admin_key_hash="")) as client:
        wait_until(lambda: client.get("/readyz").json()["status"] != "starting")
        ready = client.get("/readyz")
        search = client.get("/v1/search?q=a+ship")

    name = setting.removeprefix("VASARI_").lower().replace("_", "-")
    details = {check["name"]: check["detail"] for check in ready.json()["checks"]}
    assert (ready.status_code, search.status_code) == (503, 500)
    assert "name the folder of a checkpoint" in details[name]


def test_a_snapshot_of_another_text_encoder_is_told_aloud(sample_home: Path) -> None:
    result = run(sample_home, "search", "a ship at sea", VASARI_TEXT_ENCODER="minilm")

    said = " ".join(result.stdout.split())
    assert "differ in encoder (minilm-int8, not minilm); run `vasari index build`" in said


def test_doctor_calls_a_snapshot_of_another_encoder_a_fault(sample_home: Path) -> None:
    result = run(sample_home, "doctor", "--json", VASARI_TEXT_ENCODER="minilm")

    [fault] = [f for f in json.loads(result.stdout)["findings"] if f["status"] == "fault"]
    assert fault["check"] == "space"
    assert "differ in encoder (minilm-int8, not minilm)" in fault["detail"]


def test_a_damaged_snapshot_is_told_with_the_way_back(sample_home: Path, tmp_path: Path) -> None:
    home = shutil.copytree(sample_home, tmp_path / "home")
    for vectors in home.rglob("vectors.npy"):  # also of snapshots that other tests have left
        vectors.write_bytes(vectors.read_bytes()[:-1])

    result = run(home, "search", "a ship at sea")

    assert isinstance(result.exception, DamagedError)
    assert "run `vasari index rollback`, or build it anew" in str(result.exception)


def test_a_gpu_that_no_configured_model_runs_on_is_told(sample_home: Path) -> None:
    result = run(sample_home, "doctor", "--json", VASARI_DEVICE="cuda")

    findings = json.loads(result.stdout)["findings"]
    [told] = [one for one in findings if one["check"] == "device"]
    assert told["status"] == "warning"
    assert "the built-in encoders run on the CPU" in told["detail"]
