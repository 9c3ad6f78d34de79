"""Turns at a model that many searches want: first come, first served, as long as they can wait."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition


class Turns:
    """Lets so many hold a turn at once, in the order in which they came."""

    def __init__(self, at_once: int = 1) -> None:
        self._free = at_once
        self._waiting: deque[object] = deque()
        self._changed = Condition()

    @contextmanager
    def take(self, wait_s: float) -> Iterator[bool]:
        """Wait for a turn and hold it; tell whether it came in time."""
        ticket = object()
        with self._changed:
            self._waiting.append(ticket)
            is_mine = self._changed.wait_for(
                lambda: self._free > 0 and self._waiting[0] is ticket, max(0.0, wait_s)
            )
            self._waiting.remove(ticket)
            self._free -= is_mine
            self._changed.notify_all()
        try:
            yield is_mine
        finally:
            with self._changed:
                self._free += is_mine
                self._changed.notify_all()
