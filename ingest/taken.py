"""The pictures of a batch: taken, refused or kept out for want of rights."""

from collections.abc import Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace

from core.errors import PictureError, SourceError, UnstoredError
from core.ports import Source, SourceItem
from core.records import Note
from core.rights import RightsPolicy, may_take
from core.types import Artwork, Image
from ingest.picture_store import PictureStore


@dataclass(frozen=True, slots=True)
class Picture:
    """What became of one image of an artwork."""

    image: Image | None  # as the catalogue keeps it; None where nothing of it is left
    fault: Note | None = None
    withheld: Note | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A batch with its pictures stored, item by item; None where there is no artwork."""

    artworks: list[Artwork | None]
    pictures: list[list[Picture]]


@dataclass(frozen=True, slots=True)
class Taker:
    """Takes the pictures of a source, several at once: decoding is most of the work."""

    source: Source
    store: PictureStore
    policy: RightsPolicy
    pool: Executor

    def take(self, items: Sequence[SourceItem]) -> Taken:
        """Store the pictures of a batch."""
        begun = [
            [self._begin(image) for image in (item.artwork.images if item.artwork else ())]
            for item in items
        ]
        pictures = [
            [one if isinstance(one, Picture) else one.result() for one in some] for some in begun
        ]
        artworks = [_with_pictures(item, some) for item, some in zip(items, pictures, strict=True)]
        return Taken(artworks, pictures)

    def _begin(self, image: Image) -> "Picture | Future[Picture]":
        # Most images of a museum's dump are addresses: nothing is to be done for them.
        if image.path is None:
            return Picture(image)
        return self.pool.submit(self._take, image, image.path)

    def _take(self, image: Image, path: str) -> Picture:
        if not may_take(image.rights, self.policy):
            said = Note("no-evidence", f"picture {image.path}: its rights are not said to be open")
            return Picture(_elsewhere(image), withheld=said)
        try:
            stored = self.store.store(self.source.read_picture(path))
        except PictureError as error:
            return _without_picture(image, "unreadable-picture", error.reason)
        except SourceError as error:
            return _without_picture(image, "missing-picture", str(error))
        except UnstoredError as error:
            return _without_picture(image, "unstored-picture", str(error))
        kept = replace(
            image,
            path=None,
            content_hash=stored.content_hash,
            width=stored.width,
            height=stored.height,
        )
        return Picture(kept)


def _with_pictures(item: SourceItem, pictures: Sequence[Picture]) -> Artwork | None:
    if item.artwork is None or not pictures:
        return item.artwork
    images = tuple(p.image for p in pictures if p.image is not None)
    if item.needs_picture and not images:
        return None
    return replace(item.artwork, images=images)


def _without_picture(image: Image, rule: str, reason: str) -> Picture:
    return Picture(_elsewhere(image), fault=Note(rule, f"picture {image.path}: {reason}"))


def _elsewhere(image: Image) -> Image | None:
    """Keep of an image what is not the picture itself, where it has addresses of its own."""
    has_address = image.url or image.thumbnail_url or image.iiif_url
    return replace(image, path=None) if has_address else None
