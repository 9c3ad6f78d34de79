"""Reads a bundle that may be damaged, or made to do harm: nothing of it is believed unchecked."""

import hashlib
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from core.artwork_json import ArtworkJsonError, artwork_from_json
from core.errors import InputError
from core.progress import Progress
from core.types import Artwork
from exchange.bundle_format import CATALOGUE, MANIFEST, Manifest, parse_manifest

_CHUNK = 2**20
_MOST_MANIFEST = 512 * 2**20
_MOST_LINE = 16 * 2**20  # bytes of an artwork
_ENCRYPTED = 0x1


class BundleReader:
    """The files of a bundle, by the names in its manifest; none is ever unpacked by name."""

    def __init__(self, path: Path, archive: ZipFile) -> None:
        """Read the manifest, and compare the files with it. Raises InputError."""
        self._name = path.name
        self._archive = archive
        listed = archive.infolist()
        names = [info.filename for info in listed]
        if len(set(names)) != len(names):
            raise InputError(self._name, "has two files of one name")
        if any(info.flag_bits & _ENCRYPTED for info in listed):
            raise InputError(self._name, "is encrypted")
        self.manifest = self._read_manifest(names)
        self._compare({info.filename: info.file_size for info in listed})

    def verify(self, progress: Progress) -> None:
        """Hash every file. Raises InputError where one is not what the manifest says."""
        total = sum(entry.size for entry in self.manifest.files.values())
        progress.begin("check the bundle", total, "bytes")
        for name, entry in self.manifest.files.items():
            digest = hashlib.sha256()
            with self._opened(name) as file:
                while piece := file.read(_CHUNK):
                    digest.update(piece)
                    progress.advance(len(piece))
            if digest.hexdigest() != entry.sha256:
                raise self._wrong(name, "is not what it was: its SHA-256 is another")

    def artworks(self) -> Iterator[Artwork]:
        """Read the catalogue. Raises InputError naming the line."""
        before = ""
        with self._opened(CATALOGUE) as file:
            for number, line in enumerate(iter(lambda: file.readline(_MOST_LINE), b""), 1):
                try:
                    artwork = artwork_from_json(json.loads(line))
                except (ValueError, RecursionError) as error:
                    reason = error if isinstance(error, ArtworkJsonError) else "is no JSON"
                    raise self._wrong(f"{CATALOGUE}, line {number}", str(reason)) from error
                if artwork.id <= before:
                    raise self._wrong(f"{CATALOGUE}, line {number}", "ids do not ascend")
                before = artwork.id
                yield artwork

    def read(self, name: str) -> bytes:
        """Read a file whole."""
        with self._opened(name) as file:
            return file.read(self.manifest.files[name].size)

    def copy(self, name: str, path: Path) -> None:
        """Copy a file to a place of the caller's choice."""
        with self._opened(name) as file, path.open("wb") as copied:
            while piece := file.read(_CHUNK):
                copied.write(piece)

    def _read_manifest(self, names: list[str]) -> Manifest:
        if MANIFEST not in names:
            raise InputError(self._name, f"has no {MANIFEST}: `vasari export` did not write it")
        with self._opened(MANIFEST) as file:
            data = file.read(_MOST_MANIFEST + 1)
        if len(data) > _MOST_MANIFEST:
            raise self._wrong(MANIFEST, "is too large")
        try:
            parsed: Any = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise self._wrong(MANIFEST, "is no JSON") from error
        return parse_manifest(parsed, self._name)

    def _compare(self, sizes: dict[str, int]) -> None:
        """Let each file stand in the manifest with its size, and each of the manifest be there."""
        for name in sizes:
            if name != MANIFEST and name not in self.manifest.files:
                raise InputError(self._name, f"{name[:200]!r} is not in its manifest")
        for name, entry in self.manifest.files.items():
            if name not in sizes:
                raise self._wrong(name, "is missing")
            if sizes[name] != entry.size:
                raise self._wrong(name, f"has {sizes[name]:,} bytes, not {entry.size:,}")

    @contextmanager
    def _opened(self, name: str) -> Iterator[IO[bytes]]:
        """Open a file; the archive gives no more of it than the size that was compared."""
        try:
            with self._archive.open(name) as file:
                yield file
        except (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise self._wrong(name, f"cannot be read: {error}") from error

    def _wrong(self, name: str, message: str) -> InputError:
        return InputError(f"{self._name}, {name}", message)


@contextmanager
def open_bundle(path: Path) -> Iterator[BundleReader]:
    """Open a bundle. Raises InputError."""
    try:
        archive = ZipFile(path)
    except FileNotFoundError as error:
        raise InputError(path.name, "there is no such file") from error
    except (OSError, BadZipFile) as error:
        raise InputError(path.name, f"cannot be read as a bundle: {error}") from error
    with archive:
        yield BundleReader(path, archive)
