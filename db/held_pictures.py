"""Pictures of artworks whose bytes are kept: which were there before, and which stay."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from sqlalchemy import Connection, select

from core.types import Artwork, Image
from db.membership import among
from db.tables import images

Held: TypeAlias = Mapping[str, Sequence[Image]]
"""Images with bytes that are kept, by artwork id."""

_COLUMNS = ("url", "iiif_url", "content_hash", "width", "height")


def read_held(connection: Connection, keys: Mapping[str, int]) -> Held:
    """Read which pictures artworks have before they are written."""
    ids = {key: id for id, key in keys.items()}
    found = select(images.c.artwork_key, *(images.c[name] for name in _COLUMNS)).where(
        among(images.c.artwork_key, list(ids)), images.c.content_hash.is_not(None)
    )
    held: defaultdict[str, list[Image]] = defaultdict(list)
    for row in connection.execute(found):
        held[ids[row[0]]].append(Image(**dict(zip(_COLUMNS, row[1:], strict=True))))
    return held


def still_held(image: Image, before: Sequence[Image]) -> Image:
    """Keep the bytes that were fetched for an image, where its address is what it was."""
    address = (image.iiif_url, image.url)
    if image.content_hash is not None or address == (None, None):
        return image
    for one in before:
        if (one.iiif_url, one.url) == address:
            width, height = image.width or one.width, image.height or one.height
            return replace(image, content_hash=one.content_hash, width=width, height=height)
    return image


def count_pictures(batch: Iterable[Artwork], held: Held) -> tuple[int, int]:
    """Count pictures that come with bytes: those new to their artwork, and those known."""
    new = known = 0
    for artwork in batch:
        before = {image.content_hash for image in held.get(artwork.id, ())}
        with_bytes = [image for image in artwork.images if image.content_hash is not None]
        found = sum(image.content_hash in before for image in with_bytes)
        new, known = new + len(with_bytes) - found, known + found
    return new, known
