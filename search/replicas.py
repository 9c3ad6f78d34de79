"""A replica: follows the shared pointer, and serves what it names without a restart."""

import logging
import random
import threading
import time
from dataclasses import dataclass
from enum import StrEnum

from core.errors import NotFoundError, VasariError
from core.ports import SnapshotRemote, SnapshotStore, SnapshotTransfer
from core.progress import Progress
from core.sharing import SeenPointer, merge_hidden
from search.health import Check
from search.shared_hidden import SharedHidden, adopt

POLL_S = 2.0
LONGEST_POLL_S = 60.0
JITTER = 0.2  # so that replicas that started together do not ask together

_log = logging.getLogger(__name__)


class Pulled(StrEnum):
    """What a look at the shared pointer led to."""

    NOTHING = "nothing"  # has been published there yet
    SAME = "same"
    NEW = "new"
    BUSY = "busy"  # another process of this home pulls


class _Stopped(Exception):  # noqa: N818 - not an error: the service is going down
    """The download is left where it stands; the next start goes on with it."""


@dataclass(frozen=True, slots=True)
class Following:
    """How a replica follows."""

    seen_at: float | None = None  # of a monotonic clock; None: never yet
    failures: int = 0  # in a row
    error: str | None = None
    is_published: bool = False  # whether there is anything to follow
    pulls: int = 0  # that brought something new


class Puller:
    """Brings this home to what the shared pointer says."""

    def __init__(
        self,
        local: SnapshotStore,
        transfer: SnapshotTransfer,
        remote: SnapshotRemote,
        *,
        keep: int,
        pin_minutes: float,
    ) -> None:
        self._local = local
        self._transfer = transfer
        self._remote = remote
        self._keep = keep
        self._pin_minutes = pin_minutes
        self._hidden = SharedHidden(remote)
        self._seen: SeenPointer | None = None  # the pointer that this home has come to

    @property
    def address(self) -> str:
        """Where it looks."""
        return self._remote.address

    def pull(self, progress: Progress) -> Pulled:
        """Look once, and serve what is new: what is withdrawn at once, the snapshot when whole.

        Raises:
            StorageError: the store does not answer; what is served stays.
            DamagedError: what came is not what was published; what is served stays.
        """
        seen = self._remote.read_pointer(self._seen)
        if seen is None:
            return Pulled.NOTHING
        if seen is self._seen:
            return Pulled.SAME
        with self._transfer.alone_or_not() as is_alone:
            if not is_alone:
                return Pulled.BUSY
            # Once more: while this process waited, another may have come further than this.
            seen = self._remote.read_pointer()
            if seen is None:
                return Pulled.NOTHING
            return self._follow(seen, progress)

    def _follow(self, seen: SeenPointer, progress: Progress) -> Pulled:
        there, here = self._hidden.read(seen.pointer), self._transfer.hidden()
        hidden = merge_hidden(there, self._transfer.agreed(), here)
        adopt(hidden, agreed=there, local=self._local, transfer=self._transfer)
        id = seen.pointer.live
        is_new = all(entry.id != id or not entry.is_live for entry in self._local.entries())
        self._transfer.receive(id, self._remote, progress)  # or clear what a kill left of others
        if is_new:
            self._local.get(id)  # opened before the first search asks for it
            self._local.publish(id)
            self._local.prune(self._keep, self._pin_minutes)
        self._seen = seen
        return Pulled.NEW if is_new or hidden != here else Pulled.SAME


class Follower:
    """Pulls every other second in a thread of its own; serves on while the store is away."""

    def __init__(self, puller: Puller, *, poll_s: float = POLL_S) -> None:
        self._puller = puller
        self._poll_s = poll_s
        self._state = Following()
        self._stopping = threading.Event()
        self._has_looked = threading.Event()
        self._thread = threading.Thread(target=self._run, name="replica", daemon=True)

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def stop(self) -> None:
        """Stop; a download stops where it is, and is gone on with at the next start."""
        self._stopping.set()
        self._has_looked.set()
        self._thread.join()

    def wait(self) -> None:
        """Wait until it has looked once, with or without success."""
        self._has_looked.wait()

    @property
    def address(self) -> str:
        """What it follows."""
        return self._puller.address

    @property
    def state(self) -> Following:
        """How it follows."""
        return self._state

    def check(self) -> Check:
        """Tell whether it follows; searches go on without."""
        return check_following(self._state, self._puller.address, time.monotonic())

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._state = self._look(self._state)
            self._has_looked.set()
            self._stopping.wait(pause_s(self._state.failures, random.random(), self._poll_s))  # noqa: S311 - pauses, no secrets

    def _look(self, before: Following) -> Following:
        try:
            pulled = self._puller.pull(_UntilStopped(self._stopping))
        except _Stopped:
            return before
        except NotFoundError as error:  # pruned meanwhile: the pointer has moved on
            return self._failed(before, f"{error} at {self._puller.address}")
        except VasariError as error:
            return self._failed(before, str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, what is served is served on
            _log.exception("following %s failed", self._puller.address)
            return self._failed(before, str(error))
        if before.failures:
            _log.info("%s is followed again", self._puller.address)
        if pulled is Pulled.NEW:
            _log.info("what %s published is served", self._puller.address)
        return Following(
            time.monotonic(),
            is_published=pulled is not Pulled.NOTHING,
            pulls=before.pulls + (pulled is Pulled.NEW),
        )

    def _failed(self, before: Following, error: str) -> Following:
        if error != before.error:
            _log.warning("%s is not followed: %s", self._puller.address, error)
        return Following(
            before.seen_at, before.failures + 1, error, before.is_published, before.pulls
        )


class _UntilStopped:
    """Ends a download with the service."""

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping

    def begin(self, stage: str, total: int | None, unit: str) -> None:
        """Open a stage."""

    def advance(self, count: int = 1) -> None:  # noqa: ARG002 - the port's
        """Stop, if the service does."""
        if self._stopping.is_set():
            raise _Stopped


def describe(pulled: Pulled, address: str) -> str:
    """Say what a look led to."""
    return {
        Pulled.NOTHING: f"nothing has been published to {address} yet",
        Pulled.SAME: f"what {address} says is live here",
        Pulled.NEW: f"what {address} says is live here now",
        Pulled.BUSY: "another process of this home is pulling: what is new will be live here soon",
    }[pulled]


def pause_s(failures: int, draw: float, poll_s: float = POLL_S) -> float:
    """Say how long to wait before the next look; a draw from 0 to 1 spreads the replicas."""
    pause = min(poll_s * 2 ** min(failures, 16), max(LONGEST_POLL_S, poll_s))
    return float(pause * (1 - JITTER + 2 * JITTER * draw))


def check_following(state: Following, address: str, now: float) -> Check:
    """Tell whether a replica follows; it serves what it has either way."""
    if state.error is not None:
        since = "never yet" if state.seen_at is None else f"{now - state.seen_at:.0f} s ago"
        detail = f"serves what it has; {address} was last read {since}: {state.error}"
        return Check("replica", ok=False, detail=detail, required=False)
    if state.seen_at is None:
        return Check("replica", ok=False, detail=f"reads {address}", required=False)
    if not state.is_published:
        detail = f"nothing has been published to {address}: run `vasari index push` at its source"
        return Check("replica", ok=False, detail=detail, required=False)
    return Check("replica", ok=True, detail=f"follows {address}", required=False)
