"""Publishing while people search: what a swap of snapshots costs them, and whether it shows.

    python -m bench.swap --swaps 120

A home with three snapshots that differ is served by one process, or by two. Clients ask for words,
filters, facets, likeness, pictures and later pages, each request at its time: the latency counts
from when it was due. Meanwhile snapshots are published and taken back over the admin's REST API.
Afterwards each snapshot is asked the same in a process of its own; an answer whose hits, scores,
total or facets are not those of the snapshot that it names is mixed.
"""

import argparse
import json
import os
import secrets
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from api.auth import hash_key
from bench.record import RESULTS, Figure, Recorder, say
from bench.server import serve
from bench.serving import QUERIES
from bench.swap.asking import Request, ask, open_connection, requests
from bench.swap.filling import fill
from bench.swap.fresh import answer_afresh
from bench.swap.home import KEEP, SOURCE, Prepared, cli, prepare
from bench.swap.load import Load, Seen
from bench.swap.reckoning import figures, windows
from bench.swap.swapping import Admin, Swap, swap_often

WARM = 24  # requests
PARAMETERS = ("processes", "clients", "rate", "every_s", "cache_mb", "seed")


@dataclass(frozen=True, slots=True)
class Found:
    """What was asked, swapped and seen."""

    asked: list[Request]
    ports: list[int]
    swaps: list[Swap]
    seen: list[Seen]
    rss_mb: float  # of all services
    load: float  # of the machine over five minutes, the services' own included


def main() -> None:
    """Swap under load, and keep a row; exit code 1 where a request failed or was mixed."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as own:
        found = run(arguments.scratch or Path(own), arguments)
    Recorder("swap", arguments.results).row("swap", found)
    sys.exit(any(found[name] for name in ("failed", "mixed", "swaps_failed", "unseen_swaps")))


def run(scratch: Path, arguments: argparse.Namespace) -> dict[str, Figure]:
    """Prepare a home, serve it, swap under load, and compare with fresh answers."""
    home = scratch / "home"
    home.mkdir(parents=True, exist_ok=True)
    if arguments.works:
        fill(home, scratch, arguments.works)
    cli(home, "ingest", "sample")
    prepared = prepare(home, scratch)
    key = secrets.token_urlsafe(16)
    settings = KEEP | {"VASARI_ADMIN_KEY_HASH": hash_key(key)}
    if arguments.cache_mb is not None:
        settings |= {"VASARI_CACHE_MB": str(arguments.cache_mb)}
    found = _swap_under_load(prepared, key, settings, arguments)
    _tell(found.swaps, found.seen)
    seen = (one for one in found.seen if one.answer.snapshot)
    named = {(one.request, one.page, one.answer.snapshot) for one in seen}
    fresh = answer_afresh(home, found.asked, named, settings=settings)
    swapping = windows(found.swaps, found.seen, found.ports)
    return {
        "works": prepared.works,
        **{name: getattr(arguments, name) for name in PARAMETERS},
        **figures(found.seen, found.swaps, swapping, fresh),
        "rss_mb": found.rss_mb,
        "load": found.load,
    }


def _swap_under_load(
    prepared: Prepared, key: str, settings: Mapping[str, str], arguments: argparse.Namespace
) -> Found:
    with ExitStack() as stack:
        services = [
            stack.enter_context(serve(prepared.home, settings)) for _ in range(arguments.processes)
        ]
        ports = [service.port for service in services]
        asked = requests(_artworks(ports[0]), seed=arguments.seed, count=arguments.distinct)
        _warm(ports, asked)
        load = Load(asked, ports, arguments.rate, arguments.clients)
        stack.callback(load.stop)
        load.start()
        say(f"{arguments.swaps} swaps, {arguments.rate:g} requests/s")
        swaps = swap_often(
            Admin(ports[0], key),
            prepared.snapshots,
            swaps=arguments.swaps,
            every_s=arguments.every_s,
            seed=arguments.seed,
        )
        load.stop()
        rss_mb = sum(service.rss_mb() for service in services)
        return Found(asked, ports, swaps, load.seen, rss_mb=rss_mb, load=os.getloadavg()[1])


def _tell(swaps: list[Swap], seen: list[Seen]) -> None:
    for swap in swaps:
        if swap.error:
            say(f"{swap.verb}: {swap.error}")
    for error in sorted({one.error for one in seen if one.error})[:10]:
        say(f"failed: {error}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--swaps", type=int, default=120)
    parser.add_argument("--processes", type=int, default=1, help="services over the one home")
    parser.add_argument("--rate", type=float, default=12.0, help="requests a second, in all")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument(
        "--every", dest="every_s", type=float, default=3.0, help="seconds between swaps"
    )
    parser.add_argument("--distinct", type=int, default=400, help="requests that differ")
    parser.add_argument("--cache-mb", type=int, help="0: none; as installed if left out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--works", type=int, default=0, help="made-up works beside the sample")
    parser.add_argument("--scratch", type=Path, help="an empty folder to work in")
    parser.add_argument("--results", type=Path, default=RESULTS)
    return parser.parse_args()


def _artworks(port: int) -> list[str]:
    """Name artworks that every snapshot has: those of the base."""
    found: dict[str, None] = {}
    with closing(open_connection(port)) as connection:
        for text in QUERIES:
            status, raw = ask(connection, json.dumps({"q": text}).encode())
            if status != 200:
                raise RuntimeError(f"{status}: {raw[:300]!r}")
            found |= dict.fromkeys(hit["artwork"]["id"] for hit in json.loads(raw)["hits"])
    return [id for id in found if not id.startswith(SOURCE)]


def _warm(ports: list[int], asked: list[Request]) -> None:
    """Ask some of all kinds, so that no model is loaded while it is measured."""
    for port in ports:
        with closing(open_connection(port)) as connection:
            for request in asked[:WARM]:
                ask(connection, request.json())


if __name__ == "__main__":
    main()
