"""The snapshots that a process has open, each held as long as something uses it."""

import os
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias
from weakref import finalize

from index.qdrant.collections import QdrantCollections
from index.snapshots.snapshot import DiskSnapshot
from index.snapshots.use import hold_snapshot
from index.snapshots.withdrawn import Stamp, hidden_stamp, read_hidden

Hidden: TypeAlias = tuple[Stamp | None, Stamp | None]  # of what no search shows
_OPENED = 4  # the live one, the previous, and those of older cursors


class OpenedSnapshots:
    """Opens snapshots of a folder and keeps the latest open; for one thread at a time."""

    def __init__(
        self, folder: Path, *, use_gpu: bool = False, qdrant: QdrantCollections | None = None
    ) -> None:
        self._folder = folder
        self._use_gpu = use_gpu
        self._qdrant = qdrant
        self._opened: OrderedDict[str, DiskSnapshot] = OrderedDict()
        self._hidden: tuple[Hidden, frozenset[str]] = ((None, None), frozenset())

    def open(self, id: str) -> DiskSnapshot:
        """Open a snapshot. Raises DamagedError, SnapshotGoneError."""
        hidden = hidden_stamp(self._folder)
        if hidden != self._hidden[0]:
            self.heed(hidden)
        if id not in self._opened:
            snapshot = self._held(id)
            snapshot.withdraw(self._hidden[1])
            self._opened[id] = snapshot
        self._opened.move_to_end(id)
        while len(self._opened) > _OPENED:
            self._opened.popitem(last=False)
        return self._opened[id]

    def let_go(self, ids: Iterable[str]) -> None:
        """Keep snapshots open no longer; searches that are at them go on."""
        for id in ids:
            self._opened.pop(id, None)

    def heed(self, stamps: Hidden) -> None:
        """Show in no snapshot what is withdrawn now."""
        ids = read_hidden(self._folder)
        for snapshot in self._opened.values():
            snapshot.withdraw(ids)
        self._hidden = (stamps, ids)

    def _held(self, id: str) -> DiskSnapshot:
        descriptor = hold_snapshot(self._folder / id)
        try:
            snapshot = DiskSnapshot(self._folder / id, use_gpu=self._use_gpu, qdrant=self._qdrant)
        except BaseException:
            if descriptor is not None:
                os.close(descriptor)
            raise
        if descriptor is not None:
            finalize(snapshot, os.close, descriptor)
        return snapshot
