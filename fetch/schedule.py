"""When a host may be asked next: a pure function of what it has answered so far.

Times are seconds of a clock that never goes back; only the night window reads the time of day.
"""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from core.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class NightWindow:
    """The hours of the day in which pictures are fetched, by the clock of this machine."""

    start: time
    end: time

    def opens_in_s(self, now: datetime) -> float:
        """Tell how long the window stays closed; 0 within it."""
        if self._holds(now.time()):
            return 0.0
        opens = now.replace(hour=self.start.hour, minute=self.start.minute, second=0, microsecond=0)
        return (opens + timedelta(days=opens <= now) - now).total_seconds()

    def _holds(self, moment: time) -> bool:
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


def parse_night(text: str) -> NightWindow:
    """Read a window such as "22:00-06:00". Raises ConfigurationError."""
    start, _, end = text.partition("-")
    try:
        window = NightWindow(time.fromisoformat(start.strip()), time.fromisoformat(end.strip()))
    except ValueError as error:
        raise ConfigurationError(f"{text!r} is not a window such as 22:00-06:00") from error
    if window.start == window.end:
        raise ConfigurationError(f"the window {text!r} is empty")
    return window


@dataclass(frozen=True, slots=True)
class PaceOptions:
    """How politely each host is asked."""

    per_second: float = 1.5  # at most; museums publish no limit, and 1 to 2 is what is advised
    at_once: int = 2
    jitter: float = 0.3  # share of the pause that is added at random
    first_rest_s: float = 10.0  # after a failure; doubles with each further one
    longest_rest_s: float = 1800.0
    most_failures: int = 8  # in a row, of whatever picture: the host is left in peace
    failed_peace_s: float = 3600.0
    most_forbidden: int = 5  # 403 in a row: somebody there does not want this
    forbidden_peace_s: float = 86400.0
    patience_s: float = 7200.0  # a host that asks for more peace is left to another run


class Ending(StrEnum):
    """How a request ended, as far as its host is concerned."""

    ANSWERED = "answered"
    FORBIDDEN = "forbidden"
    FAILED = "failed"  # 429, 5xx, or no answer
    UNSENT = "unsent"  # given up before anything was sent


@dataclass(frozen=True, slots=True)
class Pace:
    """What is known of one host."""

    free_at: float = 0.0  # no request before
    in_flight: int = 0
    failures: int = 0  # in a row
    forbidden: int = 0  # in a row
    given_up: str | None = None  # why the host is left in peace


def next_start(pace: Pace, options: PaceOptions) -> float | None:
    """Tell from when the next request may be sent; None while as many as may be are under way."""
    return None if pace.in_flight >= options.at_once else pace.free_at


def began(
    pace: Pace, options: PaceOptions, now: float, *, jitter: float, slowest_s: float = 0.0
) -> Pace:
    """Note that a request is sent; `jitter` is from 0 to 1, `slowest_s` what the host asks for."""
    pause_s = max(1.0 / options.per_second, slowest_s) * (1.0 + options.jitter * jitter)
    return replace(pace, free_at=max(pace.free_at, now + pause_s), in_flight=pace.in_flight + 1)


def ended(
    pace: Pace,
    options: PaceOptions,
    now: float,
    ending: Ending,
    *,
    after_s: float = 0.0,
    jitter: float = 0.0,
) -> Pace:
    """Note how a request ended; `after_s` is the Retry-After of the host, never undercut."""
    pace = replace(pace, in_flight=pace.in_flight - 1)
    match ending:
        case Ending.UNSENT:
            return pace
        case Ending.ANSWERED:
            return replace(pace, failures=0, forbidden=0)
        case Ending.FORBIDDEN:
            return _forbidden(replace(pace, failures=0, forbidden=pace.forbidden + 1), options, now)
        case Ending.FAILED:
            failed = replace(pace, failures=pace.failures + 1)
            return _failed(failed, options, now, after_s, jitter)


def _forbidden(pace: Pace, options: PaceOptions, now: float) -> Pace:
    if pace.forbidden < options.most_forbidden:
        return pace
    reason = f"answered 403 {pace.forbidden} times in a row"
    return left_in_peace(pace, now + options.forbidden_peace_s, reason)


def _failed(pace: Pace, options: PaceOptions, now: float, after_s: float, jitter: float) -> Pace:
    doubled_s = options.first_rest_s * 2.0 ** min(pace.failures - 1, 60)
    rest_s = min(doubled_s, options.longest_rest_s) * (1.0 + options.jitter * jitter)
    rested = replace(pace, free_at=max(pace.free_at, now + max(rest_s, after_s)))
    if pace.failures >= options.most_failures:
        until = max(rested.free_at, now + options.failed_peace_s)
        return left_in_peace(rested, until, f"failed {pace.failures} times in a row")
    if after_s > options.patience_s:
        reason = f"asked for {after_s:.0f} seconds of peace"
        return left_in_peace(rested, rested.free_at, reason)
    return rested


def left_in_peace(pace: Pace, until: float, reason: str) -> Pace:
    """Give a host up until a time."""
    return replace(pace, free_at=max(pace.free_at, until), given_up=reason)
