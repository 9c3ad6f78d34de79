"""One consistent reading of the catalogue, kept on disk while a snapshot is built from it."""

import pickle
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.types import Artwork


@dataclass(frozen=True, slots=True)
class Spool:
    """Artworks in the order of their ids; every pass reads the same ones."""

    path: Path
    count: int

    def __iter__(self) -> Iterator[Artwork]:
        """Read the artworks from the start."""
        with self.path.open("rb") as file:
            for _ in range(self.count):
                yield pickle.load(file)  # noqa: S301 - written below, by this process


def write_spool(artworks: Iterable[Artwork], path: Path) -> Spool:
    """Write artworks to a file, one pickle each, in bounded memory."""
    count = 0
    with path.open("wb") as file:
        for artwork in artworks:
            pickle.dump(artwork, file, protocol=pickle.HIGHEST_PROTOCOL)
            count += 1
    return Spool(path, count)
