"""The examples of docs/sources.md, run as they stand."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.ingest import app as ingest_app
from cli.main import app
from core.settings import load_settings
from core.types import Artwork, RightsStatus
from ingest.mapping_file import shipped_mappings
from search.build import build_services

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "sources.md").read_text()


def block(language: str) -> str:
    """Find the only block of a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", DOCS, re.M | re.S)
    return str(found)


def commands(word: str) -> list[list[str]]:
    """Find the commands of the document that have a word, ready to be run."""
    blocks = re.findall(r"^```sh\n(.*?)^```", DOCS, re.M | re.S)
    lines = [line for text in blocks for line in text.splitlines() if word in line]
    return [shlex.split(line)[1:] for line in lines]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "works.csv").write_text(block("csv"))
    (tmp_path / "works.toml").write_text(block("toml"))
    (tmp_path / "cards.py").write_text(block("python"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(here: Path, words: list[str]) -> None:
    result = CliRunner(env={"VASARI_HOME": str(here / "home")}).invoke(app, words)
    assert result.exit_code == 0, result.output


def catalogue(here: Path) -> list[Artwork]:
    settings = load_settings({"VASARI_HOME": str(here / "home")})
    return list(build_services(settings).catalogue.scan())


def test_the_mapping_of_the_docs_reads_the_table_of_the_docs(here: Path) -> None:
    run(here, ["ingest", "table", "works.csv", "--mapping", "works.toml"])

    harbour, dog = catalogue(here)
    assert harbour.id == "example:A-1"
    assert harbour.other_titles == ("Der Hafen im Morgenlicht",)
    assert [link.artist.name for link in harbour.contributions] == ["Anna Maker", "Jan Maker"]
    assert (harbour.begin, harbour.end, harbour.subjects) == (1884, 1884, ("ships", "harbour"))
    assert harbour.images[0].rights.status is RightsStatus.OPEN
    assert (dog.medium, dog.images) == ("chalk", ())


def test_the_draft_of_the_docs_reads_the_table_too(here: Path) -> None:
    for words in commands("draft.toml"):
        run(here, words)

    harbour, dog = catalogue(here)
    assert (harbour.title, harbour.medium) == ("The harbour at dawn", "oil on canvas")
    assert (harbour.begin, dog.title) == (1884, "Study of a dog")
    assert [link.artist.name for link in harbour.contributions] == ["Anna Maker", "Jan Maker"]
    assert harbour.images[0].url == "https://pictures.example/a1.jpg"


def test_the_reader_of_the_docs_reads_its_cards(here: Path) -> None:
    (here / "cards").mkdir()
    (here / "cards" / "1.txt").write_text("Sea / Anna Maker / c. 1660")
    (here / "cards" / "2.txt").write_text("no card")

    for words in commands("cards.py:CardIndex"):
        run(here, words)

    (sea,) = catalogue(here)
    assert (sea.id, sea.title, sea.begin) == ("cards:1", "Sea", 1660)


def test_a_museum_in_python_is_under_a_hundred_lines() -> None:
    assert block("python").count("\n") < 100


def test_every_mapping_that_ships_stands_in_the_docs() -> None:
    assert all(f"`{name}`" in DOCS for name in shipped_mappings())


def test_every_command_of_the_docs_is_one() -> None:
    known = {getattr(c.callback, "__name__", "") for c in ingest_app.registered_commands}

    assert {words[1] for words in commands("vasari ingest")} <= known
