"""What a replica does not do: change the index, or tell of a catalogue that it does not have."""

from core.errors import StorageError
from core.sharing import ReplicaError
from search.build import Services


def may_change_index(services: Services) -> None:
    """Refuse to change the index of a replica. Raises ReplicaError."""
    if services.follower is not None:
        raise ReplicaError(services.follower.address)


def need_catalogue(services: Services) -> None:
    """Look whether there is a catalogue to ask. Raises StorageError."""
    if services.follower is not None and services.settings.database_url is None:
        raise StorageError(
            "this replica has no catalogue, only snapshots: set VASARI_DATABASE_URL to the "
            "database of the installation that it follows, or ask there"
        )
