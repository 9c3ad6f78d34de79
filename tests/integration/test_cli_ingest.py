import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app

MAPPING = 'source = "m"\n\n[columns]\nid = "id"\ntitle = "title"\n'


@pytest.fixture
def run(tmp_path: Path) -> CliRunner:
    (tmp_path / "m.toml").write_text(MAPPING)
    return CliRunner(env={"VASARI_HOME": str(tmp_path / "home"), "COLUMNS": "200"})


def words(tmp_path: Path, *more: str) -> list[str]:
    table, mapping = str(tmp_path / "m.csv"), str(tmp_path / "m.toml")
    return ["ingest", "table", table, "--mapping", mapping, *more]


def test_a_table_is_ingested_and_reported(run: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("id,title\n1,Sea\n2,Sky\n")

    report = json.loads(run.invoke(app, words(tmp_path, "--json")).stdout)

    assert report["rows"]["created"] == 2
    assert report["state"] == "succeeded"


def test_a_run_that_takes_nothing_fails(run: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_bytes("id,title\n1,Café\n".encode("latin-1"))

    result = run.invoke(app, words(tmp_path))

    assert result.exit_code == 1
    assert "nothing was taken" in result.stdout
