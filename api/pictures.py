"""Pictures on the wire: found by artwork, named by content, never anything a browser would run."""

from collections.abc import Callable
from enum import StrEnum

import numpy as np
from starlette.responses import Response

from core.blob_keys import picture_key, thumbnail_key
from core.errors import NoSnapshotError, NotFoundError
from core.ports import BlobStore
from search.build import Services


class Size(StrEnum):
    """How large a picture is wanted."""

    THUMB = "thumb"
    FULL = "full"


# How files begin, and what they are then. Whatever else was stored is sent as bytes to keep.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),
    (b"MM\0+", "image/tiff"),
)
UNKNOWN_TYPE = "application/octet-stream"
_KEYS: dict[Size, Callable[[str], str]] = {Size.THUMB: thumbnail_key, Size.FULL: picture_key}
_HEADERS = {
    # An hour without asking, since a picture hardly ever changes; then the tag is compared.
    "Cache-Control": "public, max-age=3600",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def sniff(data: bytes) -> str:
    """Tell the content type of a picture by its first bytes."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for begin, kind in _SIGNATURES if data.startswith(begin)), UNKNOWN_TYPE)


def find_picture(services: Services, artwork_id: str) -> str:
    """Find the content hash of an artwork's primary picture.

    The snapshot is asked first: it is in memory, and answers while the database is away.

    Raises:
        NotFoundError: there is no such artwork, or no picture of it is kept here.
    """
    content_hash = _hash_in_snapshot(services, artwork_id)
    if content_hash is None:
        images = services.catalogue.get(artwork_id).images
        content_hash = images[0].content_hash if images else None
    if content_hash is None:
        raise NotFoundError("picture", artwork_id)
    return content_hash


def picture_response(
    blobs: BlobStore, content_hash: str, size: Size, known_tag: str | None
) -> Response:
    """Send a picture, or nothing new to who has it. Raises NotFoundError."""
    tag = f'"{content_hash}-{size}"'
    headers = {**_HEADERS, "ETag": tag}
    if tag in {part.strip().removeprefix("W/") for part in (known_tag or "").split(",")}:
        return Response(status_code=304, headers=headers)
    data = blobs.get(_KEYS[size](content_hash))
    kind = sniff(data)
    if kind == UNKNOWN_TYPE:
        headers["Content-Disposition"] = "attachment"
    return Response(data, headers=headers, media_type=kind)


def _hash_in_snapshot(services: Services, artwork_id: str) -> str | None:
    try:
        snapshot = services.snapshots.current()
    except NoSnapshotError:
        return None
    number = snapshot.number_of(artwork_id)
    if number is None:
        return None
    image = snapshot.cards(np.asarray([number], np.int32))[0]["image"]
    return image["content_hash"] if image else None
