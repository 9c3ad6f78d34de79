"""`vasari ingest` again and again: reports, publishing, and what is refused."""

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from core.errors import InputError, TooManyGoneError


class Installation:
    """A home, and a table that changes between runs."""

    def __init__(self, folder: Path) -> None:
        self.table, self.mapping = folder / "m.csv", folder / "m.toml"
        self.mapping.write_text('source = "m"\n\n[columns]\nid = "id"\ntitle = "title"\n')
        self.runner = CliRunner(env={"VASARI_HOME": str(folder / "home"), "COLUMNS": "300"})

    def run(self, *words: str) -> Result:
        return self.runner.invoke(app, list(words))

    def ingest(self, rows: str, *more: str) -> Result:
        self.table.write_text(f"id,title\n{rows}")
        return self.run("ingest", "table", str(self.table), "--mapping", str(self.mapping), *more)


@pytest.fixture
def home(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def test_a_report_is_shown_again_as_text_as_json_and_as_csv(home: Installation) -> None:
    home.ingest("1,Sea\n2,Sky\n")
    ingested = home.ingest("1,Sea\n,Sun\n1,Moon\n")

    shown = home.run("ingest", "report").stdout
    report = json.loads(home.run("ingest", "report", "--json").stdout)
    lines = list(csv.DictReader(io.StringIO(home.run("ingest", "report", "--csv", "-").stdout)))

    assert shown == ingested.stdout.partition("`vasari")[0]
    assert "3 read = 0 created + 0 changed + 1 unchanged + 1 set aside + 1 duplicates" in shown
    assert (report["gone"], report["difference"]["created"]) == (1, -2)
    assert [line["kind"] for line in lines] == ["quarantined", "duplicate", "gone"]
    assert [line["row"] for line in lines] == ["2", "3", ""]


def test_runs_are_listed_and_found_by_how_their_ids_begin(
    home: Installation, tmp_path: Path
) -> None:
    home.ingest("1,Sea\n")
    home.ingest("1,Sea\n")
    newest, first = json.loads(home.run("ingest", "report", "--list", "--json").stdout)

    found = json.loads(home.run("ingest", "report", first["run"][:8], "--json").stdout)
    written = home.run("ingest", "report", "--csv", str(tmp_path / "lines.csv"))

    assert found["run"] == first["run"] == newest["no_op_of"]
    assert "m " in home.run("ingest", "report", "--list").stdout
    assert home.run("ingest", "report", "none").exit_code == 1
    assert written.exit_code == 0
    assert (tmp_path / "lines.csv").read_text().startswith("number,kind,rule")


def test_unchanged_data_is_nothing_to_do_until_it_is_forced(home: Installation) -> None:
    home.ingest("1,Sea\n2,Sky\n")

    again = home.ingest("1,Sea\n2,Sky\n")
    forced = home.ingest("1,Sea\n2,Sky\n", "--force", "--json")

    assert again.exit_code == 0
    assert again.stdout.startswith("m: nothing to do: run ")
    assert json.loads(forced.stdout)["rows"]["unchanged"] == 2


def test_what_would_empty_a_collection_is_refused_with_the_remedy(home: Installation) -> None:
    home.ingest("".join(f"{i},Work\n" for i in range(20)))

    refused = home.ingest("1,Work\n")
    part = home.ingest("1,Work\n", "--partial")
    allowed = home.ingest("1,Work\n", "--allow-gone", "--json")

    assert (refused.exit_code, part.exit_code) == (1, 0)
    assert isinstance(refused.exception, TooManyGoneError)
    assert "--allow-gone" in str(refused.exception)
    assert json.loads(allowed.stdout)["gone"] == 19


def test_publishing_follows_what_changed(home: Installation) -> None:
    first = home.ingest("1,Sea\n2,Sky\n", "--publish")
    same = home.ingest("1,Sea\n2,Sky\n", "--publish")
    home.ingest("1,Sea\n2,Sun\n")

    late = home.ingest("1,Sea\n2,Sun\n", "--publish")  # nothing new, but never published

    assert "2 artworks, live" in first.stdout
    assert "nothing has changed since the live snapshot" in same.stdout
    assert "live" in late.stdout
    assert len(json.loads(home.run("index", "list", "--json").stdout)) == 2


def test_lines_that_cannot_be_written_are_an_error_in_words(
    home: Installation, tmp_path: Path
) -> None:
    home.ingest("1,Sea\n")

    failed = home.run("ingest", "report", "--csv", str(tmp_path / "none" / "lines.csv"))

    assert isinstance(failed.exception, InputError)
    assert "lines.csv cannot be written: No such file" in str(failed.exception)


def test_a_choice_of_lines_needs_a_place_for_them(home: Installation) -> None:
    home.ingest("1,Sea\n")

    refused = home.run("ingest", "report", "--kind", "gone")

    assert str(refused.exception) == "kind: chooses lines for --csv: give that too"
