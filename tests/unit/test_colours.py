"""Colour profiles become sRGB; the expected values were worked out from the matrices and curves."""

import numpy as np
import pytest
from PIL import Image

from models.images import decode_picture
from tests.colour_profiles import (
    ADOBE_RGB,
    DISPLAY_P3,
    SRGB,
    cmyk_profile,
    grey_profile,
    rgb_profile,
)
from tests.pictures import encoded

ADOBE = rgb_profile(ADOBE_RGB, 2.19921875)
P3 = rgb_profile(DISPLAY_P3, 2.2)
BROWN, AS_SRGB = (180, 140, 90), (195, 141, 86)  # Adobe RGB; 194.6, 141.3, 86.5 by the matrices


def middle(image: Image.Image, format: str = "PNG", *, profile: bytes) -> tuple[int, ...]:
    options = {"lossless": True} if format == "WEBP" else {}
    pixels = decode_picture(encoded(image, format, icc_profile=profile, **options))
    return tuple(int(value) for value in pixels[4, 4])


def plain(mode: str, colour: int | tuple[int, ...]) -> Image.Image:
    return Image.new(mode, (8, 8), colour)


@pytest.mark.parametrize("format", ["PNG", "TIFF", "WEBP"])
def test_adobe_rgb_is_brought_to_srgb(format: str) -> None:
    assert middle(plain("RGB", BROWN), format, profile=ADOBE) == AS_SRGB


def test_display_p3_is_brought_to_srgb() -> None:
    assert middle(plain("RGB", (200, 100, 60)), profile=P3) == (216, 93, 43)  # 216.3, 92.6, 42.9


@pytest.mark.parametrize("profile", [ADOBE, P3], ids=["adobe", "p3"])
def test_what_srgb_cannot_show_is_its_nearest(profile: bytes) -> None:
    assert middle(plain("RGB", (0, 255, 0)), profile=profile) == (0, 255, 0)


def test_a_linear_profile_is_bent() -> None:
    linear = rgb_profile(SRGB, 1.0)

    assert middle(plain("RGB", (128, 128, 128)), profile=linear) == (188, 188, 188)  # 187.8


def test_a_palette_has_its_colours_converted() -> None:
    image = plain("P", 0)
    image.putpalette(BROWN)

    assert middle(image, profile=ADOBE) == AS_SRGB


def test_transparency_keeps_its_profile() -> None:
    assert middle(plain("RGBA", (*BROWN, 255)), profile=ADOBE) == AS_SRGB
    assert middle(plain("RGBA", (*BROWN, 0)), profile=ADOBE) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_grey_follows_the_curve_of_its_profile(mode: str) -> None:
    colour: int | tuple[int, int] = 128 if mode == "L" else (128, 255)

    assert middle(plain(mode, colour), profile=grey_profile(1.0)) == (188, 188, 188)


def test_sixteen_bits_of_grey_follow_their_profile() -> None:
    image = Image.fromarray(np.full((8, 8), 128 * 257, np.uint16))

    assert middle(image, "TIFF", profile=grey_profile(1.0)) == (188, 188, 188)


@pytest.mark.parametrize("format", ["TIFF", "JPEG"])
def test_inks_follow_the_press(format: str) -> None:
    press = cmyk_profile({(0, 0, 0, 0): (255, 128, 128), (1, 0, 0, 0): (128, 128, 128)})

    shown = [
        middle(plain("CMYK", ink), format, profile=press)
        for ink in ((0, 0, 0, 0), (255, 0, 0, 0), (0, 0, 0, 255))
    ]

    # Its "cyan" is a mid grey (L 50), which no conversion without the profile gives.
    assert shown == [(255, 255, 255), (119, 119, 119), (0, 0, 0)]


@pytest.mark.parametrize("length", [4, 40, 127, 200, 300, len(ADOBE) - 8])
def test_a_profile_that_is_cut_short_is_left_out(length: int) -> None:
    assert middle(plain("RGB", BROWN), profile=ADOBE[:length]) == BROWN


def test_a_profile_of_other_channels_is_left_out() -> None:
    assert middle(plain("RGB", BROWN), profile=grey_profile(1.0)) == BROWN
    assert middle(plain("L", 128), profile=ADOBE) == (128, 128, 128)
