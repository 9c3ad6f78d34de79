"""Checks a snapshot: checksums, counts, and a sample search in every space."""

from pathlib import Path

import numpy as np

from core.errors import DamagedError
from core.ports import VectorIndex
from core.progress import Progress
from core.queries import DEFAULT_RECALL, EXACT
from index.qdrant.collections import QdrantCollections
from index.qdrant.space import QdrantSpace
from index.snapshots.manifest import content_faults, load_manifest, size_bytes
from index.snapshots.snapshot import DiskSnapshot
from index.snapshots.uploads import qdrant_cards

_SAMPLES = 5  # vectors of each space that must find themselves
_ITSELF = 0.99  # a unit vector's product with itself, less the tolerance of its length


def snapshot_faults(
    folder: Path, progress: Progress, qdrant: QdrantCollections | None = None
) -> list[str]:
    """Read a whole snapshot and name every fault."""
    try:
        manifest = load_manifest(folder)
    except DamagedError as error:
        return [str(error)]
    progress.begin("check", size_bytes(manifest), "bytes")
    faults = content_faults(folder, manifest, progress.advance)
    if faults:  # a FAISS file that is not ours must not be opened
        return faults
    try:
        snapshot = DiskSnapshot(folder, qdrant=qdrant)
        return _collection_faults(snapshot, qdrant) or _search_faults(snapshot)
    except DamagedError as error:
        return [str(error)]


def _collection_faults(snapshot: DiskSnapshot, qdrant: QdrantCollections | None) -> list[str]:
    cards = qdrant_cards(snapshot.manifest).values()
    return [fault for card in cards if qdrant for fault in qdrant.faults(card)]


def _search_faults(snapshot: DiskSnapshot) -> list[str]:
    count = len(snapshot)
    faults = []
    for number in _spread(count):
        card = snapshot.cards(np.array([number], np.int32))[0]
        if snapshot.number_of(card["id"]) != number:
            faults.append(f"rows: artwork {card['id']} is not found by its id")
        snapshot.lexical.search(card["title"] or "", None, 1)
    for key, space in snapshot.spaces.items():
        if not all(_finds_itself(space, number) for number in _spread(count)):
            faults.append(f"spaces/{key}: a vector does not find itself")
    return faults


def _finds_itself(space: VectorIndex, number: int) -> bool:
    vectors = space.vectors_of(number)
    if len(vectors) == 0:
        return True
    # Qdrant's graph may miss a vector, and would in every build of the same content.
    recall = EXACT if isinstance(space, QdrantSpace) else DEFAULT_RECALL
    found, _ = space.search(vectors[:1], None, 1, recall=recall)
    return bool(found.scores[0] >= _ITSELF)


def _spread(count: int) -> list[int]:
    return sorted({round(place) for place in np.linspace(0, count - 1, _SAMPLES)} if count else [])
