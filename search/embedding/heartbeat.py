"""Keeps leases alive while their work goes on, and says which were lost."""

import logging
from threading import Event, Lock, Thread
from typing import Self

from core.errors import LeaseLostError, StorageError
from core.leases import HeldWork
from core.ports import EmbeddingLeases

_BEATS = 4  # renewals in the life of a lease, so that two may fail

_log = logging.getLogger(__name__)


class Heartbeat:
    """Renews what is held, in a thread of its own."""

    def __init__(self, leases: EmbeddingLeases) -> None:
        self._leases = leases
        self._held: set[HeldWork] = set()
        self._lost: set[HeldWork] = set()
        self._guard = Lock()
        self._ended = Event()
        self._thread = Thread(target=self._beat, name="heartbeat", daemon=True)

    def hold(self, held: HeldWork) -> None:
        """Renew a lease from now on."""
        with self._guard:
            self._held.add(held)

    def drop(self, held: HeldWork) -> None:
        """Renew a lease no longer."""
        with self._guard:
            self._held.discard(held)
            self._lost.discard(held)

    def is_lost(self, held: HeldWork) -> bool:
        """Tell whether another worker may have it."""
        with self._guard:
            return held in self._lost

    def check(self) -> None:
        """Raise LeaseLostError where one of those that are held was lost."""
        with self._guard:
            if self._lost:
                raise LeaseLostError

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._ended.wait(self._leases.lasts_s / _BEATS):
            with self._guard:
                held = self._held - self._lost
            for one in held:
                self._renew(one)

    def _renew(self, held: HeldWork) -> None:
        try:
            self._leases.renew(held)
        except LeaseLostError:
            with self._guard:
                if held in self._held:  # else it was finished meanwhile
                    self._lost.add(held)
        except StorageError as error:
            _log.warning("a lease could not be renewed: %s", error)
