"""`vasari index withdraw` and `restore`: what a person types, and is told."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from core.errors import NotFoundError

Run = Callable[..., Result]


@pytest.fixture
def run(sample_home: Path) -> Iterator[Run]:
    """Run commands over the sample collection; what they withdrew is restored afterwards."""
    runner = CliRunner(env={"VASARI_HOME": str(sample_home), "COLUMNS": "250"})

    def invoke(*words: str) -> Result:
        return runner.invoke(app, words)

    yield invoke
    (sample_home / "snapshots" / "withdrawn.json").unlink(missing_ok=True)


@pytest.fixture
def ids(run: Run) -> list[str]:
    """Two artworks of the sample."""
    page = json.loads(run("search", "--classification", "painting", "--json").stdout)
    return [hit["artwork"]["id"] for hit in page["hits"][:2]]


def total(run: Run) -> int:
    page = json.loads(run("search", "--classification", "painting", "--json").stdout)
    return int(page["total"])


def test_withdrawn_artworks_leave_the_search_and_come_back(run: Run, ids: list[str]) -> None:
    before = total(run)

    withdrawn = run("index", "withdraw", *ids)
    assert "withdrawn: 2; withdrawn in all: 2" in withdrawn.stdout
    assert total(run) == before - 2
    assert "withdrawn from search: 2" in run("index", "list").stdout
    assert json.loads(run("index", "withdrawn", "--json").stdout) == sorted(ids)

    restored = run("index", "restore", ids[0])
    assert "restored: 1; withdrawn still: 1" in restored.stdout
    assert run("index", "withdrawn").stdout.split() == [ids[1]]
    assert total(run) == before - 1


def test_withdrawing_twice_is_no_error(run: Run, ids: list[str]) -> None:
    run("index", "withdraw", ids[0])

    result = run("index", "withdraw", *ids)

    assert "withdrawn: 1; withdrawn in all: 2" in result.stdout


def test_an_unknown_id_is_named_and_nothing_is_withdrawn(run: Run, ids: list[str]) -> None:
    result = run("index", "withdraw", ids[0], "sample:nothing", "none:1")

    assert isinstance(result.exception, NotFoundError)
    assert "none:1, sample:nothing" in str(result.exception)
    assert run("index", "withdrawn").stdout == ""
    assert "withdrawn" not in run("index", "list").stdout


def test_restoring_what_is_not_withdrawn_is_named_and_nothing_is_restored(
    run: Run, ids: list[str]
) -> None:
    run("index", "withdraw", ids[0])

    result = run("index", "restore", *ids)

    assert isinstance(result.exception, NotFoundError)
    assert ids[1] in str(result.exception)
    assert run("index", "withdrawn").stdout.split() == [ids[0]]


def test_an_artwork_that_no_build_has_shown_yet_can_be_withdrawn(
    ids: list[str], tmp_path: Path
) -> None:
    runner = CliRunner(env={"VASARI_HOME": str(tmp_path)})
    assert runner.invoke(app, ["ingest", "sample"]).exit_code == 0

    result = runner.invoke(app, ["index", "withdraw", ids[0]])

    assert "withdrawn: 1; withdrawn in all: 1" in result.stdout
