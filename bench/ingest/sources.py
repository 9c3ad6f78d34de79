"""Rows per second and memory of each source, each part in a process of its own."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.ingest.child import PARTS, Figures
from bench.record import Recorder, say

# What is not made as large: a file for each row, or pictures to decode.
MOST = {"iiif": 20_000, "folder": 2_000}


def run(kind: str, rows: int, recorder: Recorder, folder: Path | None = None) -> None:
    """Measure a source; keep the collection in a folder, or take the one there."""
    rows = min(rows, MOST.get(kind, rows))
    with tempfile.TemporaryDirectory() as scratch:
        made = folder / f"{kind}-{rows}" if folder else Path(scratch) / "made"
        if not made.exists():
            say(f"{kind}: make {rows} rows")
            in_a_process("write", kind, made, Path(scratch) / str(rows))
        _measure(kind, made, Path(scratch) / "home", recorder)


def _measure(kind: str, made: Path, home: Path, recorder: Recorder) -> None:
    size_mb = sum(path.stat().st_size for path in made.rglob("*") if path.is_file()) / 1e6
    bare: Figures = {}
    for part in list(PARTS)[1:]:
        say(f"{kind}: {part}")
        found = in_a_process(part, kind, made, home)
        bare = bare or found
        recorder.row(
            f"{kind}-{part}",
            {
                "source": kind,
                "database": "sqlite",
                "file_rows": bare["rows"],
                "file_mb": size_mb,
                **found,
                "rows_per_s": _number(found, "rows") / _number(found, "wall_s"),
                "load_1min": os.getloadavg()[0],  # others on the machine, and ourselves
                "wall_times_bare": _number(found, "wall_s") / _number(bare, "wall_s"),
                "cpu_times_bare": _number(found, "cpu_s") / _number(bare, "cpu_s"),
            },
        )


def _number(figures: Figures, name: str) -> float:
    found = figures[name]
    assert isinstance(found, int | float)
    return found


def in_a_process(part: str, kind: str, made: Path, home: Path) -> Figures:
    """Do one part in a process of its own; `process_s` counts its start, too."""
    words = [sys.executable, "-m", "bench.ingest.child", part, kind, str(made), str(home)]
    began = time.perf_counter()
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ourselves
    found: Figures = json.loads(done.stdout.splitlines()[-1])
    return found | {"process_s": time.perf_counter() - began}
