"""What a retriever costs beside the bare engine, and what its cache gives.

    python -m bench.retrievers

Over the bundled sample: (1) a retriever of four stages against the engine called with the query
that it compiles to, nothing kept; (2) answers from the cache, in the process and over HTTP;
(3) requests drawn by Zipf's law: share of hits and memory; (4) 100 equal requests at one moment.
"""

import argparse
import tempfile
from pathlib import Path

from api.collector import leave_out_what_is_loaded
from bench.record import RESULTS, Recorder
from bench.retrievers.cache import (
    measure_hits,
    measure_hits_over_http,
    measure_together,
    measure_zipf,
)
from bench.retrievers.common import open_home
from bench.retrievers.cost import measure_overhead
from bench.swap.home import cli


def main() -> None:
    """Measure the four parts, and keep a row for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=20_000, help="requests by Zipf's law")
    parser.add_argument("--distinct", type=int, default=5_000, help="that these are drawn from")
    parser.add_argument("--results", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    recorder = Recorder("retrievers", arguments.results)
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        home.mkdir()
        cli(home, "demo", "--no-serve")
        services = open_home(home, cache_mb=0)
        services.engine.warm_up()
        leave_out_what_is_loaded()  # as a service does
        measure_overhead(services, recorder)
        measure_hits(open_home(home), recorder)
        measure_hits_over_http(home, recorder)
        for cache_mb in (256, 64):  # as installed, and so small that much is pushed out
            zipf = open_home(home, cache_mb=cache_mb)
            measure_zipf(zipf, recorder, draws=arguments.draws, distinct=arguments.distinct)
        measure_together(open_home(home), recorder)


if __name__ == "__main__":
    main()
