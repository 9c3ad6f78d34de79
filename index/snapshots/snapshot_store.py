"""The snapshots of an installation: built beside the live one, published by one replace."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import TypeAlias

from core.errors import DamagedError, NoSnapshotError, NotFoundError, SnapshotGoneError
from core.locks import locked
from core.ports import SnapshotSource
from core.progress import Progress, SilentProgress
from core.records import SnapshotEntry
from index.qdrant.collections import QdrantCollections
from index.snapshots.kept import is_kept, kept_ids, read_entry
from index.snapshots.pointer import CURRENT, Pointer, read_pointer, write_pointer
from index.snapshots.snapshot import DiskSnapshot
from index.snapshots.snapshot_builder import (
    AUTO,
    STORE_LOCK,
    BuildPlan,
    Specs,
    build_snapshot,
    is_building,
    remove_folder,
    remove_leftovers,
)
from index.snapshots.snapshot_check import snapshot_faults
from index.snapshots.uploads import drop_unused, qdrant_cards
from index.snapshots.withdrawn import (
    Stamp,
    hidden_stamp,
    read_gone,
    read_hidden,
    read_withdrawn,
    stamp,
    write_gone,
    write_withdrawn,
)

_Write: TypeAlias = Callable[[Path, frozenset[str]], None]
_Hidden: TypeAlias = tuple[Stamp | None, Stamp | None]  # of what no search shows
_Stamps: TypeAlias = tuple[Stamp, _Hidden]  # of the pointer, and of that
_OPENED = 4  # snapshots kept open: the live one, the previous, and those of older cursors


class DiskSnapshotStore:
    """Snapshots in a folder, shared by any number of processes and threads."""

    def __init__(
        self,
        folder: Path,
        specs: Specs = AUTO,
        *,
        use_gpu: bool = False,
        qdrant: QdrantCollections | None = None,
    ) -> None:
        self._folder = folder
        self._specs = specs
        self._use_gpu = use_gpu  # where there is one
        self._qdrant = qdrant  # takes the vectors of new snapshots
        self._lock = Lock()
        self._opened: OrderedDict[str, DiskSnapshot] = OrderedDict()
        self._live: tuple[_Stamps, DiskSnapshot] | None = None
        self._hidden: tuple[_Hidden, frozenset[str]] = ((None, None), frozenset())

    def current(self) -> DiskSnapshot:
        """Open the live snapshot; looks at two files each time, reads what of them changed.

        Raises:
            NoSnapshotError: nothing has been published.
            DamagedError: names the pointer or the file that is damaged.
        """
        stamps, live = self._stamps(), self._live
        if live and live[0] == stamps:
            return live[1]
        with self._lock:
            return self._open_live()

    def get(self, id: str) -> DiskSnapshot:
        """Open a snapshot that is kept. Raises SnapshotGoneError."""
        with self._lock:
            if not is_kept(self._folder, id):
                self._opened.pop(id, None)
                raise SnapshotGoneError(id)
            return self._open(id)

    def entries(self) -> list[SnapshotEntry]:
        """List the snapshots that are kept, newest first; one that is damaged is left out."""
        pointer = self._pointer_if_whole()
        entries = []
        for id in kept_ids(self._folder):
            with suppress(DamagedError):  # `verify` says what is wrong with it
                entries.append(read_entry(self._folder, id, pointer))
        return entries

    def build(self, source: SnapshotSource, progress: Progress) -> str:
        """Build and check a snapshot beside the live one; return its id."""
        pointer = self._pointer_if_whole()
        live = self._folder / pointer.live if pointer else None
        plan = BuildPlan(self._specs, live, self._qdrant)
        return build_snapshot(self._folder, source, progress, plan=plan)

    def publish(self, id: str) -> None:
        """Make a snapshot the live one in one atomic step.

        Raises:
            NotFoundError: it is not kept.
            DamagedError: it cannot be opened; the live one stays.
            StorageError: the Qdrant that it needs does not answer; the live one stays.
        """
        with self._exclusively():
            if not is_kept(self._folder, id):
                raise NotFoundError("snapshot", id)
            pointer = self._pointer_if_whole()
            if pointer and pointer.live == id:
                pointer = Pointer(id, pointer.previous)
            else:
                pointer = Pointer(id, pointer.live if pointer else None)
            self._go_live(pointer)

    def rollback(self) -> str:
        """Make the one that was live before live again; return its id.

        Raises:
            NoSnapshotError: nothing has been published.
            NotFoundError: there is no earlier one, or it is not kept any more.
        """
        with self._exclusively():
            pointer = read_pointer(self._folder)
            if pointer is None:
                raise NoSnapshotError
            if pointer.previous is None or not is_kept(self._folder, pointer.previous):
                raise NotFoundError("snapshot", pointer.previous or "previous")
            self._go_live(Pointer(pointer.previous, pointer.live))
            return pointer.previous

    def verify(self, id: str, progress: Progress | None = None) -> list[str]:
        """Recompute checksums and counts; name every fault. Raises NotFoundError."""
        if not is_kept(self._folder, id):
            raise NotFoundError("snapshot", id)
        return snapshot_faults(self._folder / id, progress or SilentProgress(), self._qdrant)

    def prune(self, keep: int) -> list[str]:
        """Delete the oldest beyond `keep`, never the live or the previous one."""
        with self._exclusively():
            remove_leftovers(self._folder)
            pointer = read_pointer(self._folder)
            needed = {pointer.live, pointer.previous} if pointer else set()
            doomed = [id for id in kept_ids(self._folder)[max(keep, 0) :] if id not in needed]
            for id in doomed:
                remove_folder(self._folder / id)
            # One that is being built may be about to need what no kept one does.
            if self._qdrant and not is_building(self._folder):
                drop_unused(self._folder, self._qdrant, pointer.live if pointer else None)
        with self._lock:
            for id in doomed:
                self._opened.pop(id, None)
        return doomed

    def withdraw(self, artwork_ids: Iterable[str]) -> None:
        """Show artworks in no search, at once and after later builds, until they are restored."""
        with self._exclusively():
            before = read_withdrawn(self._folder)
            self._hide(before, before.union(artwork_ids), write_withdrawn)

    def restore(self, artwork_ids: Iterable[str]) -> None:
        """Show artworks again."""
        with self._exclusively():
            before = read_withdrawn(self._folder)
            self._hide(before, before.difference(artwork_ids), write_withdrawn)

    def withdrawn(self) -> list[str]:
        """List the ids of withdrawn artworks, ascending."""
        return sorted(read_withdrawn(self._folder))

    def keep_gone(self, artwork_ids: Iterable[str]) -> None:
        """Show artworks that their sources lost in no search, and those again that came back."""
        with self._exclusively():
            self._hide(read_gone(self._folder), frozenset(artwork_ids), write_gone)

    @contextmanager
    def _exclusively(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with locked(self._folder / STORE_LOCK):
            yield

    def _go_live(self, pointer: Pointer) -> None:
        snapshot = DiskSnapshot(self._folder / pointer.live, qdrant=self._qdrant)
        # Before the pointer, which alone says what is live: a kill in between leaves aliases that
        # name another snapshot's collections, and all of those are kept.
        if self._qdrant:
            self._qdrant.publish(qdrant_cards(snapshot.manifest))
        write_pointer(self._folder, pointer)

    def _hide(self, before: frozenset[str], after: frozenset[str], write: _Write) -> None:
        if after == before:
            return
        write(self._folder, after)
        with self._lock:
            self._live = None  # so that this store need not see it by the stamp
            self._heed(hidden_stamp(self._folder))

    def _open_live(self) -> DiskSnapshot:
        while True:
            stamps = self._stamps()
            pointer = read_pointer(self._folder)
            if pointer is None:
                raise NoSnapshotError
            try:
                snapshot = self._open(pointer.live)
            except DamagedError:
                if self._stamps() == stamps:
                    raise
                continue  # it was replaced, and perhaps deleted, while being opened
            self._live = (stamps, snapshot)
            return snapshot

    def _open(self, id: str) -> DiskSnapshot:
        hidden = hidden_stamp(self._folder)
        if hidden != self._hidden[0]:
            self._heed(hidden)
        if id not in self._opened:
            path = self._folder / id
            snapshot = DiskSnapshot(path, use_gpu=self._use_gpu, qdrant=self._qdrant)
            snapshot.withdraw(self._hidden[1])
            self._opened[id] = snapshot
        self._opened.move_to_end(id)
        while len(self._opened) > _OPENED:
            self._opened.popitem(last=False)
        return self._opened[id]

    def _heed(self, stamps: _Hidden) -> None:
        ids = read_hidden(self._folder)
        for snapshot in self._opened.values():
            snapshot.withdraw(ids)
        self._hidden = (stamps, ids)

    def _stamps(self) -> _Stamps:
        pointer = stamp(self._folder / CURRENT)
        if pointer is None:
            raise NoSnapshotError
        return pointer, hidden_stamp(self._folder)

    def _pointer_if_whole(self) -> Pointer | None:
        try:
            return read_pointer(self._folder)
        except DamagedError:
            return None
