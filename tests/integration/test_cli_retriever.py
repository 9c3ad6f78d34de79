"""`vasari retriever`, as somebody types it."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from core.errors import ConflictError, InputError, NotFoundError
from tests.exchanging import Installations

DEFINITION: dict[str, Any] = {
    "description": "Works on paper",
    "inputs": {"text": {"type": "string", "required": True}},
    "stages": [{"type": "feature_search", "parameters": {"text": "{{ INPUT.text }}"}}],
}


@pytest.fixture
def home(installations: Installations, tmp_path: Path) -> Path:
    installations.copy(tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "paper.json"
    path.write_text(json.dumps({"name": "paper", **DEFINITION}))
    return str(path)


def run(home: Path, *words: str, stdin: str | None = None) -> Result:
    runner = CliRunner(env={"VASARI_HOME": str(home), "VASARI_THREADS": "1"})
    return runner.invoke(app, ["retriever", *words], input=stdin)


def told(home: Path, *words: str, stdin: str | None = None) -> Any:  # noqa: ANN401 - JSON
    result = run(home, *words, "--json", stdin=stdin)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_retriever_is_kept_changed_published_and_deleted(home: Path, file: str) -> None:
    first = run(home, "create", file)
    changed = json.dumps({**DEFINITION, "description": "Prints"})
    second = run(home, "create", "-", "--name", "paper", stdin=changed)
    published = run(home, "publish", "paper@2")
    shown = told(home, "show", "paper")
    versions = told(home, "versions", "paper")
    gone = told(home, "delete", "paper")

    assert "paper@1 is kept, published" in first.output
    assert "paper@2 is kept, not published" in second.output
    assert "paper means paper@2 now" in published.output
    assert (shown["version"], shown["definition"]["description"]) == (2, "Prints")
    assert [one["version"] for one in versions] == [2, 1]
    assert gone == {"name": "paper", "versions": [1, 2]}


def test_the_same_file_again_makes_no_version(home: Path, file: str) -> None:
    first = told(home, "create", file)

    again = told(home, "create", file, "--publish")

    assert (first["is_new"], again["is_new"]) == (True, False)
    assert first["version"]["hash"] == again["version"]["hash"]
    assert "has this content already" in run(home, "create", file).output


def test_the_list_has_what_ships_and_what_is_kept(home: Path, file: str) -> None:
    run(home, "create", file)

    listed = told(home, "list")
    shown = run(home, "list").output

    assert {one["name"] for one in listed} >= {"search", "three-ways", "paper"}
    assert "paper@1" in shown
    assert "ships with Vasari" in shown


def test_what_ships_is_cloned_with_changes(home: Path, tmp_path: Path) -> None:
    changes = tmp_path / "changes.json"
    changes.write_text(json.dumps({"stages": DEFINITION["stages"], "inputs": DEFINITION["inputs"]}))

    plain = told(home, "clone", "search", "mine", "--description", "Ours")
    changed = told(home, "clone", "mine", "mine", "--changes", str(changes), "--publish")

    assert plain["version"]["definition"]["description"] == "Ours"
    assert (changed["version"]["version"], changed["version"]["is_published"]) == (2, True)
    assert changed["version"]["definition"]["description"] == "Ours"


def test_the_schema_of_its_inputs_is_written(home: Path, file: str) -> None:
    run(home, "create", file)

    schema = json.loads(run(home, "schema", "paper@1").stdout)

    assert schema["required"] == ["text"]


def test_stages_are_listed_and_one_is_shown_whole(tmp_path: Path) -> None:
    home = tmp_path / "none"

    listed = run(home, "stages").output
    one = json.loads(run(home, "stages", "limit").stdout)
    wrong = run(home, "stages", "telepathy")

    assert "feature_search" in listed
    assert "hits" in one["parameters"]["properties"]
    assert isinstance(wrong.exception, InputError)
    assert not home.exists()  # nothing was opened for it


def test_a_definition_is_checked_without_an_installation(tmp_path: Path, file: str) -> None:
    home = tmp_path / "none"

    result = run(home, "check", file)
    hashed = told(home, "check", file)

    assert "whole; feature_search" in result.output
    assert len(hashed["hash"]) == 64
    assert not home.exists()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is nested too deeply"),
        ("[]", "must hold a JSON object"),
        ('{"stages": []}', "stages"),
        ('{"stages": [{"type": "feature_search", "parameters": {"text": "{{ INPUT.x }}"}}]}',
         "stages.0.parameters.text"),
        ('{"stages": [{"type": "limit"}], "steps": 1}', "steps"),
    ],
)  # fmt: skip
def test_a_wrong_definition_is_told_in_words(tmp_path: Path, text: str, why: str) -> None:
    result = run(tmp_path / "none", "check", "-", stdin=text)

    assert isinstance(result.exception, InputError)
    assert why in str(result.exception)


@pytest.mark.parametrize(
    ("words", "kind", "why"),
    [
        (("show", "serach"), NotFoundError, "did you mean 'search'"),
        (("publish", "search"), ConflictError, "ships with Vasari"),
        (("delete", "search"), ConflictError, "ships with Vasari"),
        (("clone", "search", "Mine"), InputError, "lower-case letters"),
        (("versions", "nobody"), NotFoundError, "'nobody'"),
    ],
)
def test_a_wrong_name_is_told_in_words(
    home: Path, words: tuple[str, ...], kind: type[Exception], why: str
) -> None:
    result = run(home, *words)

    assert isinstance(result.exception, kind)
    assert why in str(result.exception)


def test_a_file_without_a_name_needs_one(home: Path) -> None:
    result = run(home, "create", "-", stdin=json.dumps(DEFINITION))

    assert isinstance(result.exception, InputError)
    assert "give --name" in str(result.exception)
    wrong = run(home, "create", "-", stdin=json.dumps({**DEFINITION, "name": "a", "publish": 1}))
    assert "must be true or false" in str(wrong.exception)


def test_every_command_says_what_it_does(tmp_path: Path) -> None:
    helped = run(tmp_path, "--help").output

    for command in ("create", "check", "list", "versions", "show", "schema", "clone", "publish",
                    "delete", "stages", "run"):  # fmt: skip
        assert command in helped
        assert run(tmp_path, command, "--help").exit_code == 0
