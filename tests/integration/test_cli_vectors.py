"""The commands for vectors, as somebody types them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from tests.api_service import LILIES, ODD_ID
from tests.exchanging import Installations
from tests.vectors import SPACE, unit_vectors, vectors_of, write_file


@pytest.fixture
def home(installations: Installations, tmp_path: Path) -> Path:
    installations.copy(tmp_path / "home")
    return tmp_path / "home"


def run(home: Path, *words: str) -> Result:
    return CliRunner(env={"VASARI_HOME": str(home), "VASARI_THREADS": "1"}).invoke(app, words)


def test_vectors_go_out_and_come_back_as_our_own(home: Path, tmp_path: Path) -> None:
    path = str(tmp_path / "v.parquet")

    out = run(home, "vectors", "export", path, "--licence", "CC0", "--json")
    back = run(home, "vectors", "import", path, "--json")

    assert json.loads(out.stdout)["rows"] == 50
    report = json.loads(back.stdout)
    assert (report["is_own"], report["written"], report["present"]) == (True, 0, 50)


def test_vectors_of_others_are_taken_listed_and_removed(home: Path, tmp_path: Path) -> None:
    path = write_file(
        tmp_path / "dino.parquet", [LILIES, ODD_ID], vectors_of((3, 4, 0, 0), (1, 0, 0, 0))
    )

    taken = run(home, "vectors", "import", str(path), "--name", "by dino")
    listed = json.loads(run(home, "vectors", "list", "--json").stdout)
    shown = run(home, "vectors", "list").output
    removed = run(home, "vectors", "remove", SPACE.key)

    assert "2 vectors taken, 0 were there" in taken.output
    assert "1 were not of unit length" in taken.output
    assert [one["name"] for one in listed] == ["by dino"]
    assert SPACE.key in shown
    assert removed.exit_code == 0
    assert json.loads(run(home, "vectors", "list", "--json").stdout) == []


def test_a_file_that_is_wrong_is_told_by_row_and_column(home: Path, tmp_path: Path) -> None:
    path = write_file(tmp_path / "v.parquet", ["t:nobody"], unit_vectors(1))

    result = run(home, "vectors", "import", str(path))

    assert result.exit_code != 0
    assert "v.parquet, row 1, column artwork_id" in str(result.exception)
