"""The longest answers of a service, with and without what its collector leaves out.

    python -m bench.pauses

Serves the bundled sample by turns: as `vasari serve` does, and with Python's own collections, which
look through all that is loaded. One client and four ask for words and filters, nothing is cached.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from bench.record import RESULTS, Recorder, say
from bench.server import drive, environment, free_port, wait_for
from bench.serving import FILTERS, QUERIES, search_path

TURNS = 2
LOAD_S = 20.0
_SERVE = "import sys; from cli.main import app; app(['serve', '--port', sys.argv[1]])"
_COLLECTING = f"import api.readiness as r; r.leave_out_what_is_loaded = lambda: None; {_SERVE}"
WAYS = {"as_served": _SERVE, "collecting_all": _COLLECTING}


def main() -> None:
    """Measure each way by turns, and keep a row for each load."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=LOAD_S, help="of each load")
    parser.add_argument("--results", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    recorder = Recorder("serve", arguments.results)
    with tempfile.TemporaryDirectory() as home:
        subprocess.run(
            [sys.executable, "-m", "cli", "demo", "--no-serve"],
            env=environment(Path(home)),
            check=True,
        )
        for _ in range(TURNS):
            for way in WAYS:
                _measure(Path(home), way, arguments.seconds, recorder)


def _measure(home: Path, way: str, seconds: float, recorder: Recorder) -> None:
    paths = [search_path(query, where) for query in QUERIES for where in FILTERS.values()]
    with _served(home, WAYS[way]) as port:
        for clients in (1, 4):
            say(f"{way}, {clients} clients")
            load = drive(port, paths, clients=clients, seconds=seconds)
            p50, p99, p999 = np.percentile(load.latencies_ms, (50, 99, 99.9))
            recorder.row(
                "pauses",
                {
                    "way": way,
                    "clients": clients,
                    "requests": len(load.latencies_ms),
                    "errors": load.errors,
                    "p50_ms": float(p50),
                    "p99_ms": float(p99),
                    "p999_ms": float(p999),
                    "longest_ms": max(load.latencies_ms),
                },
            )


@contextmanager
def _served(home: Path, program: str) -> Iterator[int]:
    port = free_port()
    begin = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", program, str(port)],
        env=environment(home, {"VASARI_CACHE_MB": "0"}),
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(process, port, "/readyz", begin)
        yield port
    finally:
        process.terminate()
        process.wait(30)


if __name__ == "__main__":
    main()
