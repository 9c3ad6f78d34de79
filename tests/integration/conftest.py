"""What the integration tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from core.ports import SnapshotStore
from index.snapshots.snapshot_store import DiskSnapshotStore
from tests.api_service import Service, filled_services, serving
from tests.qwen_checkpoints import make_qwen
from tests.requirements import require
from tests.siglip_checkpoints import make_siglip, make_siglip2


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all tests that do not change what it serves."""
    with serving(filled_services(tmp_path_factory.mktemp("service"))) as running:
        yield running


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a home that holds the sample collection, as `vasari demo` does."""
    home = tmp_path_factory.mktemp("sample")
    made = CliRunner(env={"VASARI_HOME": str(home)}).invoke(app, ["demo", "--no-serve"])
    assert made.exit_code == 0, made.output
    return home


@pytest.fixture(scope="session")
def siglip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a tiny SigLIP checkpoint."""
    require("models")
    return make_siglip(tmp_path_factory.mktemp("siglip") / "tiny-siglip")


@pytest.fixture(scope="session")
def siglip2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a tiny SigLIP 2 checkpoint."""
    require("models")
    return make_siglip2(tmp_path_factory.mktemp("siglip2") / "tiny-siglip2")


@pytest.fixture(scope="session")
def qwen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a tiny Qwen3-VL checkpoint."""
    require("models")
    return make_qwen(tmp_path_factory.mktemp("qwen") / "tiny-qwen")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "snapshots"


@pytest.fixture
def store(folder: Path) -> SnapshotStore:
    return DiskSnapshotStore(folder)
