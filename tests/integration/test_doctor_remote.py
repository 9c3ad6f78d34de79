"""What `vasari doctor` says of model servers."""

from pathlib import Path

from typer.testing import CliRunner

from cli.doctor_remote import check_remote_models
from cli.findings import Status
from cli.main import app
from core.settings import load_settings
from tests.model_server import DIM, KEY, MODEL, REVISION, Mischief, serving_models


def test_a_server_is_asked_for_its_model_once() -> None:
    with serving_models() as models:
        address = f"vllm+{models.url}#{MODEL}"
        environ = {"VASARI_TEXT_ENCODER": address, "VASARI_PICTURE_ENCODER": address}

        findings = list(check_remote_models(load_settings(environ)))

    assert [f.detail for f in findings] == [f"{MODEL}@{REVISION}, {DIM} dimensions"]


def test_a_server_that_is_down_is_a_fault() -> None:
    with serving_models() as models:
        models.always = Mischief.ERROR
        environ = {"VASARI_TEXT_ENCODER": f"openai+{models.url}#{MODEL}"}

        findings = list(check_remote_models(load_settings(environ)))

    assert [f.status for f in findings] == [Status.FAULT]
    assert "answers 500" in findings[0].detail


def test_models_of_this_machine_are_no_concern_of_it() -> None:
    assert list(check_remote_models(load_settings({}))) == []


def test_the_key_is_not_shown(tmp_path: Path) -> None:
    environ = {"VASARI_HOME": str(tmp_path), "VASARI_REMOTE_API_KEY": KEY}

    shown = CliRunner(env=environ).invoke(app, ["doctor", "--json"]).output

    assert '"VASARI_REMOTE_API_KEY": "(set)"' in shown
    assert KEY not in shown
