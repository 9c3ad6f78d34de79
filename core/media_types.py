"""What kind of picture some bytes are, by how they begin."""

UNKNOWN_TYPE = "application/octet-stream"
_BEGINNINGS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),  # BigTIFF
    (b"MM\0+", "image/tiff"),
    (b"BM", "image/bmp"),
)


def picture_type(data: bytes) -> str:
    """Tell the media type of a picture; plain bytes where it is none that we know."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    known = (kind for begin, kind in _BEGINNINGS if data.startswith(begin))
    return next(known, UNKNOWN_TYPE)
