import numpy as np
import pytest
from PIL import Image, ImageCms

from core.blob_keys import ThumbnailFormat
from core.types import Pixels
from models.images import FORMATS, decode_picture, make_thumbnail
from tests.pictures import BLACK, RED, WHITE, encoded, left_red


def colour_at(pixels: Pixels, y: int, x: int) -> tuple[int, ...]:
    return tuple(int(value) for value in pixels[y, x])


@pytest.mark.parametrize("format", FORMATS)
def test_every_accepted_format_gives_its_pixels(format: str) -> None:
    data = encoded(left_red(), format, **({"lossless": True} if format == "WEBP" else {}))

    pixels = decode_picture(data)

    assert pixels.shape == (20, 40, 3)
    assert pixels.dtype == np.uint8
    assert np.abs(pixels[10, 5].astype(int) - RED).max() < 12  # JPEG is not exact


@pytest.mark.parametrize(
    ("orientation", "shape", "red_at"),
    [
        (1, (20, 40), (10, 5)),
        (2, (20, 40), (10, 35)),
        (3, (20, 40), (10, 35)),
        (4, (20, 40), (10, 5)),
        (5, (40, 20), (5, 10)),
        (6, (40, 20), (5, 10)),
        (7, (40, 20), (35, 10)),
        (8, (40, 20), (35, 10)),
    ],
)
def test_a_picture_is_turned_upright(
    orientation: int, shape: tuple[int, int], red_at: tuple[int, int]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation

    pixels = decode_picture(encoded(left_red(), exif=exif))

    assert pixels.shape[:2] == shape
    assert colour_at(pixels, *red_at) == RED


def test_damaged_exif_spoils_no_picture() -> None:
    data = encoded(left_red(), "JPEG", exif=b"Exif\x00\x00MM\x00*\x00\x00\xff\xff broken")

    pixels = decode_picture(data)

    assert pixels.shape == (20, 40, 3)


def test_cmyk_becomes_rgb() -> None:
    image = Image.new("CMYK", (8, 8), (0, 255, 255, 0))  # no cyan: red

    pixels = decode_picture(encoded(image, "TIFF"))

    assert colour_at(pixels, 4, 4) == RED


def test_transparency_shows_white() -> None:
    image = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 4, 8))

    pixels = decode_picture(encoded(image))

    assert colour_at(pixels, 4, 1) == RED
    assert colour_at(pixels, 4, 6) == WHITE


def test_half_transparent_grey_is_mixed_with_white() -> None:
    image = Image.new("LA", (4, 4), (0, 51))  # a fifth of black

    pixels = decode_picture(encoded(image))

    assert colour_at(pixels, 1, 1) == (204, 204, 204)


@pytest.mark.parametrize("transparency", [0, b"\x00\xff"])
def test_a_transparent_palette_colour_shows_white(transparency: int | bytes) -> None:
    image = Image.new("P", (8, 8), 0)
    image.putpalette([0, 255, 0, 255, 0, 0])
    image.paste(1, (0, 0, 4, 8))

    pixels = decode_picture(encoded(image, transparency=transparency))

    assert colour_at(pixels, 4, 1) == RED
    assert colour_at(pixels, 4, 6) == WHITE


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_sixteen_bits_are_scaled_not_clipped(format: str) -> None:
    values = np.array([[0, 257, 32896, 65535]], dtype=np.uint16)

    pixels = decode_picture(encoded(Image.fromarray(values), format))

    assert pixels[0, :, 0].tolist() == [0, 1, 128, 255]


def test_floats_between_0_and_1_span_black_to_white() -> None:
    values = np.array([[0.0, 0.5, 1.0, np.nan]], dtype=np.float32)

    pixels = decode_picture(encoded(Image.fromarray(values), "TIFF"))

    assert pixels[0, :, 0].tolist() == [0, 128, 255, 0]


def test_one_bit_becomes_black_and_white() -> None:
    image = Image.new("1", (8, 8), 0)
    image.paste(1, (0, 0, 4, 8))

    pixels = decode_picture(encoded(image))

    assert colour_at(pixels, 4, 1) == WHITE
    assert colour_at(pixels, 4, 6) == BLACK


def test_a_colour_profile_is_applied() -> None:
    image = Image.new("LAB", (8, 8), (128, 128, 128))  # L 50, no colour: a mid grey

    pixels = decode_picture(encoded(image, "TIFF"))

    assert np.abs(pixels[4, 4].astype(int) - 119).max() <= 2


def test_the_srgb_profile_changes_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    pixels = decode_picture(encoded(left_red(), icc_profile=profile))

    assert colour_at(pixels, 4, 1) == RED


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_a_profile_that_does_not_fit_is_left_out(mode: str) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    image = Image.new(mode, (8, 8))

    plain = decode_picture(encoded(image, "TIFF"))

    assert np.array_equal(decode_picture(encoded(image, "TIFF", icc_profile=lab)), plain)
    assert np.array_equal(decode_picture(encoded(image, "TIFF", icc_profile=b"no")), plain)


@pytest.mark.parametrize("format", ["GIF", "WEBP", "TIFF", "PNG"])
def test_an_animation_gives_its_first_frame(format: str) -> None:
    frames = [Image.new("RGB", (8, 8), "blue")]
    options = {"lossless": True} if format == "WEBP" else {}

    data = encoded(
        Image.new("RGB", (8, 8), RED), format, save_all=True, append_images=frames, **options
    )

    assert colour_at(decode_picture(data), 4, 4) == RED


def test_a_stereo_jpeg_of_a_telephone_is_read() -> None:
    data = encoded(left_red(), "MPO", save_all=True, append_images=[left_red()])

    assert decode_picture(data).shape == (20, 40, 3)


@pytest.mark.parametrize("format", ["webp", "jpeg"])
def test_a_thumbnail_keeps_the_shape(format: ThumbnailFormat) -> None:
    pixels = np.asarray(left_red(400, 200))

    thumbnail = make_thumbnail(pixels, longest=100, format=format)

    assert decode_picture(thumbnail).shape == (50, 100, 3)


def test_a_thumbnail_is_never_larger_than_the_picture() -> None:
    thumbnail = make_thumbnail(np.asarray(left_red(40, 20)), longest=100)

    assert decode_picture(thumbnail).shape == (20, 40, 3)


def test_a_sliver_keeps_one_pixel_of_width() -> None:
    thumbnail = make_thumbnail(np.zeros((1000, 2, 3), dtype=np.uint8), longest=100)

    assert decode_picture(thumbnail).shape == (100, 1, 3)
