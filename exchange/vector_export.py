"""Gives vectors away: each with the artwork that it is of, and all that makes it comparable."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from core.imported import ImportedSpace
from core.ports import ArtworkStore, EmbeddingStore
from core.progress import Progress
from core.types import Artwork
from exchange.vector_rows import BATCH
from exchange.vector_schema import Header
from exchange.vector_writer import UNTOLD, Batch, Origin, write_vectors
from search.embedding.contents import Contents
from search.embedding.imported import imported_contents


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What stands in a file of vectors."""

    file: str
    space: str
    key: str
    rows: int
    missing: int  # contents that are not embedded
    sha256: str  # of the vectors


class OwnVectors:
    """The embeddings that a configured encoder made, artwork by artwork."""

    def __init__(self, contents: Contents, embeddings: EmbeddingStore) -> None:
        self._contents = contents
        self._embeddings = embeddings
        self.missing = 0

    def write(
        self,
        path: Path,
        artworks: Iterable[Artwork],
        progress: Progress,
        *,
        origin: Origin = UNTOLD,
    ) -> Header:
        """Write them; contents without an embedding are counted and left out."""
        batches = self._batches(artworks, progress)
        return write_vectors(path, batches, space=self._contents.space, origin=origin)

    def _batches(self, artworks: Iterable[Artwork], progress: Progress) -> Iterator[Batch]:
        pairs = iter(self._pairs(artworks, progress))
        while chunk := list(islice(pairs, BATCH)):
            missing = self._embeddings.missing(
                self._contents.space, list({content for _, content in chunk})
            )
            there = [pair for pair in chunk if pair[1] not in missing]
            self.missing += len(chunk) - len(there)
            if there:
                hashes = [content for _, content in there]
                vectors = self._embeddings.read(self._contents.space, hashes)
                yield Batch([id for id, _ in there], hashes, vectors)

    def _pairs(self, artworks: Iterable[Artwork], progress: Progress) -> Iterator[tuple[str, str]]:
        for artwork in artworks:
            yield from ((artwork.id, content) for content in self._contents.of(artwork))
            progress.advance()


def write_imported(
    path: Path, one: ImportedSpace, embeddings: EmbeddingStore, artwork_ids: list[str]
) -> Header:
    """Write the vectors of an imported space, with the licence and source that they came with."""

    def batches() -> Iterator[Batch]:
        listed = imported_contents(one, embeddings, artwork_ids)
        while chunk := list(islice(listed, BATCH)):
            vectors = embeddings.read(one.space, [name for _, name in chunk])
            ids = [artwork_ids[place] for place, _ in chunk]
            yield Batch(ids, [None] * len(ids), vectors)

    origin = Origin(one.licence, one.source_uri, one.created)
    return write_vectors(path, batches(), space=one.space, origin=origin)


def export_vectors(
    path: Path,
    vectors: OwnVectors,
    catalogue: ArtworkStore,
    progress: Progress,
    *,
    origin: Origin = UNTOLD,
) -> ExportReport:
    """Write all embeddings of a configured encoder to a file."""
    progress.begin("export vectors", catalogue.count(), "artworks")
    header = vectors.write(path, catalogue.scan(), progress, origin=origin)
    space = header.space
    return ExportReport(
        str(path), space.name, space.key, header.rows, vectors.missing, header.sha256
    )
