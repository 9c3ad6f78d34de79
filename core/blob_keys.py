"""Where a picture lies in the blob store: its name follows from its content."""

import re
from typing import Literal, TypeAlias

THUMBNAIL_LONGEST = 320  # pixels; two columns of cards on a phone, four on a desk
# Pixels: more than any encoder here looks at (Qwen3-VL takes 1,800 squares of 32 × 32), and a
# screen; a picture of this size is decoded in a fraction of a second.
STORED_LONGEST = 2048
ThumbnailFormat: TypeAlias = Literal["webp", "jpeg"]
_SHA256 = re.compile(r"[0-9a-f]{64}")


def picture_key(content_hash: str) -> str:
    """Name the stored picture: what is embedded and shown in full."""
    return f"pictures/{_spread(content_hash)}"


def thumbnail_key(content_hash: str, format: ThumbnailFormat = "webp") -> str:
    """Name a thumbnail of a stored picture."""
    return f"thumbnails/{_spread(content_hash)}.{format}"


def reduction_key(content_hash: str, longest: int) -> str:
    """Name the note that says which stored picture stands for a larger original."""
    return f"reduced/{longest}/{_spread(content_hash)}"


def _spread(content_hash: str) -> str:
    """Spread the names over 256 folders, which file systems and people can list."""
    if not _SHA256.fullmatch(content_hash):
        raise ValueError(f"{content_hash!r} is not a SHA-256 in hex digits")
    return f"{content_hash[:2]}/{content_hash}"
