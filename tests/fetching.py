"""A fetcher that asks the museum of the tests, by a clock that does not wait."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.fetching import Fetched, PictureFetch, host_of
from fetch.addresses import AddressGuard, Resolver
from fetch.fetcher import FetchOptions, WebPictureFetcher
from fetch.schedule import PaceOptions
from ingest.picture_start import check_start
from tests.clocks import FetchClock
from tests.iiif_server import NAME

LEVEL_2 = {"profile": ["http://iiif.io/api/image/2/level2.json"]}
OPTIONS = FetchOptions(
    "Vasari/test (contact: mail@museum.test)",
    pace=PaceOptions(jitter=0),
    max_bytes=1_000_000,
    check_picture=check_start,
)


def this_machine(*_: object) -> list[str]:
    return ["127.0.0.1"]


def museum_alone(resolver: Resolver = this_machine) -> AddressGuard:
    return AddressGuard([NAME], resolver=resolver)


@contextmanager
def open_fetcher(
    clock: FetchClock, guard: AddressGuard | None = None, options: FetchOptions = OPTIONS
) -> Iterator[WebPictureFetcher]:
    guard = guard or museum_alone()
    fetcher = WebPictureFetcher(options, guard, clock=clock, jitter=lambda: 0.0)
    try:
        yield fetcher
    finally:
        fetcher.close()


def line(address: str, longest: int = 100) -> PictureFetch:
    return PictureFetch(1, address, "/iiif/" in address, host_of(address), longest)


def fetch(fetcher: WebPictureFetcher, address: str) -> Fetched:
    return fetcher.fetch(line(address))
