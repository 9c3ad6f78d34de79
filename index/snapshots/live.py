"""The snapshots that searches get: the live one at once, kept ones by their ids."""

from collections.abc import Collection
from pathlib import Path
from threading import Lock
from typing import TypeAlias

from core.errors import DamagedError, NoSnapshotError, SnapshotGoneError
from index.snapshots.kept import is_kept
from index.snapshots.opened import Hidden, OpenedSnapshots
from index.snapshots.pointer import CURRENT, read_pointer
from index.snapshots.snapshot import DiskSnapshot
from index.snapshots.withdrawn import Stamp, hidden_stamp, stamp

_Stamps: TypeAlias = tuple[Stamp, Hidden]  # of the pointer, and of what no search shows


class LiveSnapshots:
    """Opens snapshots for any number of threads; while one opens the new one, others search on."""

    def __init__(self, folder: Path, opened: OpenedSnapshots) -> None:
        self._folder = folder
        self._opened = opened
        self._lock = Lock()
        self._live: tuple[_Stamps, DiskSnapshot] | None = None

    def current(self) -> DiskSnapshot:
        """Open the live snapshot; looks at two files each time, reads what of them changed.

        While another thread opens what was published just now, it is the one before.

        Raises:
            NoSnapshotError: nothing has been published.
            DamagedError: names the pointer or the file that is damaged.
        """
        stamps, live = self._stamps(), self._live
        if live and live[0] == stamps:
            return live[1]
        may_wait = live is None or live[0][1] != stamps[1]  # a withdrawal holds from now on
        if not self._lock.acquire(blocking=may_wait):
            assert live is not None  # noqa: S101 - else it would have waited
            return live[1]
        try:
            return self._open_live()
        finally:
            self._lock.release()

    def get(self, id: str) -> DiskSnapshot:
        """Open a snapshot that is kept. Raises SnapshotGoneError."""
        with self._lock:
            if not is_kept(self._folder, id):
                self._opened.let_go([id])
                raise SnapshotGoneError(id)
            return self._opened.open(id)

    def open_anew(self, id: str) -> DiskSnapshot:
        """Open a snapshot that may go live, with all checks; it stays open where searches come.

        Raises:
            DamagedError: it cannot be opened.
        """
        with self._lock:
            self._opened.let_go([id])
            snapshot = self._opened.open(id)
            if self._live is None:
                self._opened.let_go([id])
            return snapshot

    def look_again(self) -> None:
        """Let no search be given another snapshot than what is live now."""
        with self._lock:
            self._live = None

    def let_go(self, ids: Collection[str]) -> None:
        """Keep snapshots open no longer; searches that are at them go on."""
        with self._lock:
            self._opened.let_go(ids)
            if self._live and self._live[1].id in ids:
                self._live = None  # nobody has asked since another one is live

    def heed(self) -> None:
        """Show in no snapshot what is withdrawn now."""
        with self._lock:
            self._live = None  # so that it need not be seen by the stamp
            self._opened.heed(hidden_stamp(self._folder))

    def _open_live(self) -> DiskSnapshot:
        while True:
            stamps = self._stamps()
            pointer = read_pointer(self._folder)
            if pointer is None:
                raise NoSnapshotError
            try:
                snapshot = self._opened.open(pointer.live)
            except (DamagedError, SnapshotGoneError):
                if self._stamps() == stamps:
                    raise
                continue  # it was replaced, and perhaps deleted, while being opened
            self._live = (stamps, snapshot)
            return snapshot

    def _stamps(self) -> _Stamps:
        pointer = stamp(self._folder / CURRENT)
        if pointer is None:
            raise NoSnapshotError
        return pointer, hidden_stamp(self._folder)
