"""The drawing surface of the sample pictures: unit coordinates, a palette and soft shapes."""

import colorsys
import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from PIL import Image, ImageColor, ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float]
Frame = Callable[[str], list[Point]]

SCALE = 2  # drawn twice as large and reduced, which smooths every edge
SKIN: Colour = (222, 178, 140)


def mix(one: Colour, two: Colour, share: float) -> Colour:
    """Blend two colours; share 0 gives the first."""
    return (
        round(one[0] + (two[0] - one[0]) * share),
        round(one[1] + (two[1] - one[1]) * share),
        round(one[2] + (two[2] - one[2]) * share),
    )


def luminance(colour: Colour) -> float:
    """Weigh a colour's brightness, 0 to 255 (ITU-R BT.601)."""
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def read(text: str) -> list[Point]:
    """Read points written as "x y, x y"."""
    pairs = (pair.split() for pair in text.split(","))
    return [(float(x), float(y)) for x, y in pairs]


def smooth(points: Sequence[Point], steps: int = 8) -> list[Point]:
    """Round a closed outline with a Catmull-Rom spline through its points."""
    count, curve = len(points), []
    for i in range(count):
        a, b, c, d = (points[(i + k) % count] for k in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            curve.append(
                (
                    _spline(a[0], b[0], c[0], d[0], t),
                    _spline(a[1], b[1], c[1], d[1], t),
                )
            )
    return curve


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    linear = 2 * b + (c - a) * t
    return (linear + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3) / 2


@dataclass(frozen=True)
class Palette:
    """The work's colours by the part they play."""

    colours: tuple[Colour, ...]
    dark: Colour
    light: Colour
    accent: Colour
    skin: Colour

    @classmethod
    def parse(cls, codes: Iterable[str]) -> "Palette":
        """Read hex codes and give each colour its part."""
        found = [ImageColor.getrgb(code) for code in codes]
        colours = tuple((c[0], c[1], c[2]) for c in found)
        by_light = sorted(colours, key=luminance)
        warm = min(colours, key=lambda c: sum((x - y) ** 2 for x, y in zip(c, SKIN, strict=True)))
        vivid = max(colours, key=lambda c: _vividness(c))
        return cls(colours, by_light[0], by_light[-1], vivid, mix(warm, SKIN, 0.4))

    def at(self, index: int) -> Colour:
        """Take a colour in the palette's own order, going round."""
        return self.colours[index % len(self.colours)]


def _vividness(colour: Colour) -> float:
    _, saturation, value = colorsys.rgb_to_hsv(*(x / 255 for x in colour))
    return saturation * value


class Canvas:
    """A picture under way; x and y run from 0 to 1."""

    def __init__(
        self, size: tuple[int, int], palette: Palette, words: frozenset[str], seed: str
    ) -> None:
        self.w, self.h = size[0] * SCALE, size[1] * SCALE
        self.image = Image.new("RGB", (self.w, self.h), palette.at(0))
        self.pen = ImageDraw.Draw(self.image, "RGBA")
        self.pal, self.words, self.rng = palette, words, random.Random(seed)  # noqa: S311  # the same picture every time
        self.unit = min(self.w, self.h)
        self.ratio = self.w / self.h

    def has(self, *words: str) -> bool:
        """Say whether any of the words stands in the work's subjects."""
        return any(word in subject for subject in self.words for word in words)

    def vary(self, low: float, high: float) -> float:
        """Draw a number in a range from the work's own seed."""
        return self.rng.uniform(low, high)

    def pick(self) -> Colour:
        """Draw one of the palette's colours."""
        return self.rng.choice(self.pal.colours)

    def wash(self, top: Colour, bottom: Colour, y0: float = 0, y1: float = 1) -> None:
        """Fill a band with a vertical gradient."""
        first, last = int(y0 * self.h), int(y1 * self.h) + 1
        for y in range(first, last):
            share = (y - first) / max(1, last - first)
            self.pen.line((0, y, self.w, y), fill=mix(top, bottom, share))

    def shape(self, points: Sequence[Point], fill: Colour, alpha: int = 255) -> None:
        """Fill a straight-edged outline."""
        self.pen.polygon([(x * self.w, y * self.h) for x, y in points], fill=(*fill, alpha))

    def soft(self, points: Sequence[Point], fill: Colour, alpha: int = 255) -> None:
        """Fill a rounded outline."""
        self.shape(smooth(points), fill, alpha)

    def disc(
        self, x: float, y: float, r: float, fill: Colour, alpha: int = 255, squash: float = 1
    ) -> None:
        """Fill a circle whose radius counts in the shorter side."""
        rx, ry = r * self.unit, r * self.unit * squash
        cx, cy = x * self.w, y * self.h
        self.pen.ellipse((cx - rx, cy - ry, cx + rx, cy + ry), fill=(*fill, alpha))

    def ring(self, x: float, y: float, r: float, fill: Colour, width: float = 0.01) -> None:
        """Draw a circle's edge."""
        cx, cy, radius = x * self.w, y * self.h, r * self.unit
        box = (cx - radius, cy - radius, cx + radius, cy + radius)
        self.pen.ellipse(box, outline=fill, width=max(2, round(width * self.unit)))

    def line(self, points: Sequence[Point], fill: Colour, width: float, alpha: int = 255) -> None:
        """Draw a line of a width in shares of the shorter side, with round ends."""
        dots = [(x * self.w, y * self.h) for x, y in points]
        thick = max(1, round(width * self.unit))
        self.pen.line(dots, fill=(*fill, alpha), width=thick, joint="curve")
        if alpha == 255 and thick > 4:
            for x, y in (dots[0], dots[-1]):
                r = thick / 2 - 0.5
                self.pen.ellipse((x - r, y - r, x + r, y + r), fill=fill)

    def ridge(
        self, y: float, height: float, fill: Colour, rough: float = 0.3, alpha: int = 255
    ) -> None:
        """Fill everything below a rolling skyline."""
        waves = [(self.vary(0, 6.3), self.vary(0.6, 1.4) * k) for k in (1, 2, 3.7, 9)]
        sizes = (1, 0.6, 0.35, rough * 0.4)
        tops = []
        for step in range(61):
            x = step / 60
            lift = sum(
                s * math.sin(p + f * x * 4.4) for s, (p, f) in zip(sizes, waves, strict=True)
            )
            tops.append((x, y - height * lift / 2))
        self.shape([(0, 1.01), *tops, (1, 1.01)], fill, alpha)

    def place(self, text: str, x: float, y: float, size: float, flip: bool = False) -> list[Point]:
        """Read an outline ("0 -1, .5 0, …") and set it at a point, undistorted."""
        sx, sy = size * self.unit / self.w * (-1 if flip else 1), size * self.unit / self.h
        return [(x + a * sx, y + b * sy) for a, b in read(text)]

    def frame(self, x: float, y: float, size: float, flip: bool = False) -> Frame:
        """Fix a point and a size, to place several outlines at them."""
        return partial(self.place, x=x, y=y, size=size, flip=flip)

    def glow(self, x: float, y: float, r: float, fill: Colour, strength: int = 26) -> None:
        """Lay rings of light over a point."""
        for step in range(9, 0, -1):
            self.disc(x, y, r * step / 9, fill, strength)
