"""The declaration for Modal, imported and run on this machine; nothing is sent to anyone."""

import importlib.util
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fastapi.testclient import TestClient

from core.settings import SETTINGS, load_settings
from tests.api_service import wait_until
from tests.requirements import require

require("modal")
FILE = Path(__file__).resolve().parents[2] / "deploy" / "modal_app.py"


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the class is declared with; Modal's own checks run as ever."""
    import modal

    seen: dict[str, Any] = {}
    declare = modal.App.cls

    def note(self: Any, **options: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - any of Modal's
        seen.update(options)
        decorate: Callable[[Any], Any] = declare(self, **options)
        return decorate

    monkeypatch.setattr(modal.App, "cls", note)
    return seen


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("modal_app", FILE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_declares_one_l40s_that_scales_to_zero_with_a_snapshot(
    declared: dict[str, Any],
) -> None:
    module = load()

    assert module.app.name == "vasari"
    assert declared["gpu"] == "L40S"
    assert declared["min_containers"] == 0
    assert declared["scaledown_window"] == 300
    assert declared["enable_memory_snapshot"] is True
    assert declared["experimental_options"] == {"enable_gpu_snapshot": True}
    assert list(declared["volumes"]) == [str(module.VOLUME)]


def test_the_environment_of_the_deployer_decides(
    declared: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("NAME", "museum"), ("GPU", "A10"), ("IDLE_S", "60")):
        monkeypatch.setenv(f"DEPLOY_{name}", value)
    monkeypatch.setenv("VASARI_PICTURE_ENCODER", "siglip2")

    module = load()

    assert (module.app.name, declared["gpu"], declared["scaledown_window"]) == ("museum", "A10", 60)
    assert module.passed_on() == {"VASARI_PICTURE_ENCODER": "siglip2"}


def test_what_is_passed_on_are_settings_and_no_secrets() -> None:
    names = {f"VASARI_{name}" for name in load().PASSED_ON}

    assert names <= {setting.name for setting in SETTINGS}
    assert not [name for name in names if "KEY" in name or "URL" in name]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("VASARI_TEXT_ENCODER", "openai+http://127.0.0.1:9/v1#m"),
        ("VASARI_PICTURE_ENCODER", "vllm+http://127.0.0.1:9/v1#m"),
        ("VASARI_QDRANT_URL", "http://127.0.0.1:9"),
    ],
)
def test_what_holds_connections_is_not_kept_in_a_snapshot(setting: str, value: str) -> None:
    module = load()

    assert module.has_connections(load_settings({setting: value}))
    assert not module.has_connections(load_settings({}))


@pytest.mark.usefixtures("collector")
def test_a_container_loads_connects_and_serves(
    sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, home = load(), tmp_path / "home"
    monkeypatch.setattr(module, "VOLUME", sample_home)
    monkeypatch.setattr(module, "HOME", home)
    monkeypatch.setenv("VASARI_HOME", str(home))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Modal says that no volume is mounted here
        served = module.Vasari().web.local()

    with TestClient(served) as client:
        wait_until(lambda: client.get("/readyz").status_code == 200)
        page = client.get("/v1/search?q=a+girl+with+a+pearl+earring").json()
        picture = client.get(f"/v1/images/{page['hits'][0]['artwork']['id']}")
        refused = client.get("/v1/admin/snapshots", headers={"X-API-Key": ""})

    assert page["hits"][0]["artwork"]["title"] == "Girl with a Pearl Earring"
    assert picture.status_code == 200
    assert refused.status_code == 401
    assert not (sample_home / "snapshots" / "withdrawn.json").exists()
