"""Which artworks are one work in pieces: a whole and its parts."""

from array import array
from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from core.types import Artwork

MOST_PIECES = 20  # of one work; a whole of more is an album, whose leaves are works of their own


class Wholes:
    """Collects which artwork is part of which: 16 bytes an artwork, since ids are many."""

    def __init__(self) -> None:
        self._ids = array("q")
        self._parts: dict[str, list[int]] = defaultdict(list)

    def add(self, artwork: Artwork) -> None:
        """Take the next artwork."""
        if artwork.part_of is not None and artwork.part_of != artwork.id:
            self._parts[artwork.part_of].append(len(self._ids))
        self._ids.append(hash(artwork.id))

    def sets(self) -> Iterator[list[int]]:
        """Yield the parts of each whole, and the whole where it is an artwork."""
        ids = np.array(self._ids, np.int64)
        order = np.argsort(ids, kind="stable")
        for whole, parts in self._parts.items():
            if len(parts) > MOST_PIECES:
                continue
            place = int(np.searchsorted(ids, hash(whole), sorter=order))
            number = int(order[place]) if place < len(order) else -1
            yield [number, *parts] if number >= 0 and ids[number] == hash(whole) else parts
