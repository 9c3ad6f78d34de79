"""The wiring of shared snapshots: none, published from here, or followed."""

from core.errors import ConfigurationError
from core.ports import SnapshotRemote, SnapshotStore
from core.settings import Settings
from core.sharing import ReplicaError
from search.local_snapshots import LocalSnapshots, ReplicaSnapshots
from search.replicas import Follower, Puller
from search.shared_snapshots import SharedSnapshots


def share_snapshots(local: SnapshotStore, settings: Settings) -> SnapshotStore:
    """Give the snapshots of this home the part that the settings say. Raises ConfigurationError."""
    from index.snapshots.transfer import SnapshotFolder

    if settings.role == "replica":
        return ReplicaSnapshots(local, _remote(settings).address)
    if settings.snapshots_url is None:
        return local
    return SharedSnapshots(local, SnapshotFolder(settings.snapshots_path), _remote(settings))


def pushing(snapshots: SnapshotStore) -> SharedSnapshots:
    """Say what shares these snapshots. Raises ConfigurationError, ReplicaError."""
    if isinstance(snapshots, ReplicaSnapshots):
        raise ReplicaError(snapshots.address)
    if not isinstance(snapshots, SharedSnapshots):
        raise _none_set()
    return snapshots


def build_puller(snapshots: SnapshotStore, settings: Settings) -> Puller:
    """Build what brings a home to what is shared. Raises ConfigurationError."""
    from index.snapshots.transfer import SnapshotFolder

    if not isinstance(snapshots, LocalSnapshots):
        raise _none_set()
    folder = SnapshotFolder(settings.snapshots_path)
    return Puller(
        snapshots.local,
        folder,
        _remote(settings),
        keep=settings.keep_snapshots,
        pin_minutes=settings.pin_minutes,
    )


def build_follower(snapshots: SnapshotStore, settings: Settings) -> Follower | None:
    """Let a service follow, if it is a replica."""
    return Follower(build_puller(snapshots, settings)) if settings.role == "replica" else None


def _remote(settings: Settings) -> SnapshotRemote:
    from storage.options import S3Style, StoreOptions
    from storage.registry import open_snapshot_remote

    if settings.snapshots_url is None:
        raise _none_set()
    if settings.qdrant_url:
        raise ConfigurationError(
            "VASARI_SNAPSHOTS_URL shares the files of snapshots, and VASARI_QDRANT_URL keeps their "
            "vectors elsewhere: set one of the two"
        )
    options = StoreOptions(settings.s3_endpoint_url, S3Style(settings.s3_style))
    return open_snapshot_remote(settings.snapshots_url, options)


def _none_set() -> ConfigurationError:
    return ConfigurationError(
        "VASARI_SNAPSHOTS_URL is not set: name where snapshots are shared, as `s3://bucket/prefix`"
    )
