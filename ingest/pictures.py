"""Pictures of a source: checked, named by content, and kept once with their thumbnails.

What is kept is what is embedded: the picture as it came, or, of one that is larger than the limit,
a reduced copy. It is written last, so whoever finds it finds its thumbnails too.
"""

import hashlib
import io
from dataclasses import dataclass

from PIL import Image

from core.blob_keys import (
    STORED_LONGEST,
    THUMBNAIL_LONGEST,
    ThumbnailFormat,
    picture_key,
    reduction_key,
    thumbnail_key,
)
from core.errors import NotFoundError, PictureError
from core.media_types import picture_type
from core.ports import BlobStore
from core.types import Pixels
from models.images import (
    PictureLimits,
    decode_picture,
    encode_reduced,
    longest_side,
    make_thumbnail,
    shrink_picture,
)

# A museum's own masters are larger than what a visitor may upload.
LIMITS = PictureLimits(max_bytes=100_000_000)
_THUMBNAILS: tuple[ThumbnailFormat, ...] = ("jpeg", "webp")
_ORIENTATION = 0x0112  # EXIF tag
_SIDEWAYS = frozenset({5, 6, 7, 8})


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """A picture that is in the blob store."""

    content_hash: str  # of what is kept, which need not be what came
    width: int
    height: int
    is_new: bool  # whether it was not there before


def store_picture(data: bytes, blobs: BlobStore, *, longest: int = STORED_LONGEST) -> StoredPicture:
    """Keep a picture and its thumbnails; one that is kept already costs no decoding.

    Args:
        data: the picture as it came.
        blobs: where it is kept.
        longest: pixels of its longest side beyond which a reduced copy is kept; 0: never.

    Raises:
        PictureError: it cannot be read, with the reason; nothing is kept then.
        StorageError: the store does not answer; what it has got by then, nothing refers to.
    """
    original = hashlib.sha256(data).hexdigest()
    if _is_kept(blobs, original):
        return StoredPicture(original, *picture_size(data), is_new=False)
    if not longest or longest_side(data, limits=LIMITS) <= longest:
        return _keep(blobs, original, data, decode_picture(data, limits=LIMITS))
    note = reduction_key(original, longest)
    return _reduced_before(blobs, note) or _keep_reduced(blobs, note, data, longest=longest)


def picture_size(data: bytes) -> tuple[int, int]:
    """Measure a picture that was decoded before: width and height as it is shown, upright."""
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
            orientation = image.getexif().get(_ORIENTATION)
            width, height = image.size
    except Exception as error:  # noqa: BLE001 - not a JPEG, or damaged EXIF: decoding says the size
        return _decoded_size(data, error)
    is_turned = isinstance(orientation, int) and orientation in _SIDEWAYS
    return (height, width) if is_turned else (width, height)


def _is_kept(blobs: BlobStore, content_hash: str) -> bool:
    keys = (picture_key(content_hash), *(thumbnail_key(content_hash, f) for f in _THUMBNAILS))
    return all(blobs.exists(key) for key in keys)


def _keep(blobs: BlobStore, content_hash: str, data: bytes, pixels: Pixels) -> StoredPicture:
    small = shrink_picture(pixels, longest=THUMBNAIL_LONGEST)
    for format in _THUMBNAILS:
        thumbnail = make_thumbnail(small, longest=THUMBNAIL_LONGEST, format=format)
        blobs.put_new(thumbnail_key(content_hash, format), thumbnail, f"image/{format}")
    blobs.put_new(picture_key(content_hash), data, picture_type(data))
    height, width = pixels.shape[:2]
    return StoredPicture(content_hash, width, height, is_new=True)


def _keep_reduced(blobs: BlobStore, note: str, data: bytes, *, longest: int) -> StoredPicture:
    pixels = decode_picture(data, limits=LIMITS)
    smaller = shrink_picture(pixels, longest=longest)
    copy = encode_reduced(smaller)
    kept = _keep(blobs, hashlib.sha256(copy).hexdigest(), copy, smaller)
    line = f"{kept.content_hash} {kept.width} {kept.height}"
    blobs.put(note, line.encode(), "text/plain")
    return kept


def _reduced_before(blobs: BlobStore, note: str) -> StoredPicture | None:
    """Find the copy that stands for a larger original; None where it is to be made."""
    try:
        content_hash, width, height = blobs.get(note).decode().split()
    except (NotFoundError, ValueError):  # a note that says nothing is written again
        return None
    if not _is_kept(blobs, content_hash):
        return None
    return StoredPicture(content_hash, int(width), int(height), is_new=False)


def _decoded_size(data: bytes, reason: Exception) -> tuple[int, int]:
    try:
        height, width = decode_picture(data, limits=LIMITS).shape[:2]
    except PictureError as error:
        raise error from reason
    return width, height
