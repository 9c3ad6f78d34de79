"""One consistent reading of the catalogue, kept on disk while a snapshot is built from it."""

import pickle
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core.types import Artwork


@dataclass(frozen=True, slots=True)
class Spool:
    """Artworks in the order of their ids; every pass reads the same ones."""

    file: BinaryIO
    count: int

    def __iter__(self) -> Iterator[Artwork]:
        """Read the artworks from the start; each pass keeps its own place."""
        offset = 0
        for _ in range(self.count):
            self.file.seek(offset)
            artwork = pickle.load(self.file)  # noqa: S301 - written below, by this process
            offset = self.file.tell()
            yield artwork


@contextmanager
def spooled(artworks: Iterable[Artwork], folder: Path) -> Iterator[Spool]:
    """Keep artworks in a file without a name, which a killed process leaves nothing of."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as file:
        count = 0
        for artwork in artworks:
            pickle.dump(artwork, file, protocol=pickle.HIGHEST_PROTOCOL)
            count += 1
        yield Spool(file, count)
