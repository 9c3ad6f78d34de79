"""Pictures per second from a server with latency: our pipeline against a loop that downloads."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from tempfile import TemporaryDirectory
from typing import TypeAlias

from bench.ingest.slow_server import serving
from bench.record import Figure, Recorder, say
from core.fetching import FetchScope, PictureFetch, Verdict, host_of
from core.progress import SilentProgress
from core.rights import RightsPolicy
from core.settings import load_settings
from core.types import Artwork, Image
from ingest.build_fetcher import Manners, build_fetcher
from ingest.fetch_pictures import FetchRun, FetchTools, fetch_pictures
from search.build import build_services

AT_ONCE = (1, 4, 8)
UNLIMITED = 1e9  # requests per second


Work: TypeAlias = Callable[[], object]


def run(count: int, latency_ms: float, recorder: Recorder) -> None:
    """Measure each way with so many requests at once."""
    with serving(latency_ms) as url:
        for at_once in AT_ONCE:
            bare_s = 0.0
            for name, way in WAYS.items():
                say(f"pictures: {name}, {at_once} at once")
                addresses = [f"{url}/{name}/{at_once}/{i}.jpg" for i in range(count)]
                with way(addresses, at_once) as work:
                    wall, cpu = _timed(work)
                bare_s = bare_s or wall
                figures: dict[str, Figure] = {
                    "pictures": count,
                    "latency_ms": latency_ms,
                    "at_once": at_once,
                    "wall_s": wall,
                    "cpu_s": cpu,
                    "pictures_per_s": count / wall,
                    "load_1min": os.getloadavg()[0],
                    "wall_times_bare": wall / bare_s,
                }
                recorder.row(f"pictures-{name}", figures)


def _timed(work: Work) -> tuple[float, float]:
    began, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - cpu


@contextmanager
def _bare(addresses: Sequence[str], at_once: int) -> Iterator[Work]:
    """Download, and do nothing with what comes."""
    import httpx

    with httpx.Client(trust_env=False) as client, ThreadPoolExecutor(at_once) as pool:

        def work() -> None:
            assert all(one.is_success and one.content for one in pool.map(client.get, addresses))

        yield work


@contextmanager
def _fetcher(addresses: Sequence[str], at_once: int) -> Iterator[Work]:
    """Download politely: robots.txt, queue, checked addresses and beginnings."""
    lines = [PictureFetch(1, address, False, host_of(address), 1024) for address in addresses]
    with closing(build_fetcher(_manners(at_once))) as fetcher, ThreadPoolExecutor(at_once) as pool:

        def work() -> None:
            verdicts = {one.verdict for one in pool.map(fetcher.fetch, lines)}
            assert verdicts == {Verdict.FETCHED}

        yield work


@contextmanager
def _pipeline(addresses: Sequence[str], at_once: int) -> Iterator[Work]:
    """Do all that `vasari ingest pictures` does: decode, thumbnails, blobs, ledger, catalogue."""
    run = FetchRun(FetchScope(rights=RightsPolicy.PERMISSIVE), at_once=at_once)
    with TemporaryDirectory() as home, closing(build_fetcher(_manners(at_once))) as fetcher:
        services = build_services(load_settings({"VASARI_HOME": home}))
        works = [Artwork(f"m:{i}", images=(Image(url=one),)) for i, one in enumerate(addresses)]
        services.catalogue.upsert(works)
        tools = FetchTools(services.pictures, fetcher, services.blobs)

        def work() -> None:
            report = fetch_pictures(run, tools, progress=SilentProgress())
            assert report.stored == len(addresses)

        yield work


def _manners(at_once: int) -> Manners:
    return Manners("bench@example.org", UNLIMITED, at_once, allow_private=("127.0.0.1",))


WAYS = {"bare": _bare, "fetcher": _fetcher, "pipeline": _pipeline}
