"""What the integration tests share."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from core.ports import SnapshotStore
from core.progress import SilentProgress
from exchange.bundle_export import export_bundle
from fetch.fetcher import WebPictureFetcher
from index.snapshots.snapshot_store import DiskSnapshotStore
from tests.api_service import Service, filled_services, serving
from tests.clocks import FetchClock
from tests.exchanging import Installations
from tests.fetching import LEVEL_2, open_fetcher
from tests.iiif_server import Museum, open_museum
from tests.qwen_checkpoints import make_qwen
from tests.requirements import require
from tests.s3_server import BadLine, bad_line
from tests.sharing import Home, Place, open_home, store_with_bucket
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


@pytest.fixture
def collector() -> Iterator[None]:
    """Let a service set the collector of this process, and set it back."""
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


@pytest.fixture(scope="session")
def installations(tmp_path_factory: pytest.TempPathFactory) -> Installations:
    """Make installations alike, each for a test that changes it."""
    home = tmp_path_factory.mktemp("installations") / "template"
    return Installations(home, filled_services(home).encoders)


@pytest.fixture(scope="session")
def bundle(installations: Installations, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a bundle of such an installation; tests change copies of it."""
    folder = tmp_path_factory.mktemp("exported")
    export_bundle(folder / "b.zip", installations.copy(folder / "home"), SilentProgress())
    return folder / "b.zip"


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


@pytest.fixture
def clock() -> FetchClock:
    return FetchClock()


@pytest.fixture
def museum(clock: FetchClock) -> Iterator[Museum]:
    """Open a museum with two pictures, whose clock is that of its visitors."""
    with open_museum(clock) as opened:
        opened.pictures = {"1": (400, 300), "2": (300, 400)}
        opened.info = LEVEL_2
        yield opened


@pytest.fixture
def fetcher(clock: FetchClock) -> Iterator[WebPictureFetcher]:
    with open_fetcher(clock) as opened:
        yield opened


@pytest.fixture(scope="module")
def store_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve S3 for snapshots that are shared."""
    with store_with_bucket(tmp_path_factory.mktemp("aws")) as url:
        yield url


@pytest.fixture
def place(store_url: str, tmp_path: Path) -> Place:
    return Place(store_url, f"of/{tmp_path.name}")


@pytest.fixture
def shared_line(store_url: str) -> Iterator[BadLine]:
    with bad_line(store_url) as opened:
        yield opened


@pytest.fixture
def publisher(place: Place, tmp_path: Path) -> Home:
    return open_home(tmp_path / "publisher", place)


@pytest.fixture
def replica(place: Place, tmp_path: Path) -> Home:
    return open_home(tmp_path / "replica", place)
