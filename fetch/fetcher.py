"""Fetches pictures: by rules of each host, at its pace, at the size that is wanted."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from urllib.parse import urljoin, urlsplit

from core.fetching import Fetched, PictureFetch, Verdict, host_of
from fetch.addresses import AddressGuard
from fetch.clock import Clock
from fetch.faults import FetchFault
from fetch.host_queue import HostQueue
from fetch.iiif import (
    confined_address,
    info_address,
    is_confining,
    parse_info,
    picture_address,
)
from fetch.robots import ALL_ALLOWED, MOST_BYTES, RobotRules, parse_robots
from fetch.schedule import NightWindow, PaceOptions
from fetch.web import Answer, BodyRule, Web, WebLimits, web_address

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_HOPS = 5
_SIZE_UNKNOWN = frozenset({400, 422, 501})  # what a IIIF service says to a size that it cannot give
_ROBOTS_RULE = BodyRule(max_bytes=MOST_BYTES, is_cut=True)
_INFO_RULE = BodyRule(max_bytes=1_000_000)
_DOCUMENT_RULE = BodyRule(max_bytes=50_000_000, types=("application/", "text/"))
_ROBOTS_AGE_S = 86400.0  # RFC 9309: should not be used for longer
_PICTURE_TYPES = ("image/", "application/octet-stream", "binary/octet-stream")


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """How pictures are fetched."""

    user_agent: str
    pace: PaceOptions = field(default_factory=PaceOptions)
    night: NightWindow | None = None
    limits: WebLimits = field(default_factory=WebLimits)
    max_bytes: int = 100_000_000  # of one picture
    check_picture: Callable[[bytes], None] | None = None  # looks at a beginning; PictureError


@dataclass(slots=True)
class _Host:
    """What is known of one host."""

    queue: HostQueue
    lock: Lock = field(default_factory=Lock)
    robots: dict[str, tuple[RobotRules, float]] = field(default_factory=dict)  # by scheme
    is_confining: bool = False  # whether its IIIF service takes `!w,h`


class WebPictureFetcher:
    """Asks the servers of others for pictures, from any number of threads."""

    def __init__(
        self,
        options: FetchOptions,
        guard: AddressGuard,
        *,
        clock: Clock,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._options = options
        self._clock = clock
        self._jitter = jitter
        self._web = Web(guard, user_agent=options.user_agent, clock=clock, limits=options.limits)
        self._hosts: dict[str, _Host] = {}
        self._lock = Lock()
        self._picture_rule = BodyRule(
            max_bytes=options.max_bytes, types=_PICTURE_TYPES, check=options.check_picture
        )

    def fetch(self, picture: PictureFetch) -> Fetched:
        """Ask once for a picture, when its host may be asked. Raises FetchStoppedError."""
        try:
            web_address(picture.address)
            fetched = self._fetch_iiif(picture) if picture.is_iiif else self._fetch_plain(picture)
        except FetchFault as fault:
            fetched = Fetched(fault.verdict, reason=fault.reason, status=fault.status)
        if fetched.verdict is Verdict.UNCHANGED and picture.content_hash is None:
            return Fetched(Verdict.WRONG, status=304, reason="is said to be unchanged, unasked")
        if fetched.verdict not in (Verdict.BUSY, Verdict.FAILED):
            return fetched
        return Fetched(
            fetched.verdict,
            reason=fetched.reason,
            status=fetched.status,
            not_before=self._host(picture.host).queue.rests_until(),
        )

    def fetch_document(
        self, address: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Fetched:
        """Ask once for a document, or whether it is still the same. Raises FetchStoppedError."""
        named = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in named.items() if value}
        try:
            return _fetched(self._ask(address, _DOCUMENT_RULE, headers), address)
        except FetchFault as fault:
            return Fetched(fault.verdict, reason=fault.reason, status=fault.status)

    def rest(self, host: str, until: datetime) -> None:
        """Ask a host nothing before a time, which an earlier run was told."""
        self._host(host).queue.rest(until)

    def given_up(self, host: str) -> str | None:
        """Tell why a host is left in peace for the rest of the run, where it is."""
        return self._host(host).queue.given_up()

    def stop(self) -> None:
        """End every wait; calls that wait raise FetchStoppedError."""
        self._clock.stop()

    def close(self) -> None:
        """Close the connections."""
        self._web.close()

    def _fetch_plain(self, picture: PictureFetch) -> Fetched:
        return _fetched(self._ask_picture(picture.address, picture), picture.address)

    def _fetch_iiif(self, picture: PictureFetch) -> Fetched:
        """Ask a service for the size; its info.json is read where the size cannot be known.

        One info.json of a service that takes `!w,h` speaks for its other pictures too, which halves
        the requests; a picture for which `!w,h` is refused has its own read.
        """
        host = self._host(picture.host)
        confined = confined_address(picture.address, picture.longest)
        if host.is_confining:
            answer = self._ask_picture(confined, picture)
            if answer.status not in _SIZE_UNKNOWN:
                return _fetched(answer, confined)
        said = self._ask(info_address(picture.address), _INFO_RULE, {})
        if said.status in (403, 429) or said.status >= 500:
            return _fetched(said, None)
        info = parse_info(said.body) if said.status == 200 else None
        if info is None:  # as if there were none: what level 2 takes is the best guess
            return _fetched(self._ask_picture(confined, picture), confined)
        is_refused, host.is_confining = host.is_confining, is_confining(info)
        address = picture_address(picture.address, info, picture.longest)
        if is_refused and address == confined:
            return Fetched(Verdict.GONE, status=answer.status, reason="gives no size of it")
        return _fetched(self._ask_picture(address, picture), address)

    def _ask_picture(self, url: str, picture: PictureFetch) -> Answer:
        return self._ask(url, self._picture_rule, _validators(picture, url))

    def _ask(self, url: str, rule: BodyRule, headers: dict[str, str]) -> Answer:
        """Ask for an address and follow its redirects, each by the rules of where it leads."""
        for _ in range(_MOST_HOPS + 1):
            host = self._host(host_of(url))
            rules = ALL_ALLOWED if rule is _ROBOTS_RULE else self._rules(host, url)
            if not rules.allows(url):
                raise FetchFault(Verdict.REFUSED, f"robots.txt of {host_of(url)} forbids it")
            answer = host.queue.run(
                lambda url=url: self._web.get(url, rule, headers),  # type: ignore[misc]  # a default binds the loop's
                slowest_s=rules.delay_s,
            )
            leads = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not leads:
                return answer
            url = urljoin(url, leads)
        raise FetchFault(Verdict.WRONG, f"is redirected more than {_MOST_HOPS} times")

    def _rules(self, host: _Host, url: str) -> RobotRules:
        """Read the rules of a host; those it gave in the last day are known."""
        scheme = urlsplit(url).scheme
        with host.lock:
            known = host.robots.get(scheme)
            if known is None or self._clock.seconds() - known[1] > _ROBOTS_AGE_S:
                host.robots[scheme] = self._fetch_rules(url), self._clock.seconds()
            return host.robots[scheme][0]

    def _fetch_rules(self, url: str) -> RobotRules:
        try:
            answer = self._ask(urljoin(url, "/robots.txt"), _ROBOTS_RULE, {})
        except FetchFault as fault:
            if fault.verdict is Verdict.WRONG:
                raise FetchFault(Verdict.REFUSED, f"robots.txt {fault.reason}") from fault
            raise
        if answer.status == 429 or answer.status >= 500:  # RFC 9309: take it that all is forbidden
            told = f"robots.txt cannot be read: the answer is {answer.status}"
            raise FetchFault(Verdict.BUSY, told, answer.status)
        if answer.status != 200:
            return ALL_ALLOWED
        return parse_robots(answer.body.decode("utf-8", errors="replace"))

    def _host(self, name: str) -> _Host:
        with self._lock:
            if name not in self._hosts:
                queue = HostQueue(
                    self._options.pace,
                    clock=self._clock,
                    night=self._options.night,
                    jitter=self._jitter,
                )
                self._hosts[name] = _Host(queue)
            return self._hosts[name]


def _validators(picture: PictureFetch, url: str) -> dict[str, str]:
    """Ask whether the copy that we have is still the picture of this very address."""
    if picture.content_hash is None or picture.asked != url:
        return {}
    named = {"If-None-Match": picture.etag, "If-Modified-Since": picture.last_modified}
    return {name: value for name, value in named.items() if value}


def _fetched(answer: Answer, asked: str | None) -> Fetched:
    """Say what an answer about a picture comes to."""
    status = answer.status
    if status == 200:
        return Fetched(
            Verdict.FETCHED,
            data=answer.body,
            asked=asked,
            etag=answer.headers.get("etag"),
            last_modified=answer.headers.get("last-modified"),
            status=status,
        )
    told = f"the answer is {status}"
    return Fetched(_verdict(status), status=status, reason=None if status == 304 else told)


def _verdict(status: int) -> Verdict:
    if status == 304:
        return Verdict.UNCHANGED
    if status == 429:
        return Verdict.BUSY
    return Verdict.FAILED if status >= 500 else Verdict.GONE
