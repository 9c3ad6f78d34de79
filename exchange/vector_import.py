"""Takes published vectors: all of a file is checked before anything of it is kept."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from core.errors import InputError
from core.imported import ImportedSpace, import_id, imported_content
from core.ports import EmbeddingStore, ImportedSpaces
from core.progress import Progress
from core.spaces import Space
from core.types import Artwork, SpaceField
from exchange.vector_rows import Rows, VectorSource
from search.embedding.contents import Contents


class Listed(Protocol):
    """What of a catalogue an import of vectors looks at."""

    def ids(self) -> list[str]:
        """List the ids of the artworks."""

    def count(self) -> int:
        """Count the artworks."""

    def scan(self) -> Iterator[Artwork]:
        """Read the artworks."""


@dataclass(frozen=True, slots=True)
class VectorStores:
    """What an import of vectors reads and writes."""

    catalogue: Listed
    embeddings: EmbeddingStore
    imported: ImportedSpaces
    own: Mapping[SpaceField, Contents]  # what the configured encoders embed


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a file is taken."""

    name: str  # of the import, for people
    source: str | None = None  # put before each artwork id: the file has the source's own ids
    skip_unknown: bool = False  # leave out vectors of artworks that are not in the catalogue


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of the vectors of a file."""

    space: str
    key: str
    is_own: bool  # whether an encoder that is set made them: they are used as our own
    rows: int
    written: int
    present: int  # already there
    stale: int  # of a text or picture that the artwork does not have now
    unknown: int  # of artworks that are not in the catalogue
    normalised: int  # brought to unit length


def import_vectors(
    file: VectorSource, stores: VectorStores, progress: Progress, options: ImportOptions
) -> ImportReport:
    """Check all vectors of a file, and then keep them; the same file again changes nothing.

    Those of an encoder that is set are used in the place of its own; all others become a space of
    their own, which a build takes into the snapshot.

    Raises:
        InputError: names row and column of what is wrong; nothing was kept.
    """
    work = VectorImport(file, stores, options)
    work.check(progress)
    work.refuse_none()
    return work.keep(progress)


class VectorImport:
    """One file on its way in: it is read twice, and both readings name its vectors alike."""

    def __init__(self, file: VectorSource, stores: VectorStores, options: ImportOptions) -> None:
        self._file = file
        self._stores = stores
        self._options = options
        contents = stores.own[file.space.field]
        self.is_own = contents.space == file.space
        self._contents = contents
        self._counts: Counter[str] = Counter()
        self._import_id = ""
        self._links: set[bytes] = set()

    @property
    def space(self) -> Space:
        """Where the vectors go."""
        return self._file.space

    def check(self, progress: Progress) -> None:
        """Look at every row. Raises InputError."""
        self._links = self._read_links(progress)
        seen: set[bytes] = set()
        owners = hashlib.sha256()
        progress.begin("check vectors", self._file.count, "vectors")
        for rows in self._file.rows():
            for i, id in enumerate(self._ids(rows)):
                owners.update(f"{id}\n".encode())
                self._check_row(rows, i, id)
                _refuse_twice(rows, i, id, seen)
            self._counts["rows"] += len(rows.vectors)
            self._counts["normalised"] += rows.normalised
            progress.advance(len(rows.vectors))
        self._import_id = import_id(self._file.fingerprint(), owners.hexdigest())

    def refuse_none(self) -> None:
        """Refuse a file that was checked, and has nothing for this catalogue. Raises InputError."""
        if not self._kept:
            raise InputError(
                "file",
                f"holds no vector of what the catalogue has: of {self._counts['rows']:,}, "
                f"{self._counts['unknown']:,} are of artworks that are not there, "
                f"{self._counts['stale']:,} of texts or pictures that they do not have",
            )

    def keep(self, progress: Progress) -> ImportReport:
        """Keep what was checked."""
        written = self._write(progress)
        if not self.is_own and self._kept:
            self._stores.imported.keep(self._describe())
        return self._report(written)

    def _write(self, progress: Progress) -> int:
        """Keep the vectors that are not there yet; count them."""
        places: Counter[str] = Counter()
        written = 0
        progress.begin("write vectors", self._file.count, "vectors")
        for rows in self._file.rows():
            named = {
                name: i
                for i, id in enumerate(self._ids(rows))
                if (name := self._name(rows, i, id, places))
            }
            missing = self._stores.embeddings.missing(self.space, list(named))
            if missing:
                names = sorted(missing)
                vectors = rows.unit[[named[name] for name in names]]
                self._stores.embeddings.write(self.space, names, vectors)
            written += len(missing)
            progress.advance(len(rows.vectors))
        return written

    def _describe(self) -> ImportedSpace:
        """Say what was imported, and whence."""
        told = self._file.origin()
        return ImportedSpace(
            self.space,
            self._options.name,
            self._import_id,
            vectors=self._kept,
            imported_at=datetime.now(UTC),
            licence=told.licence,
            source_uri=told.source_uri,
            created=told.created,
        )

    def _report(self, written: int) -> ImportReport:
        """Say what became of the vectors."""
        counts = self._counts
        return ImportReport(
            self.space.name,
            self.space.key,
            self.is_own,
            rows=counts["rows"],
            written=written,
            present=self._kept - written,
            stale=counts["stale"],
            unknown=counts["unknown"],
            normalised=counts["normalised"],
        )

    @property
    def _kept(self) -> int:
        return self._counts["rows"] - self._counts["stale"] - self._counts["unknown"]

    def _ids(self, rows: Rows) -> Iterator[str]:
        source = self._options.source
        return (f"{source}:{id}" if source else id for id in rows.artwork_ids)

    def _read_links(self, progress: Progress) -> set[bytes]:
        """Digest every known artwork id, and with our own encoder each content beside it."""
        if not self.is_own:
            return {_digest(id) for id in self._stores.catalogue.ids()}
        progress.begin("read the catalogue", self._stores.catalogue.count(), "artworks")
        links: set[bytes] = set()
        for artwork in self._stores.catalogue.scan():
            links.add(_digest(artwork.id))
            links.update(_digest(artwork.id, content) for content in self._contents.of(artwork))
            progress.advance()
        return links

    def _check_row(self, rows: Rows, i: int, id: str) -> None:
        if _digest(id) not in self._links:
            if not self._options.skip_unknown:
                raise rows.lines.wrong(
                    i,
                    "artwork_id",
                    f"no artwork has the id {id!r} (--skip-unknown leaves such rows out, --source "
                    "puts the name of a source before each id)",
                )
            self._counts["unknown"] += 1
        elif self.is_own and _digest(id, rows.content_hashes[i] or "") not in self._links:
            self._counts["stale"] += 1

    def _name(self, rows: Rows, i: int, id: str, places: Counter[str]) -> str | None:
        """Name a vector as the store has it; None for one that is left out."""
        if self.is_own:
            content = rows.content_hashes[i]
            return content if content and _digest(id, content) in self._links else None
        if _digest(id) not in self._links:
            return None
        places[id] += 1
        return imported_content(self._import_id, id, places[id] - 1)


def _refuse_twice(rows: Rows, i: int, id: str, seen: set[bytes]) -> None:
    """Refuse a second vector of one content, or without a hash the very same vector."""
    content = rows.content_hashes[i] or rows.vectors[i].tobytes().hex()
    digest = _digest(id, content)
    if digest in seen:
        raise rows.lines.wrong(i, "artwork_id", f"{id!r} has this vector in an earlier row too")
    seen.add(digest)


def _digest(*texts: str) -> bytes:
    """Shorten texts that are kept by the million."""
    joined = "\0".join(texts)
    return hashlib.blake2b(joined.encode(), digest_size=16).digest()
