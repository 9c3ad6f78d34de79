"""The project's own promises: sizes, settings, images, commands."""

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.main import app
from core.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
MAX_FILE_LINES = 250
MAX_FUNCTION_LINES = 40
LONGER = {
    "core/ports.py": 900,  # every protocol stands on one page
    "core/errors.py": 300,  # and every error in one tree
}


def sources() -> list[Path]:
    found = (p for p in ROOT.rglob("*.py") if not p.relative_to(ROOT).parts[0].startswith("."))
    return sorted(path for path in found if path.relative_to(ROOT).parts[0] != "build")


def compose() -> dict[str, Any]:
    parsed = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    assert isinstance(parsed, dict)
    return parsed


def test_no_file_and_no_function_outgrows_the_budget() -> None:
    too_large = []
    for path in sources():
        text = path.read_text()
        name = str(path.relative_to(ROOT))
        if (lines := text.count("\n")) > LONGER.get(name, MAX_FILE_LINES):
            too_large.append(f"{name}: {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > MAX_FUNCTION_LINES:
                    too_large.append(f"{name}:{node.lineno} {node.name}: {lines}")

    assert not too_large


def test_the_table_of_settings_in_the_readme_is_the_one_in_the_code() -> None:
    rows = re.findall(
        r"^\| `(VASARI_\w+)` \| (.*?) \| (.*?) \|$", (ROOT / "README.md").read_text(), re.M
    )
    documented = {name: (default.strip("`"), text) for name, default, text in rows}

    assert documented == {s.name: (s.default, s.help) for s in SETTINGS}


def test_every_command_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    commands = [c.name or c.callback.__name__ for c in app.registered_commands if c.callback]
    groups = [group.name for group in app.registered_groups]

    missing = [name for name in (*commands, *groups) if f"vasari {name}" not in readme]

    assert not missing


@pytest.mark.parametrize("service", ["api", "postgres", "qdrant", "store"])
def test_every_service_has_a_pinned_image_and_a_health_check(service: str) -> None:
    definition = compose()["services"][service]

    assert re.search(r":v?\d+\.\d+", definition["image"])
    assert definition["healthcheck"]["test"]


def test_every_image_tag_of_the_dockerfile_is_pinned() -> None:
    images = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.M)

    assert images
    assert all(re.search(r":\d+\.\d+\.\d+", image) for image in images)


@pytest.mark.parametrize("name", ["Dockerfile", "docker-compose.yml", "Makefile"])
def test_every_variable_of_the_deployment_is_a_setting(name: str) -> None:
    used = set(re.findall(r"\bVASARI_[A-Z_]+\b", (ROOT / name).read_text()))

    assert used <= {setting.name for setting in SETTINGS}


def test_the_services_of_the_compose_file_depend_on_services_of_it() -> None:
    services = compose()["services"]
    wanted = {need for one in services.values() for need in one.get("depends_on", {})}

    assert wanted <= set(services)


def test_the_base_install_has_neither_faiss_nor_torch() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    base = " ".join(project["dependencies"])

    assert "faiss" not in base
    assert "torch" not in base


def test_the_lock_file_has_no_torch() -> None:
    names = {line.split("==")[0] for line in (ROOT / "requirements.lock").read_text().splitlines()}

    assert not names & {"torch", "transformers", "faiss-gpu"}
    assert "faiss-cpu" in names
