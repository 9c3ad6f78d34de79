"""What a space embeds: catalogue texts, or pictures."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol, TypeGuard

import numpy as np

from core.catalogue_text import catalogue_texts, text_hash
from core.ports import BlobStore, Encoder, PictureDecoder, PreparedEncoder
from core.spaces import Space
from core.types import Artwork, Matrix, Pixels, Purpose, SpaceField
from search.embedding.preparing import Pending, PictureSource, Preparer, ThreadPreparer
from search.embedding.processes import ProcessPreparer
from search.embedding.shards import Encoded, Part
from search.off_topic import encoded_off_topic
from search.patience import patiently
from search.sample_queries import load_query_log, made_up_queries

_AHEAD = (
    2  # parts that are prepared while one is encoded, so that a slow picture is waited for less
)
_TEXTS = 2048  # enough to sort by length, so that batches carry little padding
_TEXT_PARTS = 8  # a text is about so much quicker than a picture
_PICTURES = 256
_DECODED = 32  # decoded pictures take up to some megabytes each
_THREADS = 2  # that decode pictures in this process


class Contents(Protocol):
    """What one space embeds: its contents, by content hash, and how they are encoded."""

    @property
    def space(self) -> Space:
        """The space that the contents are embedded in."""

    @property
    def unit(self) -> str:
        """What its contents are, for people."""

    @property
    def shard_size(self) -> int:
        """Contents of a shard."""

    @property
    def part_size(self) -> int:
        """Contents of a shard that are encoded together."""

    def of(self, artwork: Artwork) -> dict[str, str]:
        """List an artwork's contents: content hash → what to encode."""

    def open_preparer(self, processes: int) -> Preparer | None:
        """Open what prepares contents ahead of `encode`; None where nothing is to be prepared."""

    def encode(
        self, parts: Iterable[Part], preparer: Preparer | None, tick: Callable[[], None]
    ) -> Iterator[Encoded]:
        """Encode parts of shards in their order; `tick` is called while a model is away."""

    def queries(self, artworks: Iterable[Artwork]) -> Matrix | None:
        """Encode queries such as will be asked of the space; None where none are known."""

    def off_topic(self) -> Matrix | None:
        """Encode queries that nothing of a collection fits; None where none are known."""


@dataclass(frozen=True, slots=True)
class TextContents:
    """Catalogue texts, identified by their hash."""

    encoder: Encoder
    query_log: Path | None = None  # real queries, to calibrate with
    unit: str = "texts"
    shard_size: int = _TEXTS

    @property
    def space(self) -> Space:
        """The space of catalogue texts."""
        return Space(SpaceField.CATALOGUE, self.encoder.card)

    @property
    def part_size(self) -> int:
        """Texts that are sorted by length and encoded together."""
        most = _TEXT_PARTS * self.encoder.at_once if is_prepared(self.encoder) else _TEXTS
        return min(most, self.shard_size)

    def of(self, artwork: Artwork) -> dict[str, str]:
        """List the artwork's catalogue texts: mostly one line, more of a long description."""
        return {text_hash(text): text for text in catalogue_texts(artwork)}

    def open_preparer(self, processes: int) -> None:  # noqa: ARG002 - the protocol's
        """Open nothing: texts come as they are."""
        return

    def encode(
        self,
        parts: Iterable[Part],
        preparer: Preparer | None,  # noqa: ARG002 - the protocol's
        tick: Callable[[], None],
    ) -> Iterator[Encoded]:
        """Encode texts."""
        for part in parts:
            texts = [text for _, text in part]
            vectors = patiently(partial(self.encoder.encode_texts, texts), tick)
            yield Encoded([content_hash for content_hash, _ in part], vectors, [])

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
    unit: str = "pictures"
    shard_size: int = _PICTURES

    @property
    def space(self) -> Space:
        """The space of pictures."""
        return Space(SpaceField.PICTURE, self.encoder.card)

    @property
    def part_size(self) -> int:
        """Pictures that are sorted by size and encoded together."""
        most = self.encoder.at_once if is_prepared(self.encoder) else _DECODED
        return min(most, self.shard_size)

    def of(self, artwork: Artwork) -> dict[str, str]:
        """List the artwork's pictures of which we hold a copy."""
        return {i.content_hash: artwork.id for i in artwork.images if i.content_hash}

    def open_preparer(self, processes: int) -> Preparer:
        """Open so many processes that prepare pictures; 0: threads of this one do."""
        if not is_prepared(self.encoder):
            return ThreadPreparer(PictureSource(self.blobs, self.decode), _THREADS)
        source = PictureSource(self.blobs, self.decode, self.encoder.pictures)
        if not processes:
            return ThreadPreparer(source, _THREADS)
        return ProcessPreparer(source, processes, parts=_AHEAD + 1, part_size=self.part_size)

    def encode(
        self, parts: Iterable[Part], preparer: Preparer | None, tick: Callable[[], None]
    ) -> Iterator[Encoded]:
        """Encode pictures, the next ones prepared meanwhile; one that cannot be read is a fault."""
        assert preparer is not None  # noqa: S101 - `open_preparer` gave it
        coming: deque[tuple[Part, Pending]] = deque()
        for part in parts:
            coming.append((part, preparer.prepare([content_hash for content_hash, _ in part])))
            if len(coming) > _AHEAD:
                yield self._encoded(*coming.popleft(), tick)
        while coming:
            yield self._encoded(*coming.popleft(), tick)

    def queries(self, artworks: Iterable[Artwork]) -> Matrix | None:  # noqa: ARG002 - the protocol's
        """Know none: a picture to search by is not in the collection."""
        return None

    def off_topic(self) -> Matrix | None:
        """Know none: a picture of anything may show what an artwork shows."""
        return None

    def _encoded(self, part: Part, pending: Pending, tick: Callable[[], None]) -> Encoded:
        prepared = list(zip(part, pending.wait(), strict=True))
        pictures = {h: one for (h, _), one in prepared if not isinstance(one, str)}
        faults = [
            f"{artwork_id}: picture {content_hash[:12]}: {reason}"
            for (content_hash, artwork_id), reason in prepared
            if isinstance(reason, str)
        ]
        vectors = patiently(partial(self._vectors, list(pictures.values())), tick)
        pending.release()
        return Encoded(list(pictures), vectors, faults)

    def _vectors(self, pictures: list[Pixels]) -> Matrix:
        if not pictures:
            return np.empty((0, self.encoder.card.dim), np.float32)
        if is_prepared(self.encoder):
            return self.encoder.encode_resized(pictures)
        return self.encoder.encode_images(pictures)


def is_prepared(encoder: Encoder) -> TypeGuard[PreparedEncoder]:
    """Tell whether other processes may prepare an encoder's pictures."""
    # Not by isinstance: it would read `card`, for which a remote encoder asks its server.
    return hasattr(encoder, "encode_resized")
