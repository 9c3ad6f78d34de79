"""How fast a model lately was, for whoever has to plan with it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

_LATEST = 0.5  # share that the last call has in what is told; a busy device slows down for a while


class Rate:
    """Remembers how many items a second were done."""

    def __init__(self) -> None:
        self._per_second: float | None = None

    @property
    def per_second(self) -> float | None:
        """Items of a second, the latest counting most; None before the first."""
        return self._per_second

    @contextmanager
    def timing(self, count: int) -> Iterator[None]:
        """Time how long some items take; those of a failure, or none at all, do not count."""
        began = time.perf_counter()
        yield
        if count:
            self.record(count, time.perf_counter() - began)

    def record(self, count: int, seconds: float) -> None:
        """Remember that so many items took so long."""
        now = count / max(seconds, 1e-6)
        known = now if self._per_second is None else self._per_second
        self._per_second = _LATEST * now + (1 - _LATEST) * known
