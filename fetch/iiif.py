"""IIIF Image API 2 and 3: from what a service says of a picture to the address to ask for.

https://iiif.io/api/image/3.0/, https://iiif.io/api/image/2.1/
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_FEATURES = {  # version and level → the ways of naming a size that every such service knows
    (2, 1): frozenset({"sizeByW", "sizeByH", "sizeByPct"}),
    (2, 2): frozenset({"sizeByW", "sizeByH", "sizeByPct", "sizeByWh", "sizeByConfinedWh"}),
    (3, 1): frozenset({"sizeByW", "sizeByH", "sizeByWh"}),
    (3, 2): frozenset({"sizeByW", "sizeByH", "sizeByWh", "sizeByPct", "sizeByConfinedWh"}),
}
_LARGEST = 10**11  # pixels: beyond, a number is a mistake


class SizeWay(StrEnum):
    """How a size may be named; the first that a service knows is taken."""

    CONFINED = "sizeByConfinedWh"
    BY_WIDTH_AND_HEIGHT = "sizeByWh"
    BY_WIDTH = "sizeByW"


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """What a service says of one picture and of itself."""

    width: int
    height: int
    version: int = 2
    features: frozenset[str] = frozenset()
    max_width: int | None = None
    max_height: int | None = None
    max_area: int | None = None
    sizes: tuple[tuple[int, int], ...] = ()


def info_address(base: str) -> str:
    """Name the address of a picture's info.json."""
    return f"{base.rstrip('/')}/info.json"


def confined_address(base: str, longest: int) -> str:
    """Ask for a picture that fits into a square; every service of level 2 knows this."""
    return _address(base, f"!{longest},{longest}")


def is_confining(info: ImageInfo) -> bool:
    """Tell whether a service takes `!w,h`, so that its other pictures need no info.json."""
    return SizeWay.CONFINED in info.features


def picture_address(base: str, info: ImageInfo, longest: int) -> str:
    """Name the address of a picture whose longest side is at most so long.

    The service's own limits are kept, and nothing is enlarged. A service that gives listed sizes
    alone gives the smallest that is large enough, or else its largest.
    """
    width, height = fitting_size(info, longest)
    for way, size in (
        (SizeWay.CONFINED, f"!{width},{height}"),
        (SizeWay.BY_WIDTH_AND_HEIGHT, f"{width},{height}"),
        (SizeWay.BY_WIDTH, f"{width},"),
    ):
        if way in info.features:
            return _address(base, size)
    return _address(base, _listed_size(info, max(width, height)))


def fitting_size(info: ImageInfo, longest: int) -> tuple[int, int]:
    """Scale a picture down, its shape kept, until it keeps every limit."""
    width, height = info.width, info.height
    # An area is allowed by its number, a side by its own: whichever asks for more shrinking.
    most_high = info.max_height or info.max_width  # IIIF: a missing maxHeight is the maxWidth
    scale = min(
        1.0,
        longest / max(width, height),
        info.max_width / width if info.max_width else 1.0,
        most_high / height if most_high else 1.0,
        math.sqrt(info.max_area / (width * height)) if info.max_area else 1.0,
    )
    # A hair more, so that 1024 / 4000 * 4000 is 1024 and not 1023.
    return (
        max(1, math.floor(width * scale * (1 + 1e-12))),
        max(1, math.floor(height * scale * (1 + 1e-12))),
    )


def parse_info(text: bytes) -> ImageInfo | None:
    """Read an info.json of version 2 or 3; None where it is neither, or damaged."""
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(parsed, dict):
        return None
    width, height = _number(parsed.get("width")), _number(parsed.get("height"))
    if width is None or height is None:
        return None
    version, profiles = _version(parsed), _profiles(parsed)
    limits = next((p for p in profiles if isinstance(p, dict)), {}) if version == 2 else parsed
    return ImageInfo(
        width=width,
        height=height,
        version=version,
        features=_level_features(version, profiles) | _named_features(parsed, limits),
        max_width=_number(limits.get("maxWidth")),
        max_height=_number(limits.get("maxHeight")),
        max_area=_number(limits.get("maxArea")),
        sizes=_sizes(parsed.get("sizes")),
    )


def _address(base: str, size: str) -> str:
    return f"{base.rstrip('/')}/full/{size}/0/default.jpg"


def _listed_size(info: ImageInfo, wanted: int) -> str:
    """Name the whole picture, or one of the sizes that a service of level 0 has made."""
    listed = sorted(info.sizes, key=max)
    if not listed:
        return "max" if info.version == 3 else "full"
    width, height = next((size for size in listed if max(size) >= wanted), listed[-1])
    return f"{width},{height}" if info.version == 3 else f"{width},"


def _version(parsed: Mapping[str, Any]) -> int:
    context = json.dumps(parsed.get("@context", ""))
    is_third = "image/3/" in context or parsed.get("type") == "ImageService3"
    return 3 if is_third else 2


def _profiles(parsed: Mapping[str, Any]) -> list[Any]:
    profile = parsed.get("profile")
    return profile if isinstance(profile, list) else [profile]


def _level_features(version: int, profiles: list[Any]) -> frozenset[str]:
    names = [p for p in profiles if isinstance(p, str)]
    levels = [level for level in (1, 2) for name in names if f"level{level}" in name]
    return _FEATURES[version, max(levels)] if levels else frozenset()


def _named_features(parsed: Mapping[str, Any], limits: Mapping[str, Any]) -> frozenset[str]:
    named = [limits.get("supports"), parsed.get("extraFeatures")]
    lists = (names for names in named if isinstance(names, list))
    return frozenset(name for names in lists for name in names if isinstance(name, str))


def _sizes(listed: object) -> tuple[tuple[int, int], ...]:
    if not isinstance(listed, list):
        return ()
    pairs = (
        (_number(size.get("width")), _number(size.get("height")))
        for size in listed
        if isinstance(size, dict)
    )
    return tuple((width, height) for width, height in pairs if width and height)


def _number(value: object) -> int | None:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and 0 < value <= _LARGEST else None  # type: ignore[operator,return-value]  # is_whole
