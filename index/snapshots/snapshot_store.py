"""The snapshots of an installation: built beside the live one, published by one replace."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

from core.errors import DamagedError, NoSnapshotError, NotFoundError
from core.locks import locked
from core.ports import SnapshotSource
from core.progress import Progress, SilentProgress
from core.records import SnapshotEntry
from core.snapshots import Checked, SnapshotFacts
from index.qdrant.collections import QdrantCollections
from index.snapshots.facts import read_facts
from index.snapshots.history import note_checks, note_live, read_history
from index.snapshots.kept import is_kept, kept_ids, read_entry
from index.snapshots.live import LiveSnapshots
from index.snapshots.opened import OpenedSnapshots
from index.snapshots.pointer import Pointer, read_pointer, write_pointer
from index.snapshots.pruning import prune
from index.snapshots.snapshot import DiskSnapshot
from index.snapshots.snapshot_builder import (
    AUTO,
    STORE_LOCK,
    BuildPlan,
    Specs,
    build_snapshot,
    remove_folder,
)
from index.snapshots.snapshot_check import snapshot_faults
from index.snapshots.uploads import qdrant_cards
from index.snapshots.withdrawn import (
    read_gone,
    read_withdrawn,
    write_gone,
    write_withdrawn,
)

_Write: TypeAlias = Callable[[Path, frozenset[str]], None]


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
        self._qdrant = qdrant  # takes the vectors of new snapshots
        self._live = LiveSnapshots(folder, OpenedSnapshots(folder, use_gpu=use_gpu, qdrant=qdrant))

    def current(self) -> DiskSnapshot:
        """Open the live snapshot; looks at two files each time, reads what of them changed.

        Raises:
            NoSnapshotError: nothing has been published.
            DamagedError: names the pointer or the file that is damaged.
        """
        return self._live.current()

    def get(self, id: str) -> DiskSnapshot:
        """Open a snapshot that is kept. Raises SnapshotGoneError."""
        return self._live.get(id)

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

    def publish(self, id: str, progress: Progress | None = None) -> None:  # noqa: ARG002 - nothing to wait for here
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
                raise NotFoundError("snapshot before the live one", pointer.previous or "none")
            self._go_live(Pointer(pointer.previous, pointer.live))
            return pointer.previous

    def verify(self, id: str, progress: Progress | None = None) -> list[str]:
        """Recompute checksums and counts; name every fault. Raises NotFoundError."""
        if not is_kept(self._folder, id):
            raise NotFoundError("snapshot", id)
        return snapshot_faults(self._folder / id, progress or SilentProgress(), self._qdrant)

    def prune(self, keep: int, pin_minutes: float = 0.0) -> list[str]:
        """Delete the oldest beyond `keep`: none that was live within so many minutes or is in use.

        The live and the previous one stay. What killed builds left goes.
        """
        with self._exclusively():
            return prune(
                self._folder, keep, pin_minutes, let_go=self._live.let_go, qdrant=self._qdrant
            )

    def discard(self, id: str) -> None:
        """Delete a snapshot that has never been live, whoever looks at it."""
        with self._exclusively():
            if not is_kept(self._folder, id) or read_history(self._folder).of(id):
                return
            self._live.let_go([id])
            remove_folder(self._folder / id)

    def keep_checks(self, id: str, checked: Checked) -> None:
        """Remember how a snapshot was checked."""
        with self._exclusively():
            note_checks(self._folder, id, checked, kept=kept_ids(self._folder))

    def facts(self, pin_minutes: float = 0.0) -> list[SnapshotFacts]:
        """Describe the snapshots that are kept, newest first; one that is damaged is left out."""
        return read_facts(self._folder, self._pointer_if_whole(), pin_minutes)

    def free_bytes(self) -> int:
        """Tell how much room the disk has for another one."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self._folder).free

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
        snapshot = self._live.open_anew(pointer.live)
        # Before the pointer, which alone says what is live: a kill in between leaves aliases that
        # name another snapshot's collections, and all of those are kept.
        if self._qdrant:
            self._qdrant.publish(qdrant_cards(snapshot.manifest))
        note_live(self._folder)  # what a kill kept from being noted
        write_pointer(self._folder, pointer)
        self._live.look_again()
        note_live(self._folder)

    def _hide(self, before: frozenset[str], after: frozenset[str], write: _Write) -> None:
        if after == before:
            return
        write(self._folder, after)
        self._live.heed()

    def _pointer_if_whole(self) -> Pointer | None:
        try:
            return read_pointer(self._folder)
        except DamagedError:
            return None
