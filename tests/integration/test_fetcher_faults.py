"""A museum server that misbehaves in every way, and addresses that lead astray: no harm is done."""

from datetime import timedelta

import pytest

from core.fetching import Verdict
from fetch.addresses import AddressGuard
from fetch.fetcher import WebPictureFetcher
from tests.clocks import NOON, FetchClock
from tests.fetching import fetch, museum_alone, open_fetcher, this_machine
from tests.iiif_server import Mischief, Museum


def test_an_info_json_without_end_is_not_read_to_its_end(
    museum: Museum, fetcher: WebPictureFetcher
) -> None:
    museum.infos["1"] = b" " * 2_000_000

    fetched = fetch(fetcher, museum.iiif("1"))

    assert (fetched.verdict, fetched.reason) == (Verdict.WRONG, "has more than 1 MB")


@pytest.mark.parametrize(
    ("mischief", "verdict", "reason"),
    [
        (Mischief.HTML, Verdict.WRONG, "is of the type text/html"),
        (Mischief.LYING, Verdict.WRONG, "what came is not a picture"),
        (Mischief.HUGE, Verdict.WRONG, "has more than 1 MB"),
        (Mischief.ENDLESS, Verdict.WRONG, "has more than 1 MB"),
        (Mischief.GZIP, Verdict.WRONG, "comes compressed (gzip), unasked"),
        (Mischief.BOMB, Verdict.WRONG, "far too many pixels"),
        (Mischief.SHORT, Verdict.FAILED, "peer closed connection"),
        (Mischief.CUT, Verdict.FAILED, "disconnected without sending"),
        (Mischief.ERROR, Verdict.FAILED, "the answer is 500"),
        (Mischief.DOWN, Verdict.FAILED, "the answer is 503"),
        (Mischief.BUSY, Verdict.BUSY, "the answer is 429"),
        (Mischief.FORBIDDEN, Verdict.GONE, "the answer is 403"),
    ],
)
def test_what_is_wrong_is_told_and_does_no_harm(
    museum: Museum,
    fetcher: WebPictureFetcher,
    mischief: Mischief,
    verdict: Verdict,
    reason: str,
) -> None:
    museum.next.append(mischief)

    fetched = fetch(fetcher, museum.plain("1"))

    assert fetched.verdict is verdict
    assert reason in (fetched.reason or "")
    assert fetch(fetcher, museum.plain("2")).verdict is Verdict.FETCHED


@pytest.mark.parametrize("mischief", [Mischief.DRIP, Mischief.DRIPPING_HEADERS])
def test_a_server_that_drips_is_not_listened_to_for_ever(
    museum: Museum, fetcher: WebPictureFetcher, clock: FetchClock, mischief: Mischief
) -> None:
    fetch(fetcher, museum.plain("2"))
    museum.next.append(mischief)
    clock.tick_s = 1.0  # every look at the clock is a second later: two minutes are soon over

    fetched = fetch(fetcher, museum.plain("1"))

    assert fetched.verdict is Verdict.FAILED
    assert "did not answer in time" in (fetched.reason or "")


def test_a_redirect_is_followed_by_the_rules_of_where_it_leads(
    museum: Museum, fetcher: WebPictureFetcher
) -> None:
    museum.robots = "User-agent: *\nDisallow: /secret"
    museum.leads = {"/plain/1.jpg": "/plain/2.jpg", "/plain/3.jpg": "/secret/2.jpg"}

    assert fetch(fetcher, museum.plain("1")).verdict is Verdict.FETCHED
    assert fetch(fetcher, museum.plain("3")).verdict is Verdict.REFUSED


@pytest.mark.parametrize(
    "leads",
    ["http://127.0.0.1:9/a", "http://localhost:9/a", "http://2130706433/a", "http://[::1]/a",
     "http://169.254.169.254/latest/meta-data", "file:///etc/passwd"],
)  # fmt: skip
def test_no_redirect_leads_into_a_private_network(
    museum: Museum, clock: FetchClock, leads: str
) -> None:
    museum.leads = {"/plain/1.jpg": leads}
    resolver = {"169.254.169.254": "169.254.169.254", "::1": "::1"}
    guard = museum_alone(lambda host, _: [resolver.get(host, "127.0.0.1")])

    with open_fetcher(clock, guard) as fetcher:
        fetched = fetch(fetcher, museum.plain("1"))

    assert fetched.verdict is Verdict.REFUSED


def test_redirects_that_go_round_are_given_up(museum: Museum, fetcher: WebPictureFetcher) -> None:
    museum.leads = {"/plain/1.jpg": "/plain/2.jpg", "/plain/2.jpg": "/plain/1.jpg"}

    assert fetch(fetcher, museum.plain("1")).verdict is Verdict.WRONG
    assert len(museum.asked("/plain/")) == 6


def test_what_a_name_resolves_to_after_the_check_is_never_connected_to(
    museum: Museum, clock: FetchClock
) -> None:
    answers = ["127.0.0.1", "127.0.0.2"]  # nothing listens on the second

    with open_fetcher(clock, museum_alone(lambda *_: [answers.pop(0)])) as fetcher:
        fetched = fetch(fetcher, museum.plain("1"))

    assert fetched.verdict is Verdict.FETCHED
    assert answers == ["127.0.0.2"]


def test_a_name_that_turns_private_is_refused_at_the_next_connection(
    museum: Museum, clock: FetchClock
) -> None:
    museum.next.append(Mischief.CUT)  # so that a second connection is made

    class Turning(AddressGuard):
        guards = iter([museum_alone(), AddressGuard(resolver=this_machine)])

        def pick(self, host: str, port: int) -> str:
            return next(self.guards).pick(host, port)

    with open_fetcher(clock, Turning()) as fetcher:
        cut = fetch(fetcher, museum.plain("1"))
        refused = fetch(fetcher, museum.plain("1"))

    assert (cut.verdict, refused.verdict) == (Verdict.FAILED, Verdict.REFUSED)
    assert "not a public address" in (refused.reason or "")


def test_a_host_that_cannot_be_found_is_told(clock: FetchClock) -> None:
    def nobody(*_: object) -> list[str]:
        raise OSError("Name or service not known")

    with open_fetcher(clock, AddressGuard(resolver=nobody)) as fetcher:
        fetched = fetch(fetcher, "https://nowhere.test/1.jpg")

    assert fetched.verdict is Verdict.FAILED
    assert fetched.not_before == NOON + timedelta(seconds=10)
