"""The spaces of an installation in its Qdrant: written, opened, checked, published, dropped."""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from core.ports import SpaceRows
from core.progress import Progress
from core.types import Json
from index.qdrant.batches import ReadArtworks
from index.qdrant.content import content_hash
from index.qdrant.publish import (
    collection_faults,
    collection_name,
    drop_collections,
    publish_spaces,
)
from index.qdrant.space import QdrantSpace
from index.qdrant.upload import upload_space

if TYPE_CHECKING:
    from qdrant_client import QdrantClient


class QdrantCollections:
    """One Qdrant, for one installation; nothing is loaded or sent before it is needed.

    Every method raises StorageError, with the remedy, where Qdrant does not answer.
    """

    def __init__(self, connect: Callable[[], "QdrantClient"]) -> None:
        self._connect = connect

    @cached_property
    def _client(self) -> "QdrantClient":
        return self._connect()

    def write_space(
        self,
        rows: SpaceRows,
        artworks: ReadArtworks,
        progress: Progress,
        *,
        announce: Callable[[str], None],
    ) -> Json:
        """Upload what is not there yet, and describe the space as the manifest keeps it.

        The name of its collection is announced before the collection is made.
        """
        name = collection_name(rows.space.key, content_hash(rows, artworks, progress))
        announce(name)
        return upload_space(self._client, name, rows=rows, artworks=artworks, progress=progress)

    def open_space(self, card: Json) -> QdrantSpace:
        """Open a space for searches; asks Qdrant nothing."""
        return QdrantSpace(self._client, card)

    def faults(self, card: Json) -> list[str]:
        """Name what is wrong with the collection of a space."""
        return collection_faults(self._client, card)

    def publish(self, cards: Mapping[str, Json]) -> None:
        """Point the alias of each space at its collection. Raises DamagedError."""
        if cards:
            publish_spaces(self._client, cards)

    def drop(self, names: Iterable[str], *, live_spaces: Collection[str]) -> list[str]:
        """Delete collections, but never one that an alias holds; list those that are gone."""
        return drop_collections(self._client, names, live_spaces=live_spaces)
