"""A folder of pictures, with or without a table that says what they show."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from core.errors import SourceError
from core.ports import SourceItem
from core.records import Note
from core.text import fold
from core.types import Artwork, Image
from ingest.files import fingerprint, read_inside
from ingest.mapping import SOURCE_NAME
from ingest.sources.table import TableSource

ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp"})
READER = b"folder-3"  # raise it with any change of what is read: unfinished runs then start afresh
_LONGEST_NAME = 32


class FolderSource:
    """First the artworks of the table, if there is one; then each picture it does not name."""

    def __init__(
        self, root: Path, *, name: str | None = None, table: TableSource | None = None
    ) -> None:
        """Open a folder.

        Args:
            root: the folder; links are not followed out of it.
            name: first half of the artwork ids; the folder's name unless it is given.
            table: artworks that name their pictures by paths relative to the folder.
        """
        if not root.is_dir():
            raise SourceError(f"there is no folder {root}")
        if name is not None and not SOURCE_NAME.fullmatch(name):
            raise SourceError(f"{name!r} must be a short name: a-z, 0-9, '_' and '-'")
        self._root = root.resolve()
        self._table = table
        self._name = table.name if table else name or source_name(self._root.name)

    @property
    def name(self) -> str:
        """First half of its artwork ids."""
        return self._name

    def fingerprint(self) -> str:
        """Identify the folder by the names and contents of its pictures, and by its table."""
        pictures = [(path, self._content(path)) for path in self._paths()]
        table = self._table.fingerprint() if self._table else ""
        fixed = [("table", table.encode()), ("name", self._name.encode()), ("reader", READER)]
        return fingerprint([*fixed, *pictures])

    def count(self) -> int:
        """Count its pictures, or the rows of the table where those are more."""
        pictures = sum(1 for _ in self._paths())
        return max(pictures, self._table.count() or 0) if self._table else pictures

    def read(self) -> Iterator[SourceItem]:
        """Read the table in its order, then the other pictures in the order of their paths."""
        return self._items()

    def read_picture(self, path: str) -> bytes:
        """Read a picture by its path relative to the folder. Raises SourceError."""
        return read_inside(self._root, path)

    def _items(self) -> Iterator[SourceItem]:
        row = 0
        named: set[str] = set()
        if self._table is not None:
            for item in self._table.read():
                row = item.row
                images = item.artwork.images if item.artwork else ()
                named.update(os.path.normpath(image.path) for image in images if image.path)
                yield item
        for path in self._paths():
            if path not in named:
                row += 1
                yield self._item(path, row)
        if not row:
            raise SourceError(
                f"{self._root} holds no pictures: no name in it ends in "
                f"{', '.join(sorted(ENDINGS))}"
            )

    def _item(self, path: str, row: int) -> SourceItem:
        try:
            path.encode()
        except UnicodeEncodeError:
            name = repr(os.fsencode(path))
            reason = Note("name-not-utf8", f"{name}: the name is not UTF-8")
            return SourceItem(None, row, reason, raw=name)
        if not self._is_inside(path):
            reason = Note("leads-out", f"{path} leads out of the folder")
            return SourceItem(None, row, reason, raw=path)
        title = title_of(Path(path).stem)
        artwork = Artwork(f"{self._name}:{path}", title, images=(Image(path=path),))
        return SourceItem(artwork, row, needs_picture=True)

    def _content(self, path: str) -> Path | bytes:
        file = self._root / path
        is_readable = self._is_inside(path) and file.is_file() and os.access(file, os.R_OK)
        return file if is_readable else b"unreadable"

    def _is_inside(self, path: str) -> bool:
        return (self._root / path).resolve().is_relative_to(self._root)

    def _paths(self) -> Iterator[str]:
        """Walk the folder in the order of names; hidden files and linked folders are left out."""
        for folder, folders, files in os.walk(self._root, onerror=_refuse):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(files):
                if not name.startswith(".") and Path(name).suffix.lower() in ENDINGS:
                    yield Path(folder, name).relative_to(self._root).as_posix()


def _refuse(error: OSError) -> None:
    raise SourceError(f"{error.filename} cannot be listed: {error.strerror}") from error


def title_of(stem: str) -> str | None:
    """Make a title of a file's name: "the_night-watch" → "the night watch"."""
    joined = stem.replace("_", " ")
    return " ".join((joined if " " in joined else joined.replace("-", " ")).split()) or None


def source_name(folder: str) -> str:
    """Make the name of a source of a folder's name."""
    return re.sub(r"[^a-z0-9]+", "-", fold(folder))[:_LONGEST_NAME].strip("-") or "folder"
