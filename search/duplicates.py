"""Near-duplicates: pages of a sketchbook, states of a print, one work catalogued twice."""

from core.ports import Snapshot
from core.types import Numbers


def near_duplicates(snapshot: Snapshot, number: int) -> Numbers:
    """Find the near-duplicates of an artwork, itself left out; ascending."""
    return snapshot.identities.copies_of(number)
