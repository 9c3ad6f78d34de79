"""Pictures of a source: checked, named by content, and kept once with a thumbnail."""

import hashlib
import io
from dataclasses import dataclass

from PIL import Image

from core.blob_keys import THUMBNAIL_LONGEST, picture_key, thumbnail_key
from core.errors import PictureError
from core.ports import BlobStore
from models.images import PictureLimits, decode_picture, make_thumbnail

# A museum's own masters are larger than what a visitor may upload.
LIMITS = PictureLimits(max_bytes=100_000_000)
_ORIENTATION = 0x0112  # EXIF tag
_SIDEWAYS = frozenset({5, 6, 7, 8})
_TYPES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG", "image/png"),
    (b"RIFF", "image/webp"),
    (b"GIF8", "image/gif"),
    (b"II", "image/tiff"),
    (b"MM", "image/tiff"),
    (b"BM", "image/bmp"),
)


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """A picture that is in the blob store."""

    content_hash: str
    width: int
    height: int
    is_new: bool  # whether it was not there before


def store_picture(data: bytes, blobs: BlobStore) -> StoredPicture:
    """Keep a picture and its thumbnail; one that is kept already costs no decoding.

    Raises:
        PictureError: it cannot be read, with the reason; nothing is kept then.
    """
    content_hash = hashlib.sha256(data).hexdigest()
    original, thumbnail = picture_key(content_hash), thumbnail_key(content_hash)
    if blobs.exists(original) and blobs.exists(thumbnail):
        return StoredPicture(content_hash, *picture_size(data), is_new=False)
    pixels = decode_picture(data, limits=LIMITS)
    small = make_thumbnail(pixels, longest=THUMBNAIL_LONGEST, format="webp")
    blobs.put(thumbnail, small, "image/webp")
    blobs.put(original, data, content_type(data))
    height, width = pixels.shape[:2]
    return StoredPicture(content_hash, width, height, is_new=True)


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


def content_type(data: bytes) -> str:
    """Tell the media type of an accepted picture by how it begins."""
    return next((t for start, t in _TYPES if data.startswith(start)), "application/octet-stream")


def _decoded_size(data: bytes, reason: Exception) -> tuple[int, int]:
    try:
        height, width = decode_picture(data, limits=LIMITS).shape[:2]
    except PictureError as error:
        raise error from reason
    return width, height
