"""Whose the spaces of a snapshot are: made by encoders of this service, or imported."""

from core.ports import Snapshot, VectorIndex


def own_indexes(snapshot: Snapshot) -> list[VectorIndex]:
    """List the indexes whose embeddings were made here, by whatever encoder."""
    return [index for index in snapshot.spaces.values() if import_of(snapshot, index) is None]


def imported_indexes(snapshot: Snapshot) -> list[VectorIndex]:
    """List the indexes whose embeddings were imported."""
    return [index for index in snapshot.spaces.values() if import_of(snapshot, index) is not None]


def import_of(snapshot: Snapshot, index: VectorIndex) -> str | None:
    """Name the import of an index; None where its embeddings were made here."""
    name: str | None = snapshot.manifest["spaces"][index.space.key].get("imported")
    return name
