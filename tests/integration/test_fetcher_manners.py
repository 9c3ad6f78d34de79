"""A museum is asked at its own pace, by its own rules, and left in peace when it wants that."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.errors import FetchStoppedError
from core.fetching import Verdict, host_of
from fetch.fetcher import WebPictureFetcher
from fetch.schedule import parse_night
from tests.clocks import NOON, FetchClock
from tests.fetching import OPTIONS, fetch, open_fetcher
from tests.iiif_server import Mischief, Museum


def test_a_retry_after_without_measure_is_taken_for_a_month(
    museum: Museum, fetcher: WebPictureFetcher
) -> None:
    museum.retry_after_s = 10**400
    museum.next.append(Mischief.BUSY)

    busy = fetch(fetcher, museum.plain("1"))

    assert busy.not_before is not None
    assert NOON + timedelta(days=30) <= busy.not_before <= NOON + timedelta(days=31)


@pytest.mark.parametrize("mischief", [Mischief.BUSY, Mischief.BUSY_UNTIL])
def test_a_host_is_left_in_peace_for_as_long_as_it_asks(
    museum: Museum, fetcher: WebPictureFetcher, mischief: Mischief
) -> None:
    museum.next.append(mischief)

    busy = fetch(fetcher, museum.plain("1"))
    fetch(fetcher, museum.plain("2"))

    told = museum.requests[-2].at
    assert museum.requests[-1].at - told >= 119  # a date has no fractions of a second
    assert busy.not_before is not None
    assert busy.not_before >= NOON + timedelta(seconds=told + 119)


def test_requests_start_no_faster_than_the_rate(museum: Museum, fetcher: WebPictureFetcher) -> None:
    for _ in range(5):
        fetch(fetcher, museum.plain("1"))

    times = [request.at for request in museum.requests]
    assert times == pytest.approx([i / 1.5 for i in range(6)])


def test_a_host_that_says_403_again_and_again_is_asked_no_more(
    museum: Museum, fetcher: WebPictureFetcher
) -> None:
    museum.next.extend([Mischief.FORBIDDEN] * 9)

    verdicts = [fetch(fetcher, museum.plain("1")).verdict for _ in range(8)]

    assert verdicts == [Verdict.GONE] * 5 + [Verdict.BUSY] * 3
    assert len(museum.asked("/plain/")) == 5
    assert fetcher.given_up(host_of(museum.url)) == "answered 403 5 times in a row"


@pytest.mark.parametrize(
    ("robots", "verdict"),
    [
        ("User-agent: *\nDisallow: /plain", Verdict.REFUSED),
        ("User-agent: *\nDisallow: /iiif", Verdict.FETCHED),
        (404, Verdict.FETCHED),
        (403, Verdict.FETCHED),
        (503, Verdict.BUSY),
        (429, Verdict.BUSY),
    ],
)
def test_robots_txt_decides_and_where_it_cannot_be_read_nothing_is_asked(
    museum: Museum, fetcher: WebPictureFetcher, robots: str | int, verdict: Verdict
) -> None:
    museum.robots = robots

    assert fetch(fetcher, museum.plain("1")).verdict is verdict
    assert len(museum.asked("/plain/")) == (verdict is Verdict.FETCHED)


def test_robots_txt_is_read_once_a_day(
    museum: Museum, fetcher: WebPictureFetcher, clock: FetchClock
) -> None:
    fetch(fetcher, museum.plain("1"))
    fetch(fetcher, museum.plain("2"))
    clock.now_s += 86_401
    fetch(fetcher, museum.plain("1"))

    assert len(museum.asked("robots")) == 2


def test_a_crawl_delay_of_robots_txt_is_kept(museum: Museum, fetcher: WebPictureFetcher) -> None:
    museum.robots = "User-agent: *\nCrawl-delay: 20"

    fetch(fetcher, museum.plain("1"))
    fetch(fetcher, museum.plain("2"))

    assert museum.requests[-1].at - museum.requests[-2].at == 20


def test_nothing_is_asked_by_day_where_the_night_was_chosen(museum: Museum) -> None:
    options = replace(OPTIONS, night=parse_night("22:00-06:00"))

    with open_fetcher(museum.clock, options=options) as fetcher:
        fetch(fetcher, museum.plain("1"))

    assert museum.requests[0].at == 10 * 3600


def test_a_rest_that_an_earlier_run_was_told_is_kept(
    museum: Museum, fetcher: WebPictureFetcher
) -> None:
    host = host_of(museum.url)
    fetcher.rest(host, NOON + timedelta(minutes=10))

    fetch(fetcher, museum.plain("1"))
    fetcher.rest(host, NOON + timedelta(days=1))

    assert museum.requests[0].at == 600
    assert fetch(fetcher, museum.plain("1")).verdict is Verdict.BUSY


def test_a_fetcher_that_was_stopped_asks_for_nothing(
    museum: Museum, fetcher: WebPictureFetcher
) -> None:
    fetcher.stop()

    with pytest.raises(FetchStoppedError):
        fetch(fetcher, museum.plain("1"))
    assert museum.requests == []
