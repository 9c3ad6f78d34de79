"""What no search shows, the same in every installation that serves the shared snapshots."""

import hashlib

from core.errors import DamagedError
from core.ports import SnapshotRemote, SnapshotStore, SnapshotTransfer
from core.sharing import HIDDEN, Hidden, SharedPointer, parse_hidden


class SharedHidden:
    """Reads and writes the shared lists, each under the hash of its content."""

    def __init__(self, remote: SnapshotRemote) -> None:
        self._remote = remote
        self._latest: tuple[str | None, Hidden] = (None, Hidden())

    def read(self, pointer: SharedPointer | None) -> Hidden:
        """Read what a pointer hides. Raises NotFoundError, DamagedError."""
        name = pointer.hidden if pointer else None
        if name is None:
            return Hidden()
        if name != self._latest[0]:
            data = self._remote.get(key_of(name))
            if hashlib.sha256(data).hexdigest() != name:
                raise DamagedError(f"{self._remote.address}/{key_of(name)} is not what it was")
            self._latest = (name, parse_hidden(data))
        return self._latest[1]

    def write(self, hidden: Hidden, pointer: SharedPointer | None) -> str | None:
        """Share a list, unless this pointer has it already; return its name."""
        if hidden == self.read(pointer):
            return pointer.hidden if pointer else None
        data = hidden.to_bytes()
        name = hashlib.sha256(data).hexdigest()
        self._remote.put(key_of(name), data)
        self._latest = (name, hidden)
        return name


def key_of(name: str) -> str:
    """Say where a list is shared."""
    return f"{HIDDEN}/{name}.json"


def adopt(
    wanted: Hidden, *, agreed: Hidden, local: SnapshotStore, transfer: SnapshotTransfer
) -> None:
    """Hide here what is wanted, and keep what was agreed on.

    What is to be hidden goes first, what is to be shown last: a kill in between leaves ids that
    look as if they had been withdrawn here since, which hides too much and never too little.
    """
    here = transfer.hidden()
    local.withdraw(wanted.withdrawn - here.withdrawn)
    local.keep_gone(wanted.gone | here.gone)
    transfer.agree(agreed)
    local.restore(here.withdrawn - wanted.withdrawn)
    local.keep_gone(wanted.gone)
