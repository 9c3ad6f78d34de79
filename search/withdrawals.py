"""Withdrawing artworks from search, for those who give their ids by hand."""

from collections.abc import Callable, Sequence

from core.errors import ArtworkGoneError, NoSnapshotError, NotFoundError
from core.ports import ArtworkStore, SnapshotStore


def withdraw(
    ids: Sequence[str], snapshots: SnapshotStore, open_catalogue: Callable[[], ArtworkStore]
) -> int:
    """Withdraw artworks; return how many were not withdrawn before.

    The catalogue is opened only for ids that the live snapshot lacks: a new artwork can be
    withdrawn before a build would show it.

    Raises:
        NotFoundError: names the ids that no artwork has; nothing was withdrawn.
    """
    new = sorted(set(ids).difference(snapshots.withdrawn()))
    missing = _not_in_snapshot(new, snapshots)
    if missing:
        missing = _not_in_catalogue(missing, open_catalogue())
    if missing:
        raise NotFoundError("artwork", ", ".join(missing))
    snapshots.withdraw(new)
    return len(new)


def restore(ids: Sequence[str], snapshots: SnapshotStore) -> int:
    """Restore withdrawn artworks; return how many.

    Raises:
        NotFoundError: names the ids that are not withdrawn; nothing was restored.
    """
    wanted = set(ids)
    missing = wanted.difference(snapshots.withdrawn())
    if missing:
        raise NotFoundError("withdrawn artwork", ", ".join(sorted(missing)))
    snapshots.restore(wanted)
    return len(wanted)


def _not_in_snapshot(ids: list[str], snapshots: SnapshotStore) -> list[str]:
    try:
        snapshot = snapshots.current()
    except NoSnapshotError:
        return ids
    return [id for id in ids if snapshot.number_of(id) is None]


def _not_in_catalogue(ids: list[str], catalogue: ArtworkStore) -> list[str]:
    missing = []
    for id in ids:
        try:
            catalogue.get(id)
        except ArtworkGoneError:
            continue  # it may come back, and is not to be shown then
        except NotFoundError:
            missing.append(id)
    return missing


def keep_gone(catalogue: ArtworkStore, snapshots: SnapshotStore) -> None:
    """Let no search show what is gone from the catalogue, nor hide what is there again.

    It may be called at any time, and mends what a kill between the two left.
    """
    snapshots.keep_gone(catalogue.gone())
