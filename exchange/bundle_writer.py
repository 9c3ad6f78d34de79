"""Writes the files of a bundle, and keeps the size and hash of each for the manifest."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from exchange.bundle_format import Entry, is_bulk

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first time that a ZIP file knows: equal content, equal bytes
_CHUNK = 2**20


class BundleWriter:
    """A ZIP file that is being written."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self.entries: dict[str, Entry] = {}

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file piece by piece."""
        digest, size = hashlib.sha256(), 0
        with self._opened(name) as file:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                file.write(piece)
        self.entries[name] = Entry(size, digest.hexdigest())

    def add_file(self, name: str, path: Path) -> None:
        """Copy a file."""
        with path.open("rb") as file:
            self.add(name, iter(lambda: file.read(_CHUNK), b""))

    def add_manifest(self, name: str, data: bytes) -> None:
        """Write what is no entry of itself."""
        with self._opened(name) as file:
            file.write(data)

    @contextmanager
    def _opened(self, name: str) -> Iterator[IO[bytes]]:
        info = ZipInfo(name, _EPOCH)
        info.compress_type = ZIP_STORED if is_bulk(name) else ZIP_DEFLATED
        with self._archive.open(info, "w", force_zip64=True) as file:
            yield file


@contextmanager
def bundle_writer(path: Path) -> Iterator[BundleWriter]:
    """Open a new ZIP file of any size."""
    with ZipFile(path, "x", allowZip64=True) as archive:
        yield BundleWriter(archive)
