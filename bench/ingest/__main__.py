"""Ingest measured: rows/s and memory of each source, pictures/s, uploads; against bare loops.

    python -m bench.ingest                          # all of it, 130,000 rows
    python -m bench.ingest nga csv --rows 1000000

A source's collection is made up, faults included for `nga`. Each part runs in a process of its
own, whose peak memory is measured: `bare` reads the same files with csv, json, pyarrow or Pillow
and does nothing with the rows, `read` makes artworks of them, `ingest` brings these into a new
catalogue in SQLite, `no-op` does so once more with nothing changed, `again` is told to read all the
same. `iiif` is made of 20,000 rows at most and `folder` of 2,000. `pictures` fetches from a server
on this machine that waits before each answer, `uploads` is `python -m bench.uploads`.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from bench.ingest import pictures, sources
from bench.ingest.made import KINDS
from bench.record import RESULTS, Recorder, say

PARTS = (*KINDS, "pictures", "uploads")


def main() -> None:
    """Measure what was asked for, in order."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="all if left out")
    parser.add_argument("--rows", type=int, default=130_000)
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--latency-ms", type=float, default=50)
    parser.add_argument("--folder", type=Path, help="keep collections here, or take those there")
    parser.add_argument("--results", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    recorder = Recorder("ingest", arguments.results)
    for part in arguments.parts or PARTS:
        if part in KINDS:
            sources.run(part, arguments.rows, recorder, arguments.folder)
        elif part == "pictures":
            pictures.run(arguments.pictures, arguments.latency_ms, recorder)
        else:
            say("uploads")
            words = [sys.executable, "-m", "bench.uploads", "--pictures", str(arguments.pictures)]
            words += ["--results", str(arguments.results)]
            subprocess.run(words, check=True)  # noqa: S603 - ourselves


if __name__ == "__main__":
    main()
