"""Pictures below a prefix of an S3 store, with or without a table that says what they show."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from core.errors import NotFoundError, SourceError, StorageError
from core.ports import ObjectReader, SourceItem, StoredObject
from core.records import Note
from core.types import Artwork, Image
from ingest.mapping import SOURCE_NAME
from ingest.pictures import LIMITS
from ingest.sources.folder import ENDINGS, title_of
from ingest.sources.table import TableSource

READER = "bucket-1"  # raise it with any change of what is read


class BucketSource:
    """First the artworks of the table, if there is one; then each picture it does not name."""

    def __init__(
        self,
        objects: ObjectReader,
        *,
        name: str,
        table: TableSource | None = None,
        max_bytes: int = LIMITS.max_bytes,
    ) -> None:
        """Open a prefix.

        Args:
            objects: what lies below it.
            name: first half of the artwork ids, unless a table names it.
            table: artworks that name their pictures by keys relative to the prefix.
            max_bytes: larger pictures are not read.
        """
        if not SOURCE_NAME.fullmatch(name):
            raise SourceError(f"{name!r} must be a short name: a-z, 0-9, '_' and '-'")
        self._objects = objects
        self._table = table
        self._name = table.name if table else name
        self._max_bytes = max_bytes
        self._listed: dict[str, StoredObject] | None = None

    @property
    def name(self) -> str:
        """First half of its artwork ids."""
        return self._name

    def fingerprint(self) -> str:
        """Identify the pictures by key, size and ETag: none is read for it."""
        table = self._table.fingerprint() if self._table else ""
        total = hashlib.sha256(json.dumps([READER, self._name, table]).encode())
        for one in self._pictures().values():
            total.update(json.dumps([one.key, one.size_bytes, one.etag]).encode())
        return total.hexdigest()

    def count(self) -> int:
        """Count its pictures, or the rows of the table where those are more."""
        pictures = len(self._pictures())
        return max(pictures, self._table.count() or 0) if self._table else pictures

    def read(self) -> Iterator[SourceItem]:
        """Read the table in its order, then the other pictures in the order of their keys."""
        row = 0
        named: set[str] = set()
        for item in self._table.read() if self._table else ():
            row = item.row
            images = item.artwork.images if item.artwork else ()
            named.update(image.path for image in images if image.path)
            yield item
        for one in self._pictures().values():
            if one.key not in named:
                row += 1
                yield self._item(one, row)
        if not row:
            raise SourceError(
                "the prefix holds no pictures: no key below it ends in "
                f"{', '.join(sorted(ENDINGS))}"
            )

    def read_picture(self, path: str) -> bytes:
        """Read a picture by its key relative to the prefix. Raises SourceError."""
        size = self._pictures()[path].size_bytes if path in self._pictures() else 0
        if size > self._max_bytes:
            raise SourceError(f"{path} has {size:,} bytes, over {self._max_bytes:,}")
        try:
            return self._objects.get(path)
        except (NotFoundError, StorageError) as error:
            raise SourceError(f"{path} cannot be read: {error}") from error

    def _item(self, one: StoredObject, row: int) -> SourceItem:
        if one.size_bytes > self._max_bytes:
            reason = f"{one.key} has {one.size_bytes:,} bytes, over {self._max_bytes:,}"
            return SourceItem(None, row, Note("picture-too-large", reason), raw=one.key)
        title = title_of(PurePosixPath(one.key).stem)
        artwork = Artwork(f"{self._name}:{one.key}", title, images=(Image(path=one.key),))
        return SourceItem(artwork, row, needs_picture=True)

    def _pictures(self) -> Mapping[str, StoredObject]:
        """List the pictures once: a run asks for them three times."""
        if self._listed is None:
            self._listed = {o.key: o for o in self._objects.objects() if _is_picture(o.key)}
        return self._listed


def _is_picture(key: str) -> bool:
    path = PurePosixPath(key)
    is_hidden = any(part.startswith(".") for part in path.parts)
    return path.suffix.lower() in ENDINGS and not is_hidden
