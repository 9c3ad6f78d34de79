"""Embedding: fill what a space is missing, chunk by chunk, so that a kill loses one chunk."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np

from core.blob_keys import picture_key
from core.catalogue_text import catalogue_texts, text_hash
from core.errors import NotFoundError, PictureError
from core.ports import BlobStore, EmbeddingStore, Encoder, PictureDecoder, SpaceRows
from core.progress import Progress
from core.spaces import Space
from core.types import Artwork, Matrix, Purpose, SpaceField
from search.off_topic import encoded_off_topic
from search.patience import patiently
from search.sample_queries import load_query_log, made_up_queries

_CALIBRATED = 1_000  # rows; an index of fewer is not calibrated, whatever it is
_JUDGED = 50  # rows; among fewer, what the best hit of a query scores is chance


@dataclass(frozen=True, slots=True)
class EmbedReport:
    """What filling one space did."""

    space: str
    encoded: int
    present: int  # already there
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Encoded:
    """Vectors of the contents that could be encoded, and why the others could not."""

    hashes: list[str]
    vectors: Matrix
    faults: list[str]


class Contents(Protocol):
    """What one space embeds: its contents, by content hash, and how they are encoded."""

    @property
    def space(self) -> Space:
        """The space that the contents are embedded in."""

    @property
    def chunk_size(self) -> int:
        """Artworks looked at together."""

    def of(self, artwork: Artwork) -> dict[str, str]:
        """List an artwork's contents: content hash → what to encode."""

    def encode(self, contents: Mapping[str, str]) -> Encoded:
        """Encode contents that `of` listed."""

    def queries(self, artworks: Iterable[Artwork]) -> Matrix | None:
        """Encode queries such as will be asked of the space; None where none are known."""

    def off_topic(self) -> Matrix | None:
        """Encode queries that nothing of a collection fits; None where none are known."""


@dataclass(frozen=True, slots=True)
class TextContents:
    """Catalogue texts, identified by their hash."""

    encoder: Encoder
    query_log: Path | None = None  # real queries, to calibrate with
    chunk_size: int = 2048  # enough to sort by length, so that batches carry little padding

    @property
    def space(self) -> Space:
        """The space of catalogue texts."""
        return Space(SpaceField.CATALOGUE, self.encoder.card)

    def of(self, artwork: Artwork) -> dict[str, str]:
        """List the artwork's catalogue texts: mostly one line, more of a long description."""
        return {text_hash(text): text for text in catalogue_texts(artwork)}

    def encode(self, contents: Mapping[str, str]) -> Encoded:
        """Encode texts."""
        return Encoded(list(contents), self.encoder.encode_texts(list(contents.values())), [])

    def queries(self, artworks: Iterable[Artwork]) -> Matrix | None:
        """Encode queries of the log, or made of the artworks' terms."""
        log = self.query_log
        texts = load_query_log(log) if log else made_up_queries(artworks)
        return self.encoder.encode_texts(texts, purpose=Purpose.QUERY) if texts else None

    def off_topic(self) -> Matrix | None:
        """Encode the texts of everyday life that ship with Vasari."""
        return encoded_off_topic(self.encoder)


@dataclass(frozen=True, slots=True)
class PictureContents:
    """Pictures that the blob store holds, identified by the hash of their bytes."""

    encoder: Encoder
    blobs: BlobStore
    decode: PictureDecoder
    chunk_size: int = 64  # decoded pictures take up to some megabytes each

    @property
    def space(self) -> Space:
        """The space of pictures."""
        return Space(SpaceField.PICTURE, self.encoder.card)

    def of(self, artwork: Artwork) -> dict[str, str]:
        """List the artwork's pictures of which we hold a copy."""
        return {i.content_hash: artwork.id for i in artwork.images if i.content_hash}

    def encode(self, contents: Mapping[str, str]) -> Encoded:
        """Encode pictures; one that cannot be read becomes a fault."""
        pixels, faults = {}, []
        for content_hash, artwork_id in contents.items():
            try:
                pixels[content_hash] = self.decode(self.blobs.get(picture_key(content_hash)))
            except (NotFoundError, PictureError) as error:
                faults.append(f"{artwork_id}: picture {content_hash[:12]}: {error}")
        return Encoded(list(pixels), self.encoder.encode_images(list(pixels.values())), faults)

    def queries(self, artworks: Iterable[Artwork]) -> Matrix | None:  # noqa: ARG002 - the protocol's
        """Know none: a picture to search by is not in the collection."""
        return None

    def off_topic(self) -> Matrix | None:
        """Know none: a picture of anything may show what an artwork shows."""
        return None


@dataclass(frozen=True, slots=True)
class Embedder:
    """Keeps the embeddings of one space complete."""

    contents: Contents
    store: EmbeddingStore

    def fill(
        self, artworks: Iterable[Artwork], count: int, progress: Progress, *, anew: bool = False
    ) -> EmbedReport:
        """Encode every content without an embedding; `anew` encodes every content."""
        space = self.contents.space
        encoded, present, faults = 0, 0, list[str]()
        progress.begin(f"embed {space.name}", count, "artworks")
        for chunk in _chunks(artworks, self.contents.chunk_size):
            wanted = {h: what for artwork in chunk for h, what in self.contents.of(artwork).items()}
            missing = set(wanted) if anew else self._missing(wanted)
            present += len(wanted) - len(missing)
            if missing:
                contents = {h: wanted[h] for h in wanted if h in missing}
                encode = partial(self.contents.encode, contents)
                done = patiently(encode, partial(progress.advance, 0))
                self.store.write(space, done.hashes, done.vectors)
                encoded += len(done.hashes)
                faults += done.faults
            progress.advance(len(chunk))
        return EmbedReport(space.name, encoded, present, tuple(faults))

    def rows(self, artworks: Iterable[Artwork]) -> SpaceRows:
        """List the stored embeddings in the order of the artworks, numbered from 0."""
        numbers: list[int] = []
        hashes: list[str] = []
        first = 0
        for chunk in _chunks(artworks, 8192):
            rows = [(first + i, h) for i, a in enumerate(chunk) for h in self.contents.of(a)]
            missing = self._missing({h for _, h in rows})
            numbers += [number for number, h in rows if h not in missing]
            hashes += [h for _, h in rows if h not in missing]
            first += len(chunk)
        queries = (
            patiently(partial(self.contents.queries, artworks), _wait_on)
            if len(numbers) >= _CALIBRATED
            else None
        )
        return SpaceRows(
            self.contents.space,
            np.asarray(numbers, np.int32),
            lambda: self._vectors(hashes),
            queries,
            patiently(self.contents.off_topic, _wait_on) if len(numbers) >= _JUDGED else None,
        )

    def _missing(self, hashes: Collection[str]) -> set[str]:
        return self.store.missing(self.contents.space, list(hashes)) if hashes else set()

    def _vectors(self, hashes: list[str]) -> Iterator[Matrix]:
        for begin in range(0, len(hashes), 4096):
            yield self.store.read(self.contents.space, hashes[begin : begin + 4096])


def _wait_on() -> None:
    """Let a wait go on: nothing counts the seconds of it."""


def _chunks(artworks: Iterable[Artwork], size: int) -> Iterator[list[Artwork]]:
    iterator = iter(artworks)
    while chunk := list(islice(iterator, size)):
        yield chunk
