"""`vasari ingest nga`, from a folder and from the web."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from tests.file_server import serving_files
from tests.nga_generator import Generator


@pytest.fixture
def run(tmp_path: Path) -> CliRunner:
    Generator(seed=1, from_slice=False).write(tmp_path / "dump", 205)
    return CliRunner(env={"VASARI_HOME": str(tmp_path / "home"), "COLUMNS": "200"})


def rows_of(run: CliRunner, where: str) -> dict[str, Any]:
    result = run.invoke(app, ["ingest", "nga", "--from", where, "--json"])
    assert result.exit_code == 0, result.output
    rows: dict[str, Any] = json.loads(result.stdout)["rows"]
    return rows


def test_a_dump_in_a_folder_is_ingested(run: CliRunner, tmp_path: Path) -> None:
    rows = rows_of(run, str(tmp_path / "dump"))

    assert rows["created"] == 203  # of 205: one is malformed, one a virtual whole


def test_a_dump_on_the_web_is_the_same_dump(run: CliRunner, tmp_path: Path) -> None:
    with serving_files() as server:
        server.files = {f"/data/{p.name}": p.read_bytes() for p in (tmp_path / "dump").iterdir()}

        rows = rows_of(run, f"{server.url}/data")
        again = run.invoke(app, ["ingest", "nga", "--from", f"{server.url}/data"])

    assert rows["created"] == 203
    assert again.exit_code == 0, again.output
    kept = tmp_path / "home" / "work" / "downloads" / "nga"
    size = (kept / "objects.csv").stat().st_size
    assert f"objects.csv: {size:,} bytes, unchanged, SHA-256" in again.output
    assert (kept / "objects.csv").read_bytes() == (tmp_path / "dump/objects.csv").read_bytes()


def test_an_address_without_a_dump_is_an_error(run: CliRunner) -> None:
    with serving_files() as server:
        result = run.invoke(app, ["ingest", "nga", "--from", server.url])

    assert result.exit_code != 0
    assert "objects.csv cannot be downloaded: the server answers 404" in str(result.exception)
