"""A process that does one part over one collection and prints what that took."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench.ingest.made import KINDS, Kind
from bench.record import Figure

Figures = dict[str, Figure]


def measured(work: Callable[[], int]) -> Figures:
    """Measure some work in this process: what it counted, seconds, and the most memory so far."""
    began, cpu = time.perf_counter(), time.process_time()
    rows = work()
    wall = time.perf_counter() - began
    cpu_s = time.process_time() - cpu
    return {"rows": rows, "wall_s": wall, "cpu_s": cpu_s, "peak_rss_mb": peak_rss_mb()}


def peak_rss_mb() -> float:
    """Read the most memory that this process has held, without that of the one it came from."""
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def _write(kind: Kind, folder: Path, home: Path) -> Figures:
    folder.mkdir(parents=True, exist_ok=True)
    kind.write(folder, int(home.name))
    return {}


def _bare(kind: Kind, folder: Path, _: Path) -> Figures:
    return measured(lambda: kind.bare(folder))


def _read(kind: Kind, folder: Path, _: Path) -> Figures:
    return measured(lambda: sum(1 for _ in kind.open(folder).read()))


def _ingest(kind: Kind, folder: Path, home: Path) -> Figures:
    return _ingested(kind, folder, home, force=False)


def _again(kind: Kind, folder: Path, home: Path) -> Figures:
    return _ingested(kind, folder, home, force=True)


def _ingested(kind: Kind, folder: Path, home: Path, *, force: bool) -> Figures:
    from core.progress import SilentProgress
    from core.settings import load_settings
    from ingest.options import IngestOptions
    from ingest.pipeline import ingest
    from search.build import build_services

    services = build_services(load_settings({"VASARI_HOME": str(home)}))

    def work() -> int:
        run = ingest(
            kind.open(folder),
            catalogue=services.catalogue,
            blobs=services.blobs,
            runs=services.runs,
            progress=SilentProgress(),
            options=IngestOptions(force=force),
        )
        return run.kept + run.quarantined + run.duplicates

    return measured(work)


# In this order: a collection is there, is read in two ways, taken, found known, and taken again.
PARTS = {
    "write": _write,
    "bare": _bare,
    "read": _read,
    "ingest": _ingest,
    "no-op": _ingest,
    "again": _again,
}


def main() -> None:
    """Do one part."""
    part, kind, folder, home = sys.argv[1:]
    print(json.dumps(PARTS[part](KINDS[kind], Path(folder), Path(home))))


if __name__ == "__main__":
    main()
