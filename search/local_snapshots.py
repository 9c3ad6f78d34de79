"""The snapshots of this installation alone: read and built, and on a replica only read."""

from collections.abc import Iterable

from core.ports import Snapshot, SnapshotSource, SnapshotStore
from core.progress import Progress
from core.records import SnapshotEntry
from core.sharing import ReplicaError
from core.snapshots import Checked, SnapshotFacts


class LocalSnapshots:
    """Reads and builds the snapshots of this installation."""

    def __init__(self, local: SnapshotStore) -> None:
        self._local = local

    @property
    def local(self) -> SnapshotStore:
        """The store that nobody else is told about."""
        return self._local

    def current(self) -> Snapshot:
        """Open the live snapshot. Raises NoSnapshotError."""
        return self._local.current()

    def get(self, id: str) -> Snapshot:
        """Open a snapshot that is kept. Raises SnapshotGoneError."""
        return self._local.get(id)

    def entries(self) -> list[SnapshotEntry]:
        """List the snapshots that are kept, newest first."""
        return self._local.entries()

    def build(self, source: SnapshotSource, progress: Progress) -> str:
        """Build and check a snapshot beside the live one; return its id."""
        return self._local.build(source, progress)

    def verify(self, id: str) -> list[str]:
        """Recompute checksums and counts; name every fault."""
        return self._local.verify(id)

    def discard(self, id: str) -> None:
        """Delete a snapshot that has never been live, if nothing uses it."""
        self._local.discard(id)

    def keep_checks(self, id: str, checked: Checked) -> None:
        """Remember how a snapshot was checked."""
        self._local.keep_checks(id, checked)

    def facts(self, pin_minutes: float = 0.0) -> list[SnapshotFacts]:
        """Describe the snapshots that are kept, newest first."""
        return self._local.facts(pin_minutes)

    def free_bytes(self) -> int:
        """Tell how much room the disk has for another one."""
        return self._local.free_bytes()

    def withdrawn(self) -> list[str]:
        """List the ids of withdrawn artworks, ascending."""
        return self._local.withdrawn()


class ReplicaSnapshots(LocalSnapshots):
    """The snapshots of an installation that serves what others publish, and changes nothing."""

    def __init__(self, local: SnapshotStore, address: str) -> None:
        super().__init__(local)
        self.address = address  # of what it follows

    def build(self, source: SnapshotSource, progress: Progress) -> str:  # noqa: ARG002 - the port's
        """Refuse to."""
        raise ReplicaError(self.address)

    def publish(self, id: str, progress: Progress | None = None) -> None:  # noqa: ARG002 - the port's
        """Refuse to."""
        raise ReplicaError(self.address)

    def rollback(self) -> str:
        """Refuse to."""
        raise ReplicaError(self.address)

    def prune(self, keep: int, pin_minutes: float = 0.0) -> list[str]:  # noqa: ARG002 - the port's
        """Refuse to: what is followed decides."""
        raise ReplicaError(self.address)

    def withdraw(self, artwork_ids: Iterable[str]) -> None:  # noqa: ARG002 - the port's
        """Refuse to."""
        raise ReplicaError(self.address)

    restore = keep_gone = withdraw
