"""Clocks that stand still until something moves them."""

from datetime import UTC, datetime, timedelta
from threading import Event, Lock

from core.errors import FetchStoppedError

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Clock:
    """Tells the time that a test set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class FetchClock:
    """A clock of fetching: waiting moves it on, and nothing else unless it ticks."""

    def __init__(self, start: datetime = NOON, *, tick_s: float = 0.0) -> None:
        self.now_s = 0.0
        self.tick_s = tick_s  # how much later it is at each look
        self._start = start
        self._stopped = Event()
        self._lock = Lock()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.now_s)

    def seconds(self) -> float:
        with self._lock:
            self.now_s += self.tick_s
            return self.now_s

    def wait_until(self, seconds: float) -> None:
        self.check()
        with self._lock:
            self.now_s = max(self.now_s, seconds)

    def check(self) -> None:
        if self._stopped.is_set():
            raise FetchStoppedError

    def stop(self) -> None:
        self._stopped.set()
