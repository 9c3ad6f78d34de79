"""Blobs as files of a folder: each is there whole, or not at all."""

import contextlib
import errno
import os
import time
from pathlib import Path

from core.atomic_files import beside, replace_file, sync
from core.errors import NotFoundError, StorageError
from storage.keys import check_key
from storage.options import DEFAULTS, StoreOptions

_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS})  # as on FAT, some shares
STALE_S = 3600  # a write takes seconds; an hour-old one was killed


class FolderBlobStore:
    """Named bytes in a folder of this machine."""

    def __init__(self, root: Path, options: StoreOptions = DEFAULTS) -> None:
        self._root = root
        self._options = options
        self._ready: set[Path] = set()  # folders that are there and swept

    def put(self, key: str, data: bytes, content_type: str) -> None:  # noqa: ARG002 - files have none
        """Keep bytes under a key, all or nothing, through a crash of the machine."""
        path = self._path(key)
        try:
            if _holds(path, data):
                return
            self._prepare(path.parent)
            replace_file(path, data)
        except OSError as error:
            raise StorageError(f"cannot write {path}: {error.strerror or error}") from error

    def put_new(self, key: str, data: bytes, content_type: str) -> bool:  # noqa: ARG002 - as above
        """Keep bytes unless the key is kept already; tell whether they were written."""
        path = self._path(key)
        try:
            if path.is_file():
                return False
            self._prepare(path.parent)
            with beside(path) as prepared:
                prepared.write_bytes(data)
                sync(prepared)
                _link(prepared, path)
            sync(path.parent)
        except FileExistsError as error:
            if path.is_file():
                return False
            raise StorageError(f"cannot write {path}: {error.strerror}") from error
        except OSError as error:
            raise StorageError(f"cannot write {path}: {error.strerror or error}") from error
        return True

    def get(self, key: str) -> bytes:
        """Read bytes. Raises NotFoundError."""
        path = self._path(key)
        try:
            return path.read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise NotFoundError("blob", key) from error
        except OSError as error:
            raise StorageError(f"cannot read {path}: {error.strerror or error}") from error

    def exists(self, key: str) -> bool:
        """Tell whether a key is kept."""
        return self._path(key).is_file()

    def address(self, key: str) -> str | None:
        """Say where clients can read a key themselves: where a web server shows this folder."""
        return self._options.public_address(check_key(key))

    def _path(self, key: str) -> Path:
        return self._root / check_key(key)

    def _prepare(self, folder: Path) -> None:
        """Make a folder, and once in a process remove what killed writes left in it."""
        if folder in self._ready:
            return
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(".*.tmp"):
            with contextlib.suppress(FileNotFoundError):  # another process sweeps too
                if time.time() - left.stat().st_mtime > STALE_S:
                    left.unlink()
        self._ready.add(folder)


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except (FileNotFoundError, NotADirectoryError):
        return False


def _link(prepared: Path, path: Path) -> None:
    """Give a file its name; unlike a rename this fails where another writer was first."""
    try:
        os.link(prepared, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        prepared.replace(path)  # the name says the content: whoever was first wrote the same
