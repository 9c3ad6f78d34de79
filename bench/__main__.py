"""`make bench`: measure, print, and keep rows in bench/results."""

import argparse
import shutil
from pathlib import Path

from bench import filters, serving, tate
from bench.record import Recorder, say

HOME = Path(__file__).resolve().parents[1] / ".cache" / "bench" / "tate"


def main() -> None:
    """Measure what was asked for, in order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "parts", nargs="*", choices=[[], "build", "filters", "serve"], help="all if left out"
    )
    parser.add_argument("--fresh", action="store_true", help="forget what an earlier run encoded")
    arguments = parser.parse_args()
    parts = arguments.parts or ["build", "filters", "serve"]
    if not tate.DATA.is_dir():
        raise SystemExit(f"the Tate collection is not there: put it into {tate.DATA / 'tate'}")
    if arguments.fresh:
        shutil.rmtree(HOME, ignore_errors=True)
    if "build" in parts:
        say(f"home: {HOME}")
        tate.run(HOME, Recorder("build"))
    if "filters" in parts:
        filters.run(HOME, Recorder("filters"))
    if "serve" in parts:
        serving.run(HOME, Recorder("serve"))


if __name__ == "__main__":
    main()
