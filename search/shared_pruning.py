"""Which of the shared snapshots are kept."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.ports import SnapshotRemote
from core.sharing import HIDDEN, MANIFEST, SNAPSHOTS, SharedFile, SharedPointer
from search.shared_hidden import key_of

GIVEN_UP = timedelta(days=1)  # an upload that nobody finished; a slow one adds files all the time
SUPERSEDED = timedelta(days=7)  # lists that nobody can be about to read or to name again


@dataclass(frozen=True, slots=True)
class Unneeded:
    """Keys of what can go: first what says that a snapshot is whole, then the rest of it."""

    first: tuple[str, ...]
    rest: tuple[str, ...]


def prune_shared(remote: SnapshotRemote, keep: int) -> None:
    """Remove what is shared and not needed any more."""
    seen = remote.read_pointer()
    if seen is None:
        return
    files = [*remote.files(SNAPSHOTS), *remote.files(HIDDEN)]
    found = unneeded(files, seen.pointer, keep=keep, now=datetime.now(UTC))
    remote.remove(found.first)
    remote.remove(found.rest)


def unneeded(
    files: Iterable[SharedFile], pointer: SharedPointer, *, keep: int, now: datetime
) -> Unneeded:
    """Choose the oldest snapshots beyond `keep`, uploads given up, and lists that were replaced."""
    snapshots: dict[str, list[SharedFile]] = defaultdict(list)
    first, rest = [], []
    live_list = pointer.hidden and key_of(pointer.hidden)
    for file in files:
        folder, _, name = file.key.partition("/")
        if folder == SNAPSHOTS:
            snapshots[name.partition("/")[0]].append(file)
        elif file.changed_at < now - SUPERSEDED and file.key != live_list:
            rest.append(file.key)
    manifests = {id: f"{SNAPSHOTS}/{id}/{MANIFEST}" for id in snapshots}
    whole = [id for id, found in snapshots.items() if _has(found, manifests[id])]
    kept = {pointer.live, pointer.previous, *sorted(whole, reverse=True)[:keep]}
    for id in sorted(snapshots.keys() - kept):
        newest = max(file.changed_at for file in snapshots[id])
        if id in whole or newest < now - GIVEN_UP:
            first += [manifests[id]] if id in whole else []
            rest += [file.key for file in snapshots[id] if file.key != manifests[id]]
    return Unneeded(tuple(first), tuple(rest))


def _has(files: Iterable[SharedFile], key: str) -> bool:
    return any(file.key == key for file in files)
