"""`vasari embed`, over the sample collection."""

import json
from pathlib import Path

from typer.testing import CliRunner

from cli.main import app


def run(home: Path, *words: str) -> str:
    result = CliRunner(env={"VASARI_HOME": str(home)}).invoke(app, ["embed", *words])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_status_says_what_is_embedded_of_each_space(sample_home: Path) -> None:
    texts, pictures = json.loads(run(sample_home, "status", "--json"))

    assert (texts["unit"], pictures["unit"]) == ("texts", "pictures")
    assert texts["present"] > 100
    assert pictures["present"] > 100
    assert (texts["missing"], pictures["missing"]) == (0, 0)


def test_a_run_with_nothing_missing_encodes_nothing(sample_home: Path) -> None:
    said = run(sample_home, "run", "--space", "picture")

    assert said.startswith("efficientnet-lite0@")
    assert ": 0 encoded, " in said


def test_a_worker_with_nothing_left_to_do_ends(sample_home: Path) -> None:
    said = run(sample_home, "work", "--space", "picture", "--retry")

    assert said.startswith("efficientnet-lite0@")
    assert ": 0 encoded here, in 0 shards" in said


def test_a_worker_fills_what_is_missing_and_status_says_so(tmp_path: Path) -> None:
    environment = {"VASARI_HOME": str(tmp_path)}
    sample = CliRunner(env=environment).invoke(app, ["ingest", "sample"])
    assert sample.exit_code == 0, sample.output

    [report] = json.loads(run(tmp_path, "work", "--space", "catalogue", "--json"))
    [state] = json.loads(run(tmp_path, "status", "--space", "catalogue", "--json"))

    assert report["encoded"] == state["present"] > 100
    assert (state["missing"], state["shared"]["items"]) == (0, {"done": 1})


def test_an_empty_catalogue_is_told_in_words(tmp_path: Path) -> None:
    result = CliRunner(env={"VASARI_HOME": str(tmp_path)}).invoke(app, ["embed", "status"])

    assert "vasari ingest" in str(result.exception)
