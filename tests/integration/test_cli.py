import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from core.errors import FilterError, InputError, NotFoundError

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def run(sample_home: Path) -> Run:
    """Run commands over a home that holds the sample collection."""
    runner = CliRunner(env={"VASARI_HOME": str(sample_home), "COLUMNS": "250"})

    def invoke(*words: str) -> Result:
        return runner.invoke(app, words)

    return invoke


def test_the_demo_makes_the_sample_searchable(run: Run) -> None:
    result = run("search", "a girl with a pearl earring", "--limit", "3")

    assert "Girl with a Pearl Earring" in result.stdout
    assert result.exit_code == 0


def test_a_second_demo_builds_nothing(run: Run) -> None:
    before = json.loads(run("index", "list", "--json").stdout)

    run("demo", "--no-serve")

    assert json.loads(run("index", "list", "--json").stdout) == before


def test_json_is_all_that_stands_on_standard_output(run: Run) -> None:
    page = json.loads(run("search", "bridge", "--artist", "Hiroshige", "--json").stdout)

    assert {a["name"] for h in page["hits"] for a in h["artwork"]["artists"]} == {
        "Utagawa Hiroshige"
    }
    assert page["total"] == len(page["hits"])


def test_explain_tells_how_each_leg_was_searched(run: Run) -> None:
    result = run("search", "snow", "--explain")

    assert "gather" in result.stdout or "scan" in result.stdout
    assert "no picture was given" in result.stdout


def test_a_filter_tree_is_taken_as_json(run: Run) -> None:
    tree = '{"not": {"field": "classification", "op": "in", "value": "painting"}}'

    page = json.loads(run("search", "sea", "--filter", tree, "--json").stdout)

    assert "painting" not in {hit["artwork"]["classification"] for hit in page["hits"]}


def test_similar_leaves_the_artwork_itself_out(run: Run) -> None:
    first = json.loads(run("search", "wave", "--json").stdout)["hits"][0]["artwork"]["id"]

    page = json.loads(run("similar", first, "--json").stdout)

    assert first not in {hit["artwork"]["id"] for hit in page["hits"]}
    assert len(page["hits"]) == 10


def test_a_text_to_be_far_from_is_told_with_its_weight(run: Run) -> None:
    words = ("portrait", "--minus", "2*man", "--input", "a mirror", "--unlike", "0.5*sample:x")
    unknown = run("search", *words)
    page = json.loads(run("search", *words[:-2], "--weight", "lexical=0.5", "--json").stdout)
    lexical = next(plan for plan in page["plan"] if plan["leg"] == "lexical")

    assert isinstance(unknown.exception, NotFoundError)
    assert [(i["value"], i["weight"]) for i in lexical["inputs"]] == [
        ("a mirror", 1), ("portrait", 1), ("man", -2),
    ]  # fmt: skip
    assert lexical["weight"] == 0.5


def test_similar_takes_what_is_meant(run: Run) -> None:
    words = ("similar", "sample:vermeer-milkmaid", "--aspect", "artist", "--explain")

    result = run(*words, "--minus", "street")

    assert "like_artist#1" in result.stdout
    assert "likeness in looks was not asked for" in result.stdout
    assert "sample:vermeer-milkmaid, -1*street" in result.stdout


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("--weight", "colour=1"), "weight"),
        (("--weight", "lexical"), "weight"),
        (("--weight", "lexical=-1"), "weight"),
        (("--weight", "lexical=nan"), "weight"),
        (("--minus", "11*man"), "minus"),
        (("--input", " "), "input"),
        (("--input", "a" * 2001), "input"),
    ],
)
def test_a_wrong_weight_or_input_is_named(run: Run, words: tuple[str, ...], field: str) -> None:
    result = run("search", "sea", *words)

    assert isinstance(result.exception, InputError)
    assert result.exception.field == field


def test_a_picture_is_searched_for(run: Run, tmp_path: Path) -> None:
    from tests.pictures import encoded, left_red

    (tmp_path / "red.png").write_bytes(encoded(left_red()))

    page = json.loads(run("search", "--picture", str(tmp_path / "red.png"), "--json").stdout)

    assert {leg["name"] for hit in page["hits"] for leg in hit["legs"]} == {"picture"}


def test_a_build_is_listed_published_rolled_back_and_verified(run: Run) -> None:
    first = json.loads(run("index", "list", "--json").stdout)[0]["id"]
    built = json.loads(run("index", "build", "--no-publish", "--json").stdout)["snapshot"]

    published = run("index", "publish", built)
    rolled_back = run("index", "rollback")
    verified = run("index", "verify")

    assert f"{built} is live" in published.stdout
    assert f"{first} is live again" in rolled_back.stdout
    assert f"snapshot {first}: whole" in verified.stdout


def test_the_doctor_finds_nothing_wrong(run: Run) -> None:
    result = run("doctor", "--json")
    findings = json.loads(result.stdout)["findings"]

    assert result.exit_code == 0
    assert {f["status"] for f in findings} == {"ok"}
    assert {"faiss", "home", "encoders", "catalogue", "snapshot"} == {f["check"] for f in findings}


def test_an_unknown_artwork_is_told_by_its_id(run: Run) -> None:
    result = run("similar", "sample:nothing")

    assert isinstance(result.exception, NotFoundError)
    assert "sample:nothing" in str(result.exception)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("--from", "1900", "--to", "1800"), "from"),
        (("--filter", "{"), "filter"),
        (("--filter", '{"field": "maker"}'), "filter.field"),
    ],
)
def test_a_wrong_filter_names_its_place(run: Run, words: tuple[str, ...], field: str) -> None:
    result = run("search", "sea", *words)

    assert isinstance(result.exception, FilterError)
    assert result.exception.field == field


def command(home: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "VASARI_HOME": str(home), **settings}
    return subprocess.run(
        [sys.executable, "-m", "cli", *words],
        env=environ, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_an_error_is_told_in_words_without_a_traceback(tmp_path: Path) -> None:
    ended = command(tmp_path, "search", "sea")

    assert ended.returncode == 1
    assert ended.stderr.strip() == (
        "error: no snapshot has been published yet: run `vasari index build`"
    )
    assert not ended.stdout


def test_an_unknown_setting_is_refused_by_name(tmp_path: Path) -> None:
    ended = command(tmp_path, "doctor", VASARI_TEXT_ENCODR="minilm")

    assert "VASARI_TEXT_ENCODR is not a setting" in ended.stderr
    assert ended.returncode == 1


def test_building_an_empty_catalogue_says_what_to_do(tmp_path: Path) -> None:
    ended = command(tmp_path, "index", "build")

    assert "catalogue: is empty; run `vasari ingest` first" in ended.stderr
    assert ended.returncode == 2


def test_a_snapshot_that_is_not_there_is_called_so(run: Run) -> None:
    result = run("index", "show", "nope")

    assert str(result.exception) == "no snapshot has the id 'nope'"


def test_what_the_system_refuses_is_told_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    ended = command(tmp_path / "file" / "home", "search", "boats", COLUMNS="300")

    assert ended.returncode == 1
    assert ended.stderr.startswith("error: ")
    assert ended.stderr.endswith("CURRENT: Not a directory\n")
