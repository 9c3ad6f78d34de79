"""Pictures that tests make: plain ones, and ones that lie."""

import io
import struct
import zlib
from typing import Any

from PIL import Image

RED, WHITE, BLACK = (255, 0, 0), (255, 255, 255), (0, 0, 0)


def encoded(image: Image.Image, format: str = "PNG", **options: Any) -> bytes:  # noqa: ANN401 - Pillow takes anything
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def left_red(width: int = 40, height: int = 20) -> Image.Image:
    image = Image.new("RGB", (width, height), "blue")
    image.paste(RED, (0, 0, width // 2, height))
    return image


def shaded_jpeg(width: int, height: int, shade: int = 0) -> bytes:
    return encoded(Image.new("RGB", (width, height), (shade * 40 % 256, 90, 160)), "JPEG")


def png_of_claimed_size(width: int, height: int, rows: bytes = b"") -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
