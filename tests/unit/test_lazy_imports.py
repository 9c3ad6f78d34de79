"""What a command does not need is not imported: a start is as long as its imports."""

import json
import subprocess
import sys

import pytest

HEAVY = {
    "alembic", "api", "bench", "db", "faiss", "fastapi", "index", "ingest", "models", "numkong",
    "onnxruntime", "PIL", "py3langid", "pyarrow", "qdrant_client", "search", "sqlalchemy",
    "storage", "tokenizers", "torch", "transformers", "uvicorn",
}  # fmt: skip


def imported(code: str) -> set[str]:
    """Name the packages that a fresh process has after some lines."""
    told = f"{code}\nimport json, sys; print('\\n' + json.dumps(sorted(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in json.loads(ended.stdout.splitlines()[-1])}


def run(*words: str) -> str:
    return (
        f"import sys; sys.argv = ['vasari', *{words!r}]\n"
        "from cli.main import main\ntry:\n    main()\nexcept SystemExit:\n    pass"
    )


@pytest.mark.parametrize(
    "words", [("--version",), ("--help",), ("search", "--help"), ("index", "build", "--help")]
)
def test_words_about_a_command_import_nothing_heavy(words: tuple[str, ...]) -> None:
    found = imported(run(*words))

    assert "cli" in found
    assert not found & HEAVY


def test_the_wiring_of_a_search_imports_neither_server_nor_database_nor_torch() -> None:
    found = imported(
        "from core.settings import load_settings\nfrom search.build import build_engine\n"
        "build_engine(load_settings({}))"
    )

    assert "index" in found
    assert not found & {"alembic", "db", "fastapi", "ingest", "sqlalchemy", "torch", "uvicorn"}


def test_the_app_imports_neither_torch_nor_readers_of_tables() -> None:
    found = imported("import api.app")

    assert not found & {"ingest", "pyarrow", "py3langid", "torch", "transformers"}
