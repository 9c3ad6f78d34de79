"""Pictures as they come: decoded safely, turned upright, in sRGB, on white.

Pillow is trusted with the formats, not with the sender: the size is checked before the pixels are
read, only common formats are let in, and whatever goes wrong becomes a PictureError.
"""

import io
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, UnidentifiedImageError

from core.blob_keys import ThumbnailFormat
from core.errors import PictureError, PictureTooLargeError, PictureTypeError
from core.types import Pixels

DECODING = "srgb-upright-white-1"  # part of a picture space's identity: raise it with any change

# Format of Pillow → how its files begin.
FORMATS: dict[str, tuple[bytes, ...]] = {
    "JPEG": (b"\xff\xd8\xff",),
    "PNG": (b"\x89PNG\r\n\x1a\n",),
    "WEBP": (b"RIFF",),
    "GIF": (b"GIF87a", b"GIF89a"),
    "TIFF": (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"),
    "BMP": (b"BM",),
}
_NAMES = "JPEG, PNG, WebP, GIF, TIFF or BMP"
_QUIET = ("ignore", None, Warning, re.compile(r"PIL\."), 0)
_ORIENTATION = 0x0112  # EXIF tag
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_THUMBNAILS: dict[ThumbnailFormat, dict[str, Any]] = {
    "webp": {"format": "WEBP", "quality": 80, "method": 4},
    "jpeg": {"format": "JPEG", "quality": 85, "optimize": True, "progressive": True},
}
# For encoders and screens alike: colours as sharp as light, and losses that are hard to see.
_REDUCED: dict[str, Any] = {"format": "JPEG", "quality": 92, "subsampling": 0}


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """What a picture may weigh and measure."""

    max_bytes: int = 20_000_000
    max_pixels: int = 100_000_000  # Pillow itself refuses more than 178,956,970


def longest_side(data: bytes, *, limits: PictureLimits = PictureLimits()) -> int:
    """Read how long a picture is, without its pixels. Raises PictureError."""
    _check_bytes(data, limits)
    _silence_pillow()
    with _open(data, limits) as image:
        return max(image.size)


def decode_picture(data: bytes, *, limits: PictureLimits = PictureLimits()) -> Pixels:
    """Decode the first frame of a picture: upright, sRGB, transparency on white.

    Raises:
        PictureError: with the reason in plain words; PictureTooLargeError beyond the limits,
            PictureTypeError for what is not an accepted picture.
    """
    _check_bytes(data, limits)
    _silence_pillow()
    with _open(data, limits) as image:
        try:
            image.load()
            rgb = _to_srgb(image)
        except Exception as error:  # decoders raise anything on damaged files
            raise PictureError(_damage(error)) from error
        turn = _UPRIGHT.get(_orientation(image))
    return np.asarray(rgb if turn is None else rgb.transpose(turn), dtype=np.uint8)


def shrink_picture(pixels: Pixels, *, longest: int) -> Pixels:
    """Shrink a picture to its longest side; one that is not longer stays as it is."""
    if max(pixels.shape[:2]) <= longest:
        return pixels
    image = Image.fromarray(pixels)
    image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return np.asarray(image, dtype=np.uint8)


def make_thumbnail(pixels: Pixels, *, longest: int, format: ThumbnailFormat = "webp") -> bytes:
    """Shrink a picture to its longest side, never enlarging it, and encode it."""
    return _encoded(shrink_picture(pixels, longest=longest), _THUMBNAILS[format])


def encode_reduced(pixels: Pixels) -> bytes:
    """Encode a picture that is kept in the place of a larger one, as JPEG without metadata."""
    return _encoded(pixels, _REDUCED)


def _encoded(pixels: Pixels, options: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, **options)
    return buffer.getvalue()


def _check_bytes(data: bytes, limits: PictureLimits) -> None:
    if not data:
        raise PictureTypeError("the file is empty")
    if len(data) > limits.max_bytes:
        size, allowed = len(data) / 1e6, limits.max_bytes / 1e6
        raise PictureTooLargeError(f"the file has {size:.1f} MB; at most {allowed:g} are allowed")
    if not data.startswith(tuple(start for starts in FORMATS.values() for start in starts)):
        raise PictureTypeError(f"the file is not a {_NAMES} picture")


def _silence_pillow() -> None:
    # `catch_warnings` is not safe among threads. Pillow's warnings are about damage, which is
    # refused here in any case, and about sizes, which are checked here in any case.
    if _QUIET not in warnings.filters:
        warnings.filterwarnings("ignore", module=r"PIL\.")


def _open(data: bytes, limits: PictureLimits) -> Image.Image:
    allowed = f"at most {limits.max_pixels / 1e6:g} million are allowed"
    try:
        image = Image.open(io.BytesIO(data), formats=list(FORMATS))
    except Image.DecompressionBombError as error:
        raise PictureTooLargeError(f"the picture has far too many pixels; {allowed}") from error
    except UnidentifiedImageError as error:
        raise PictureTypeError(f"the file is damaged, or not a {_NAMES} picture") from error
    except Exception as error:  # so do the readers of headers
        raise PictureError(_damage(error)) from error
    width, height = image.size
    if width * height > limits.max_pixels:
        image.close()
        raise PictureTooLargeError(f"the picture measures {width} × {height} pixels; {allowed}")
    return image


def _damage(error: Exception) -> str:
    if "truncated" in str(error).lower():
        return "the file is truncated: the picture ends too early"
    return f"the file is damaged and cannot be decoded ({type(error).__name__}: {error})"


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(_ORIENTATION)
    except Exception:  # noqa: BLE001 - damaged EXIF spoils no picture; its parser raises anything
        return 1
    return value if isinstance(value, int) else 1


def _to_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    image = _plain_mode(image)
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    if alpha is not None:
        image = image.convert("L" if image.mode == "LA" else "RGB")
    rgb = _apply_profile(image, profile) if profile else image.convert("RGB")
    if alpha is None:
        return rgb
    white = Image.new("RGB", rgb.size, "white")
    white.paste(rgb, mask=alpha)
    return white


def _plain_mode(image: Image.Image) -> Image.Image:
    """Bring any mode of Pillow to L, LA, RGB, RGBA or CMYK."""
    if image.mode in _SCALES:
        values = np.asarray(image, dtype=np.float32)
        low, high = _SCALES[image.mode](values)
        scaled = np.nan_to_num((values - low) * (255 / (high - low)), posinf=255)
        return Image.fromarray(np.clip(scaled + 0.5, 0, 255).astype(np.uint8))
    if image.has_transparency_data:
        return image.convert("LA" if image.mode in ("LA", "La") else "RGBA")
    if image.mode in ("1", "L"):
        return image.convert("L")
    if image.mode == "LAB":
        return _transform(image, _profile("LAB")) or image.convert("L")
    return image if image.mode == "CMYK" else image.convert("RGB")


def _sixteen_bits(_: NDArray[np.float32]) -> tuple[float, float]:
    return 0, 65535


def _integers(values: NDArray[np.float32]) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    # Sixteen bits in a wider mode; else there is no scale but the picture's own.
    return (0, 65535) if low >= 0 and high <= 65535 else (low, high)


def _floats(values: NDArray[np.float32]) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    return (0, 1) if low >= 0 and high <= 1 else (low, high)


# Mode of more than eight bits → its black and its white.
_SCALES: dict[str, Callable[[NDArray[np.float32]], tuple[float, float]]] = {
    "I;16": _sixteen_bits,
    "I;16L": _sixteen_bits,
    "I;16B": _sixteen_bits,
    "I;16N": _sixteen_bits,
    "I": _integers,
    "F": _floats,
}


def _apply_profile(image: Image.Image, profile: bytes) -> Image.Image:
    """Convert to sRGB by a colour profile; one that does not fit the picture is left out."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    except (OSError, ImageCms.PyCMSError):
        return image.convert("RGB")
    return _transform(image, source) or image.convert("RGB")


def _profile(name: Literal["LAB", "sRGB"]) -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(name))


def _transform(image: Image.Image, source: ImageCms.ImageCmsProfile) -> Image.Image | None:
    try:
        return ImageCms.profileToProfile(image, source, _profile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, ValueError):
        return None
