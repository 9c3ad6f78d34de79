"""The queue of one host: whoever wants something of it waits here for a turn."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Condition

from core.fetching import Verdict
from core.retry_after import retry_after_s
from fetch.clock import Clock
from fetch.faults import FetchFault
from fetch.schedule import (
    Ending,
    NightWindow,
    Pace,
    PaceOptions,
    began,
    ended,
    left_in_peace,
    next_start,
)
from fetch.web import Answer

_LONGEST_PEACE_S = 30 * 86400.0  # beyond, a Retry-After is taken for a mistake
_LOOK_S = 1.0  # how often one who waits for a place looks whether all is to stop
_ENDINGS = {
    Verdict.REFUSED: Ending.UNSENT,
    Verdict.FAILED: Ending.FAILED,
    Verdict.WRONG: Ending.ANSWERED,
}


class HostQueue:
    """Sends requests to one host no faster than its pace allows."""

    def __init__(
        self,
        options: PaceOptions,
        *,
        clock: Clock,
        night: NightWindow | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._options = options
        self._clock = clock
        self._night = night
        self._jitter = jitter
        self._pace = Pace()
        self._changed = Condition()

    def run(self, call: Callable[[], Answer], *, slowest_s: float = 0.0) -> Answer:
        """Make a request when the host may be asked.

        Raises:
            FetchFault: what went wrong with it, or BUSY where the host is left in peace.
            FetchStoppedError: all is to stop.
        """
        self._begin(slowest_s)
        ending, after_s = Ending.UNSENT, 0.0
        try:
            answer = call()
            ending = ending_of(answer.status)
            asked_s = retry_after_s(answer.headers.get("retry-after"), self._clock.now())
            after_s = min(asked_s, _LONGEST_PEACE_S)
            return answer
        except FetchFault as fault:
            ending = _ENDINGS[fault.verdict]
            raise
        finally:
            self._end(ending, after_s)

    def rest(self, until: datetime) -> None:
        """Ask nothing before a time, which an earlier run was told."""
        with self._changed:
            now = self._clock.seconds()
            wait_s = (until - self._clock.now()).total_seconds()
            if wait_s > self._options.patience_s:
                reason = f"to be left in peace until {until:%Y-%m-%d %H:%M} UTC"
                self._pace = left_in_peace(self._pace, now + wait_s, reason)
            elif wait_s > 0:
                self._pace = Pace(free_at=now + wait_s)

    def given_up(self) -> str | None:
        """Tell why the host is left in peace in this run, where it is."""
        with self._changed:
            return self._pace.given_up

    def rests_until(self) -> datetime:
        """Tell from when the host may be asked again."""
        with self._changed:
            wait_s = max(self._pace.free_at - self._clock.seconds(), 0.0)
        return self._clock.now().astimezone(UTC) + timedelta(seconds=wait_s)

    def _begin(self, slowest_s: float) -> None:
        while True:
            self._clock.check()
            with self._changed:
                if self._pace.given_up is not None:
                    raise FetchFault(Verdict.BUSY, f"the host {self._pace.given_up}")
                starts = next_start(self._pace, self._options)
                if starts is None:
                    self._changed.wait(_LOOK_S)
                    continue
                now = self._clock.seconds()
                shut_s = self._night.opens_in_s(self._clock.now()) if self._night else 0.0
                if starts <= now and shut_s <= 0:
                    self._pace = began(
                        self._pace,
                        self._options,
                        now,
                        jitter=self._jitter(),
                        slowest_s=slowest_s,
                    )
                    return
            self._clock.wait_until(max(starts, now + shut_s))

    def _end(self, ending: Ending, after_s: float) -> None:
        with self._changed:
            self._pace = ended(
                self._pace,
                self._options,
                self._clock.seconds(),
                ending,
                after_s=after_s,
                jitter=self._jitter(),
            )
            self._changed.notify_all()


def ending_of(status: int) -> Ending:
    """Tell what an answer means for its host."""
    if status == 403:
        return Ending.FORBIDDEN
    return Ending.FAILED if status == 429 or status >= 500 else Ending.ANSWERED
