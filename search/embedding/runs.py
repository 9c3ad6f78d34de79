"""Embedding runs of an installation: one at a time, with or without a snapshot after it."""

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.errors import BuildRunningError, InputError
from core.locks import try_lock
from core.ports import (
    ArtworkStore,
    BlobStore,
    EmbeddingStore,
    ImportedSpaces,
    PictureDecoder,
    SpaceRows,
)
from core.progress import Progress
from core.types import Artwork, SpaceField
from search.embed import Embedder, EmbedReport, ShardRunner
from search.embedding.contents import Contents, PictureContents, TextContents
from search.embedding.imported import imported_rows
from search.embedding.shard_files import ShardFolder
from search.encoders import Encoders
from search.spool import Spool, spooled

LOCK = "build.lock"  # held in the folder of work while a build or an embedding run goes on
SHARDS = "embed"  # folder of finished shards, in the folder of work


@dataclass(frozen=True, slots=True)
class EmbeddingStores:
    """Where contents come from, and where embeddings go."""

    catalogue: ArtworkStore
    embeddings: EmbeddingStore
    imported: ImportedSpaces
    blobs: BlobStore
    work: Path


@dataclass(frozen=True, slots=True)
class SpaceState:
    """How far a space is embedded."""

    space: str
    key: str
    unit: str
    present: int
    missing: int
    finished_shards: int  # of a run that was stopped; the next one takes them over


class EmbeddingRuns:
    """Fills the spaces of an installation."""

    def __init__(
        self,
        stores: EmbeddingStores,
        encoders: Encoders,
        decode: PictureDecoder,
        *,
        query_log: Path | None = None,
        processes: int = 0,
    ) -> None:
        """Take so many processes that prepare pictures; 0: threads of this one do."""
        self._stores = stores
        self._encoders = encoders
        self._decode = decode
        self._query_log = query_log
        self._processes = processes

    def run(
        self,
        progress: Progress,
        spaces: Sequence[SpaceField] = tuple(SpaceField),
        *,
        anew: bool = False,
        runner: Callable[[SpaceField], ShardRunner] | None = None,
    ) -> list[EmbedReport]:
        """Embed what is missing of spaces, without building a snapshot; a runner says where.

        Raises:
            BuildRunningError: another process, or thread, is at it.
            InputError: the catalogue is empty.
        """
        with self.alone(), self.spooled(progress) as spool:
            return [
                self.embedder(field).fill(
                    spool, spool.count, progress, anew=anew, run=runner(field) if runner else None
                )
                for field in spaces
            ]

    def state(
        self, progress: Progress, spaces: Sequence[SpaceField] = tuple(SpaceField)
    ) -> list[SpaceState]:
        """Tell how far spaces are embedded."""
        with self.spooled(progress) as spool:
            return [self._state(self.embedder(field), spool, progress) for field in spaces]

    def embedder(self, field: SpaceField) -> Embedder:
        """Take what fills a space; its encoder is loaded."""
        return Embedder(
            self._contents(field),
            self._stores.embeddings,
            ShardFolder(self._stores.work / SHARDS),
            self._processes,
        )

    def imported_rows(self, spool: Spool, own: Collection[str]) -> list[SpaceRows]:
        """List the vectors of imported spaces, but of spaces with the keys `own`."""
        return imported_rows(self._stores.imported, self._stores.embeddings, spool, own=own)

    def changed_since(self, moment: datetime) -> list[str]:
        """List the ids of artworks that came or changed at or after a moment."""
        return self._stores.catalogue.changed_since(moment)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let nobody else build or embed meanwhile. Raises BuildRunningError."""
        self._stores.work.mkdir(parents=True, exist_ok=True)
        descriptor = try_lock(self._stores.work / LOCK)
        if descriptor is None:
            raise BuildRunningError
        try:
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def spooled(self, progress: Progress) -> Iterator[Spool]:
        """Read the catalogue once, for all that is made of it. Raises InputError."""
        catalogue = self._stores.catalogue
        count = catalogue.count()
        if not count:
            raise InputError("catalogue", "is empty; run `vasari ingest` first")
        progress.begin("read the catalogue", count, "artworks")
        with spooled(_counted(catalogue.scan(), progress), self._stores.work) as spool:
            yield spool

    def _contents(self, field: SpaceField) -> Contents:
        encoder = self._encoders.of(field)
        if field is SpaceField.CATALOGUE:
            return TextContents(encoder, self._query_log)
        return PictureContents(encoder, self._stores.blobs, self._decode)

    def _state(self, embedder: Embedder, spool: Spool, progress: Progress) -> SpaceState:
        space = embedder.contents.space
        found = embedder.missing(spool, spool.count, progress)
        return SpaceState(
            space.name,
            space.key,
            embedder.contents.unit,
            found.present,
            len(found.hashes),
            len(embedder.folder.finished(space)),
        )


def _counted(artworks: Iterator[Artwork], progress: Progress) -> Iterator[Artwork]:
    for artwork in artworks:
        progress.advance()
        yield artwork
