"""What kind of picture some bytes are."""

import io

import pytest
from PIL import Image

from core.media_types import UNKNOWN_TYPE, picture_type


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP"])
def test_the_type_follows_from_the_bytes(format: str) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (2, 2)).save(buffer, format)

    assert picture_type(buffer.getvalue()) == f"image/{format.lower()}"


@pytest.mark.parametrize(
    "data", [b"", b"<svg onload='alert(1)'>", b"<html>", b"RIFF\0\0\0\0WAVE", b"%PDF-1.7"]
)
def test_whatever_a_browser_might_run_is_bytes_to_keep(data: bytes) -> None:
    assert picture_type(data) == UNKNOWN_TYPE
