"""Where a picture lies in the blob store: its name follows from its content."""

import re

THUMBNAIL_LONGEST = 320  # pixels; two columns of cards on a phone, four on a desk
_SHA256 = re.compile(r"[0-9a-f]{64}")


def picture_key(content_hash: str) -> str:
    """Name the stored original of a picture."""
    return f"pictures/{_spread(content_hash)}"


def thumbnail_key(content_hash: str) -> str:
    """Name the WebP thumbnail of a picture."""
    return f"thumbnails/{_spread(content_hash)}.webp"


def _spread(content_hash: str) -> str:
    """Spread the names over 256 folders, which file systems and people can list."""
    if not _SHA256.fullmatch(content_hash):
        raise ValueError(f"{content_hash!r} is not a SHA-256 in hex digits")
    return f"{content_hash[:2]}/{content_hash}"
