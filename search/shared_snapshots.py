"""Publishing for several installations: the snapshot is shared first, then live, there and here."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from core.errors import NotFoundError, SnapshotGoneError, StorageError, VasariError
from core.ports import SnapshotRemote, SnapshotStore, SnapshotTransfer
from core.progress import Progress, SilentProgress
from core.sharing import (
    PointerMovedError,
    PublishedElsewhereError,
    SeenPointer,
    SharedPointer,
    merge_hidden,
)
from search.local_snapshots import LocalSnapshots
from search.shared_hidden import SharedHidden, adopt
from search.shared_pruning import prune_shared

_TRIES = 8  # of moves for a withdrawal, which others' moves are no reason to refuse
_log = logging.getLogger(__name__)


class SharedSnapshots(LocalSnapshots):
    """The snapshots of an installation that others follow.

    Publishing goes by these steps, and a kill between any two leaves both sides whole:

    1. the files are sent, the manifest last: before it nothing there names them, and the next
       attempt sends only what is missing;
    2. the shared pointer is moved, if it is still what was read before step 1: replicas go on to a
       snapshot that is there in full;
    3. the pointer of this home is moved. A kill before it leaves this home on the snapshot before,
       which is whole; the same command, finding nothing to send and the shared pointer moved
       already, does this step alone.

    A rollback is the same with the snapshot before. What no search shows is changed here first, so
    that a store that is away delays no withdrawal of this home, and then with the shared pointer;
    `agreed` remembers what both had, so that any later move shares what an earlier one could not.
    """

    def __init__(
        self, local: SnapshotStore, transfer: SnapshotTransfer, remote: SnapshotRemote
    ) -> None:
        super().__init__(local)
        self._transfer = transfer
        self._remote = remote
        self._hidden = SharedHidden(remote)
        self._has_published = False  # by this process: who publishes prunes

    def publish(self, id: str, progress: Progress | None = None) -> None:
        """Make a snapshot live for all.

        Raises:
            NotFoundError, DamagedError: it is not kept here, or not whole.
            PublishedElsewhereError: another publisher was quicker; nothing was changed.
            StorageError: the store does not answer; the same command goes on where it was.
        """
        try:
            self._local.get(id)
        except SnapshotGoneError as error:
            raise NotFoundError("snapshot", id) from error
        seen = self._remote.read_pointer()
        self._transfer.send(id, self._remote, progress or SilentProgress())
        with self._transfer.alone():
            self._move(seen, id)
            self._local.publish(id)
        self._has_published = True

    def rollback(self) -> str:
        """Make the one that was live before live again for all; return its id."""
        entries = self._local.entries()
        live = next((entry.id for entry in entries if entry.is_live), None)
        previous = next((entry.id for entry in entries if entry.is_previous), None)
        if live is None or previous is None:
            return self._local.rollback()  # which says what is missing
        seen = self._remote.read_pointer()
        if seen is not None and seen.pointer.live not in (live, previous):
            raise PublishedElsewhereError(self._remote.address, seen.pointer.live, previous)
        self.publish(previous)
        return previous

    def push(self, progress: Progress) -> str:
        """Make what is live here live for all, and share what is withdrawn; return its id."""
        id = self._local.current().id
        self.publish(id, progress)
        return id

    def prune(self, keep: int, pin_minutes: float = 0.0) -> list[str]:
        """Delete the oldest beyond `keep`, here and there, never the live or the previous one."""
        doomed = self._local.prune(keep, pin_minutes)
        if not self._has_published:
            return doomed  # a service that starts need not wait for the store
        try:
            prune_shared(self._remote, keep)
        except VasariError as error:
            _log.warning("old snapshots are still shared: %s", error)
        return doomed

    def withdraw(self, artwork_ids: Iterable[str]) -> None:
        """Show artworks in no search, here at once and then in every replica."""
        self._local.withdraw(artwork_ids)
        self._share_hidden()

    def restore(self, artwork_ids: Iterable[str]) -> None:
        """Show artworks again."""
        self._local.restore(artwork_ids)
        self._share_hidden()

    def keep_gone(self, artwork_ids: Iterable[str]) -> None:
        """Show artworks that their sources lost in no search, and those again that came back."""
        self._local.keep_gone(artwork_ids)
        self._share_hidden()

    def _share_hidden(self) -> None:
        here = self._transfer.hidden()
        if here == (self._transfer.agreed() or type(here)()):
            return  # a service starts without asking the store
        try:
            with self._transfer.alone():
                if seen := self._remote.read_pointer():
                    self._move(seen, None)
        except VasariError as error:
            raise StorageError(
                f"what is withdrawn changed here, but not yet in the replicas of "
                f"{self._remote.address}: {error}; run `vasari index push` when that is mended"
            ) from error

    def _move(self, seen: SeenPointer | None, live: str | None) -> None:
        """Move the shared pointer to a snapshot, or only to what is hidden now."""
        expected = seen.pointer.live if seen else None
        for _ in range(_TRIES):
            before = seen.pointer if seen else None
            there = self._hidden.read(before)
            hidden = merge_hidden(there, self._transfer.agreed(), self._transfer.hidden())
            pointer = _next(before, live)
            pointer = replace(pointer, hidden=self._hidden.write(hidden, before))
            try:
                if pointer != before:
                    self._remote.move_pointer(_stamped(pointer), seen)
            except PointerMovedError:
                seen = self._remote.read_pointer()
                now = seen.pointer.live if seen else None
                if live and now not in (expected, live):
                    raise PublishedElsewhereError(self._remote.address, now, live) from None
                continue
            adopt(hidden, agreed=hidden, local=self._local, transfer=self._transfer)
            return
        raise StorageError(f"{self._remote.address}: others move the pointer all the time")


def _next(pointer: SharedPointer | None, live: str | None) -> SharedPointer:
    if pointer is None:
        if live is None:
            raise StorageError("there is no shared pointer any more: run `vasari index push`")
        return SharedPointer(live)
    if live is None or pointer.live == live:
        return pointer
    return replace(pointer, live=live, previous=pointer.live)


def _stamped(pointer: SharedPointer) -> SharedPointer:
    return replace(pointer, moved_at=datetime.now(UTC).isoformat(), token=uuid4().hex)
