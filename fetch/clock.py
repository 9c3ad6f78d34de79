"""The time of fetching, and the way to end its waits."""

import time
from datetime import datetime
from threading import Event
from typing import Protocol

from core.errors import FetchStoppedError


class Clock(Protocol):
    """Tells the time and waits; a test's clock does not wait."""

    def now(self) -> datetime:
        """Tell date and time of day where this machine stands, with their zone."""

    def seconds(self) -> float:
        """Tell seconds that never go back."""

    def wait_until(self, seconds: float) -> None:
        """Wait for a time of `seconds`. Raises FetchStoppedError when told to stop."""

    def check(self) -> None:
        """Raise FetchStoppedError when told to stop."""

    def stop(self) -> None:
        """End every wait, now and later."""


class WallClock:
    """The clock of this machine."""

    def __init__(self) -> None:
        self._stopped = Event()

    def now(self) -> datetime:
        """Tell date and time of day where this machine stands, with their zone."""
        return datetime.now().astimezone()

    def seconds(self) -> float:
        """Tell seconds that never go back."""
        return time.monotonic()

    def wait_until(self, seconds: float) -> None:
        """Wait for a time of `seconds`. Raises FetchStoppedError when told to stop."""
        self._stopped.wait(max(seconds - time.monotonic(), 0.0))
        self.check()

    def check(self) -> None:
        """Raise FetchStoppedError when told to stop."""
        if self._stopped.is_set():
            raise FetchStoppedError

    def stop(self) -> None:
        """End every wait, now and later."""
        self._stopped.set()
