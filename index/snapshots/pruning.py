"""Which old snapshots go: those that nothing shows, nothing may need, and nobody has open."""

import os
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path

from index.qdrant.collections import QdrantCollections
from index.snapshots.history import History, note_live, read_history
from index.snapshots.kept import kept_ids
from index.snapshots.pointer import read_pointer
from index.snapshots.snapshot_builder import is_building, remove_leftovers, rename_away
from index.snapshots.uploads import drop_unused
from index.snapshots.use import take_unused


def prune(
    store: Path,
    keep: int,
    pin_minutes: float,
    *,
    let_go: Callable[[Collection[str]], None],
    qdrant: QdrantCollections | None = None,
) -> list[str]:
    """Delete old snapshots and what killed builds left; `let_go` closes what is open for no search.

    Needs the store's lock.
    """
    pointer = read_pointer(store)
    note_live(store)
    needed = pinned_ids(read_history(store), pin_minutes, datetime.now(UTC))
    if pointer:
        needed |= {pointer.live, pointer.previous or pointer.live}
    old = [id for id in kept_ids(store)[max(keep, 0) :] if id not in needed]
    let_go(old)
    gone = [id for id in old if _rename_unused(store / id)]
    remove_leftovers(store)
    # One that is being built may be about to need what no kept one does.
    if qdrant and not is_building(store):
        drop_unused(store, qdrant, pointer.live if pointer else None)
    return gone


def pinned_ids(history: History, minutes: float, now: datetime) -> set[str]:
    """List the snapshots that were live within so many minutes: cursors and replays need them."""
    ids = {period.snapshot for period in history.periods}
    ends = {id: history.pinned_until(id, minutes) for id in ids}
    return {id for id, end in ends.items() if end is not None and end > now}


def _rename_unused(folder: Path) -> bool:
    taken = take_unused(folder)
    if taken is None:
        return False
    try:
        rename_away(folder)
    finally:
        os.close(taken)
    return True
