"""A soak: kill at random moments, go on, and end as if nothing had happened.

    python -m bench.soak --kills 200

A process ingests a small collection that has changed, uploads pictures to an S3 store on this
machine, fetches others from a server on this machine, embeds, builds and publishes. It is killed
with SIGKILL at random moments of each phase and started again, up to eight times, then left to come
to its end; then the next home begins. Each must end as one that was never killed: catalogue, ledger
of rows and of pictures, blobs, embeddings, the live snapshot and its answers, files.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from bench.record import RESULTS, Recorder
from bench.soak.soak import open_soak, timed


def main() -> None:
    """Soak, and keep a row; exit code 1 where a home differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument(
        "--scratch", type=Path, help="an empty folder; homes that differ stay there"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as own, open_soak(arguments.scratch or Path(own)) as soak:
        figures = timed(soak, arguments.kills, arguments.seed)
    shape = {"artworks": len(soak.whole["artworks"]), "blobs": len(soak.whole["blobs"])}
    Recorder("soak", arguments.results).row("kills", {**shape, **figures})
    sys.exit(bool(figures["differences"]))


if __name__ == "__main__":
    main()
