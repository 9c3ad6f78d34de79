"""Equal work that is asked for at the same moment is done once; the others wait for it."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

_T = TypeVar("_T")


class _Landing(Generic[_T]):
    """What comes of a making: a lock, since every search would pay for the parts of a `Future`."""

    def __init__(self) -> None:
        self.outcome: _T | Exception | None = None
        self.under_way = Lock()  # held until there is an outcome
        self.under_way.acquire()


@dataclass(frozen=True, eq=False, slots=True)
class Flight(Generic[_T]):
    """One making of a value: who began it lands it, whatever happens; others wait."""

    key: str
    is_mine: bool
    _landing: _Landing[_T]

    def wait(self) -> _T | None:
        """Wait for the value; None: it was not made. Raises the error of the making."""
        with self._landing.under_way:
            outcome = self._landing.outcome
        try:
            if isinstance(outcome, Exception):
                raise outcome
            return outcome
        finally:
            del self, outcome  # an error holds this frame: without this, a cycle of the two


class Flights(Generic[_T]):
    """What is being made, by key. Safe among threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._under_way: dict[str, _Landing[_T]] = {}

    def board(self, key: str) -> Flight[_T]:
        """Join what is being made, or begin it."""
        with self._lock:
            landing = self._under_way.get(key)
            if landing is not None:
                return Flight(key, is_mine=False, _landing=landing)
            landing = self._under_way[key] = _Landing()
            return Flight(key, is_mine=True, _landing=landing)

    def land(self, flight: Flight[_T], made: _T | Exception | None) -> None:
        """Tell all who wait what came of it; who boards from now on begins anew."""
        with self._lock:
            del self._under_way[flight.key]
        flight._landing.outcome = made
        flight._landing.under_way.release()

    def share(self, key: str, make: Callable[[], _T]) -> tuple[_T, bool]:
        """Make a value, or wait for who makes it; tell whether it was made here.

        An error of the making is raised in all who wait for it.
        """
        while True:
            flight = self.board(key)
            try:
                if flight.is_mine:
                    return self._fly(flight, make), True
                made = flight.wait()
            finally:
                del flight
            if made is not None:
                return made, False
            # Who made it was stopped, which is no error of the work: another one makes it.

    def _fly(self, flight: Flight[_T], make: Callable[[], _T]) -> _T:
        outcome: _T | Exception | None = None
        try:
            outcome = made = make()
        except Exception as error:
            outcome = error
            raise
        finally:
            self.land(flight, outcome)
            del outcome, flight  # as in `Flight.wait`
        return made
