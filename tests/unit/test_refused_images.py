import contextlib
import time
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.errors import PictureError, PictureTooLargeError, PictureTypeError
from models.images import FORMATS, PictureLimits, decode_picture
from tests.pictures import encoded, left_red, png_of_claimed_size


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89",
        b"once upon a time there was a file named .jpg",
        b"%PDF-1.7 ...",
        b"RIFF    WAVE",
    ],
)
def test_what_is_no_picture_is_refused_by_type(data: bytes) -> None:
    with pytest.raises(PictureTypeError) as caught:
        decode_picture(data)

    assert caught.value.reason.startswith("the file is ")


@pytest.mark.parametrize("format", FORMATS)
def test_a_truncated_file_is_refused(format: str) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    data = encoded(Image.fromarray(noise), format)

    with pytest.raises(PictureError) as caught:
        decode_picture(data[: len(data) // 2])

    assert "truncated" in caught.value.reason or "damaged" in caught.value.reason


def test_a_picture_without_the_pixels_that_its_header_claims_is_refused() -> None:
    with pytest.raises(PictureError, match=r"truncated|damaged"):
        decode_picture(png_of_claimed_size(100, 100))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = png_of_claimed_size(40_000, 40_000, rows=b"\x00" * 5_000_000)
    began = time.perf_counter()

    with pytest.raises(PictureTooLargeError, match="pixels"):
        decode_picture(bomb)

    assert time.perf_counter() - began < 0.5


def test_more_pixels_than_allowed_are_refused_with_their_number() -> None:
    data = png_of_claimed_size(12_000, 10_000)

    with pytest.raises(PictureTooLargeError, match="12000 × 10000 pixels; at most 100 million"):
        decode_picture(data)


def test_more_bytes_than_allowed_are_refused() -> None:
    data = encoded(left_red(), "BMP")

    with pytest.raises(PictureTooLargeError, match=r"at most 0\.001 are allowed"):
        decode_picture(data, limits=PictureLimits(max_bytes=1000))


def test_the_limit_itself_is_allowed() -> None:
    data = encoded(left_red(40, 20))

    assert decode_picture(data, limits=PictureLimits(len(data), 800)).shape == (20, 40, 3)
    with pytest.raises(PictureTooLargeError):
        decode_picture(data, limits=PictureLimits(len(data), 799))


@given(st.sampled_from(sorted(FORMATS)), st.integers(0, 2000), st.binary(min_size=1, max_size=8))
def test_damage_gives_a_picture_or_our_error(format: str, place: int, damage: bytes) -> None:
    data = encoded(left_red(), format)
    place %= len(data)
    damaged = data[:place] + damage + data[place + len(damage) :]

    with contextlib.suppress(PictureError):
        assert decode_picture(damaged).shape[2] == 3


def test_no_warning_of_pillow_leaks() -> None:
    data = png_of_claimed_size(10_000, 9_500)  # Pillow warns from 89 million pixels

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises(PictureError, match=r"truncated|damaged"):
            decode_picture(data)

    assert caught == []
