"""One cluster on two cores for the whole session: it takes a dozen seconds to start."""

import socket
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from cluster.options import BatchOptions, ServeOptions, WorkerOptions
from cluster.serve import Served, deploy
from cluster.session import connected
from core.settings import Settings, load_settings

SHARE = WorkerOptions(count=1, cpus=0.1)
BATCH = BatchOptions(most=8, wait_s=0.1)
KEY = "sk-of-the-cluster"


def pytest_configure(config: pytest.Config) -> None:
    for line in (  # of Ray's own code
        "ignore::pydantic.warnings.PydanticDeprecatedSince20",
        "ignore::ResourceWarning",
    ):
        config.addinivalue_line("filterwarnings", line)


@pytest.fixture(scope="session")
def ray() -> Iterator[ModuleType]:
    with connected("local") as module:
        yield module


@pytest.fixture(scope="session")
def served(ray: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Served]:
    options = ServeOptions(SHARE, BATCH, port=free_port())
    settings = settings_of(tmp_path_factory.mktemp("serving"), reranker="words+20ms")
    return {one.application: one for one in deploy(ray, settings, options)}


def settings_of(home: Path, **changed: str) -> Settings:
    """Give settings of the built-in encoders, on one thread."""
    given = {"home": str(home), "threads": "1", "remote_api_key": KEY} | changed
    return load_settings({f"VASARI_{name.upper()}": value for name, value in given.items()})


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
