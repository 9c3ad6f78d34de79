"""The circuit breaker: a model that failed again and again is left in peace for a while."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock

from core.errors import ModelUnavailableError


class BreakerState(StrEnum):
    """Whether calls are let through."""

    CLOSED = "closed"  # all are
    OPEN = "open"  # none is
    HALF_OPEN = "half_open"  # one is, to try


@dataclass(frozen=True, slots=True)
class BreakerOptions:
    """When a breaker opens, and how long it rests."""

    failures: int = 3  # in a row; one alone may be chance
    rest_s: float = 5.0  # before the first trial; doubles with every trial that fails
    longest_rest_s: float = 60.0


@dataclass(frozen=True, slots=True)
class BreakerReport:
    """What a breaker has seen since the process began."""

    name: str
    state: BreakerState
    succeeded: int
    failed: int
    refused: int  # calls that were not made, because it was open
    opened: int
    reason: str | None  # of the last failure; None once a call has succeeded again


class Breaker:
    """Lets calls of one model through, or refuses them at once while it is known to be down."""

    def __init__(
        self,
        name: str,
        options: BreakerOptions = BreakerOptions(),
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._options = options
        self._clock = clock
        self._lock = Lock()
        self._in_a_row = 0
        self._rest_s = options.rest_s
        self._rests_until: float | None = None  # None: closed
        self._tried_at: float | None = None  # when the trial began that is under way
        self._reason: str | None = None
        self._succeeded = self._failed = self._refused = self._opened = 0

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Make a call; a ModelUnavailableError of it counts as a failure, no other error does.

        Raises:
            ModelUnavailableError: the breaker is open; the call is not made.
        """
        is_trial = self._enter()
        try:
            yield
        except ModelUnavailableError as error:
            self._fail(str(error), is_trial=is_trial)
            raise
        except BaseException:
            self._forget(is_trial=is_trial)
            raise
        self._succeed()

    def report(self) -> BreakerReport:
        """Tell its state and its counts."""
        with self._lock:
            return BreakerReport(
                name=self._name,
                state=self._state(),
                succeeded=self._succeeded,
                failed=self._failed,
                refused=self._refused,
                opened=self._opened,
                reason=self._reason,
            )

    def _state(self) -> BreakerState:
        if self._rests_until is None:
            return BreakerState.CLOSED
        is_resting = self._clock() < self._rests_until
        return BreakerState.OPEN if is_resting else BreakerState.HALF_OPEN

    def _enter(self) -> bool:
        """Let a call through, and tell whether it is the trial; raises where it is refused."""
        with self._lock:
            match self._state():
                case BreakerState.CLOSED:
                    return False
                case BreakerState.HALF_OPEN if not self._is_being_tried():
                    self._tried_at = self._clock()
                    return True
                case _:
                    self._refused += 1
                    raise ModelUnavailableError(f"{self._name} is left in peace: {self._reason}")

    def _is_being_tried(self) -> bool:
        # A trial that never ends must not keep the breaker open for good.
        return self._tried_at is not None and self._clock() - self._tried_at < self._rest_s

    def _succeed(self) -> None:
        with self._lock:
            self._succeeded += 1
            self._in_a_row, self._rest_s = 0, self._options.rest_s
            self._rests_until = self._tried_at = self._reason = None

    def _fail(self, reason: str, *, is_trial: bool) -> None:
        with self._lock:
            self._failed += 1
            self._in_a_row += 1
            self._reason = reason
            if is_trial:
                self._rest_s = min(2 * self._rest_s, self._options.longest_rest_s)
            # A call from before the breaker opened says nothing new.
            elif self._rests_until is not None or self._in_a_row < self._options.failures:
                return
            self._opened += 1
            self._rests_until, self._tried_at = self._clock() + self._rest_s, None

    def _forget(self, *, is_trial: bool) -> None:
        with self._lock:
            self._tried_at = None if is_trial else self._tried_at


class Breakers:
    """The breakers of a process, one for each model that can fail by itself."""

    def __init__(
        self,
        options: BreakerOptions = BreakerOptions(),
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._options = options
        self._clock = clock
        self._lock = Lock()
        self._breakers: dict[str, Breaker] = {}

    def get(self, name: str, options: BreakerOptions | None = None) -> Breaker:
        """Give the breaker of a model; the same one to all that name it."""
        with self._lock:
            if name not in self._breakers:
                options = options or self._options
                self._breakers[name] = Breaker(name, options, clock=self._clock)
            return self._breakers[name]

    def reports(self) -> list[BreakerReport]:
        """Tell what each has seen, by name."""
        with self._lock:
            breakers = sorted(self._breakers.items())
        return [breaker.report() for _, breaker in breakers]
