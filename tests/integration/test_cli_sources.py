"""`vasari ingest inspect`, `iiif` and `own`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from core.errors import SourceError
from core.settings import load_settings
from ingest.iiif.naming import iiif_name
from ingest.sources.own import open_own_source
from search.build import build_services
from tests.json_server import serving_json
from tests.manifests import collection3, manifest3


def run(home: Path, *words: str) -> Result:
    return CliRunner(env={"VASARI_HOME": str(home), "COLUMNS": "200"}).invoke(app, list(words))


def titles(home: Path) -> list[str | None]:
    services = build_services(load_settings({"VASARI_HOME": str(home)}))
    return sorted((artwork.title for artwork in services.catalogue.scan()), key=str)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    (tmp_path / "works.csv").write_text("id,title,maker\n1,Sea,Ann\n2,Sky,Jan\n")
    return tmp_path / "works.csv"


def test_inspect_prints_a_mapping_and_nothing_else(table: Path, tmp_path: Path) -> None:
    result = run(tmp_path / "home", "ingest", "inspect", str(table))

    (tmp_path / "m.toml").write_text(result.stdout)
    read = run(
        tmp_path / "home", "ingest", "table", str(table), "--mapping", str(tmp_path / "m.toml")
    )
    assert read.exit_code == 0, read.output
    assert titles(tmp_path / "home") == ["Sea", "Sky"]


def test_inspect_writes_a_mapping_once(table: Path, tmp_path: Path) -> None:
    words = ["ingest", "inspect", str(table), "--write", str(tmp_path / "m.toml")]

    first, second = run(tmp_path, *words), run(tmp_path, *words)

    assert (first.exit_code, "2 rows" in first.stdout, "maker" in first.stdout) == (0, True, True)
    assert isinstance(second.exception, SourceError)


def test_inspect_tells_machines_what_it_found(table: Path, tmp_path: Path) -> None:
    told = json.loads(run(tmp_path, "ingest", "inspect", str(table), "--json").stdout)

    assert told["profile"]["rows"] == 2
    assert [column["name"] for column in told["profile"]["columns"]] == ["id", "title", "maker"]
    assert 'title = "title"' in told["mapping"]


def test_a_collection_is_harvested_and_ingested(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving_json() as server:
        a = server.put("/a", manifest3(f"{server.url}/a", "Sea"))
        root = server.put("/root", collection3(f"{server.url}/root", [(a, "Manifest")]))
        words = ["ingest", "iiif", root, "--contact", "tests@example.org", "--rate", "100"]
        refused = run(home, *words, "--name", "own")
        words += ["--allow-private", "127.0.0.1", "--name", "own"]

        first, again = run(home, *words), run(home, *words, "--json")

    assert isinstance(refused.exception, SourceError)
    assert first.exit_code == 0, first.output
    assert titles(home) == ["Sea"]
    assert json.loads(again.stdout)["rows"].get("created") == 0


def test_manifests_in_a_folder_need_nobody_to_write_to(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.json").write_text(json.dumps(manifest3("https://m.example/a", "Sea")))

    result = run(tmp_path / "home", "ingest", "iiif", str(tmp_path / "docs"))

    assert result.exit_code == 0, result.output
    assert titles(tmp_path / "home") == ["Sea"]


def test_the_name_of_a_source_is_made_of_its_address() -> None:
    assert iiif_name("https://data.museum.example/iiif") == "data-museum-example"
    assert iiif_name("/tmp/my list.txt") == "my-list"  # noqa: S108 - a name, not a file
    with pytest.raises(SourceError, match="must be a short name"):
        iiif_name("x", "A B")


OWN = """
from core.ports import SourceItem
from core.types import Artwork

class Own:
    name = "own"
    def __init__(self, path): self.path = path
    def fingerprint(self): return "same"
    def count(self): return 1
    def read(self): yield SourceItem(Artwork("own:1", "Sea"), 1)
    def read_picture(self, path): return b""

class Half:
    def __init__(self, path): self.name = "half"
"""


def test_other_code_is_other_data(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(OWN)
    prints = [open_own_source(f"{tmp_path / 'own.py'}:Own", tmp_path).fingerprint()]
    (tmp_path / "own.py").write_text(OWN + "# changed\n")
    prints.append(open_own_source(f"{tmp_path / 'own.py'}:Own", tmp_path).fingerprint())

    assert len(set(prints)) == 2


@pytest.mark.parametrize(
    ("reader", "message"),
    [
        ("own.py", "give a file and a class"),
        ("own.txt:Own", "give a file and a class"),
        ("nowhere.py:Own", "cannot be read"),
        ("own.py:Other", "has no class Other"),
        ("own.py:Half", "lacks fingerprint, count, read, read_picture"),
        ("broken.py:Own", "cannot be run: SyntaxError"),
    ],
)
def test_a_reader_that_is_none_is_refused(tmp_path: Path, reader: str, message: str) -> None:
    (tmp_path / "own.py").write_text(OWN)
    (tmp_path / "broken.py").write_text("class Own(")

    with pytest.raises(SourceError, match=message):
        open_own_source(f"{tmp_path}/{reader}", tmp_path)


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        ("id,t\xeftel\n1,Sea\n2,Sky\n".encode("latin-1"), "is not text in UTF-8: save it as UTF-8"),
        ("id,title\n1,Sea\n2,Sky\n".encode("utf-16"), "is text in UTF-16: save it as CSV in UTF-8"),
    ],
)
def test_a_header_of_another_encoding_is_told_with_the_remedy(
    table: Path, tmp_path: Path, content: bytes, remedy: str
) -> None:
    table.write_bytes(content)

    refused = run(tmp_path / "home", "ingest", "inspect", str(table))

    assert isinstance(refused.exception, SourceError)
    assert remedy in str(refused.exception)
