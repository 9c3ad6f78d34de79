"""Who has a snapshot open: each process holds its manifest, so that pruning leaves it alone.

The lock is on a file that every snapshot has, and is only read: a home that cannot be written to
is served as well. It goes with the process, or before, with the last who uses the snapshot.
"""

import errno
import os
from pathlib import Path

from core.errors import SnapshotGoneError
from core.locks import share_lock, try_lock
from index.snapshots.manifest import MANIFEST

_NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS}  # a file system without them


def hold_snapshot(folder: Path) -> int | None:
    """Hold a snapshot: a descriptor, to be closed; None where it has no manifest.

    Raises:
        SnapshotGoneError: it was pruned at this moment.
    """
    path = folder / MANIFEST
    try:
        descriptor = share_lock(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in _NO_LOCKS:
            return None
        raise
    try:
        is_there = os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        is_there = False
    if not is_there:
        os.close(descriptor)
        raise SnapshotGoneError(folder.name)
    return descriptor


def take_unused(folder: Path) -> int | None:
    """Take a snapshot that no process has open, this one included; None where one has.

    Whoever wants to open it waits until the descriptor is closed.
    """
    return try_lock(folder / MANIFEST)


def is_in_use(folder: Path) -> bool:
    """Tell whether a process, this one included, has a snapshot open."""
    if not (folder / MANIFEST).exists():
        return False
    try:
        taken = take_unused(folder)
    except OSError:
        return True  # where nothing can be deleted, nothing needs to be known
    if taken is None:
        return True
    os.close(taken)
    return False
