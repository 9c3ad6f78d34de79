"""Surfaces of the sample pictures: brush, dots, hatching, ink, stones, threads, grain."""

import math
from collections.abc import Callable
from typing import cast

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from ingest.sample.canvas import Canvas, Colour, luminance, mix

Texture = Callable[[Canvas], None]


def _sample(source: Image.Image, x: float, y: float) -> Colour:
    spot = (min(max(int(x), 0), source.width - 1), min(max(int(y), 0), source.height - 1))
    red, green, blue = cast("Colour", source.getpixel(spot))  # the canvas is always RGB
    return red, green, blue


def _brush(
    c: Canvas, count: int, length: float, width: float, swing: float, alpha: int = 190
) -> None:
    """Paint the picture again in strokes that take their colour from it."""
    source = c.image.copy()
    phase = c.vary(0, 6.3)
    for _ in range(count):
        x, y = c.rng.random() * c.w, c.rng.random() * c.h
        angle = swing * math.sin(phase + 5 * x / c.w) * math.cos(phase + 4 * y / c.h)
        angle += c.rng.gauss(0, 0.25)
        jitter = c.rng.randint(-12, 12)
        r, g, b = (min(255, max(0, v + jitter)) for v in _sample(source, x, y))
        dx, dy = math.cos(angle) * length * c.unit / 2, math.sin(angle) * length * c.unit / 2
        thick = max(2, round(width * c.unit))
        c.pen.line((x - dx, y - dy, x + dx, y + dy), fill=(r, g, b, alpha), width=thick)


def dabs(c: Canvas) -> None:
    """Break the picture into short Impressionist touches."""
    _brush(c, 3600, 0.028, 0.011, 0.7, 170)


def strokes(c: Canvas) -> None:
    """Drag long curving strokes across the picture."""
    _brush(c, 3000, 0.045, 0.011, 1.6, 150)


def blocks(c: Canvas) -> None:
    """Lay broad slanting strokes, as Expressionists do."""
    _brush(c, 1100, 0.055, 0.018, 1.2, 160)


def oil(c: Canvas) -> None:
    """Soften the picture and darken its corners like varnish."""
    c.image.paste(c.image.filter(ImageFilter.GaussianBlur(1.5)))
    _brush(c, 1300, 0.026, 0.008, 0.6, 120)
    c.image.paste(c.image.filter(ImageFilter.GaussianBlur(1.5)))
    c.image.paste(ImageEnhance.Color(c.image).enhance(1.2))
    c.image.paste(ImageEnhance.Contrast(c.image).enhance(1.1))
    _vignette(c, 0.28)


def _vignette(c: Canvas, strength: float) -> None:
    mask = ImageOps.invert(Image.radial_gradient("L")).resize((c.w, c.h))
    mask = mask.point(
        [min(255, round(255 * (1 - strength) + v * strength * 1.5)) for v in range(256)]
    )
    c.image.paste(ImageChops.multiply(c.image, Image.merge("RGB", (mask, mask, mask))))


def points(c: Canvas) -> None:
    """Turn the picture into dots of neighbouring hues."""
    source = c.image.copy()
    radius = 0.0075 * c.unit
    for _ in range(9000):
        x, y = c.rng.random() * c.w, c.rng.random() * c.h
        tint = mix(_sample(source, x, y), c.pick(), c.rng.choice((0, 0, 0.12, 0.3)))
        c.pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=tint)


def paper(c: Canvas) -> None:
    """Give flat colour the faint grain of paper."""
    small = Image.frombytes("L", (c.w // 6, c.h // 6), c.rng.randbytes((c.w // 6) * (c.h // 6)))
    grain = small.resize((c.w, c.h), Image.Resampling.BICUBIC).point(
        [232 + v // 11 for v in range(256)]
    )
    c.image.paste(ImageChops.multiply(c.image, Image.merge("RGB", (grain, grain, grain))))


def ink(c: Canvas) -> None:
    """Let shapes bleed softly into toned paper."""
    blurred = c.image.filter(ImageFilter.GaussianBlur(5))
    c.image.paste(Image.blend(c.image, blurred, 0.6))
    paper(c)


def hatch(c: Canvas) -> None:
    """Redraw the picture in dark lines on pale paper, denser where it is dark."""
    tones = ImageOps.autocontrast(ImageOps.grayscale(c.image).filter(ImageFilter.GaussianBlur(2)))
    sheet, line = mix(c.pal.light, (240, 232, 214), 0.4), mix(c.pal.dark, (20, 18, 16), 0.4)
    page = ImageOps.colorize(tones, mix(sheet, line, 0.3), sheet)
    pen = ImageDraw.Draw(page)
    for slope, limit, gap in ((0.5, 140, 11), (-0.6, 90, 12), (0.0, 45, 9)):
        for start in range(-c.w, c.w + c.h, gap):
            _hatch_line(pen, tones, (start, slope, limit), line)
    edges = ImageOps.invert(tones.filter(ImageFilter.FIND_EDGES)).point(
        [255 if v > 225 else 90 for v in range(256)]
    )
    c.image.paste(ImageChops.multiply(page, Image.merge("RGB", (edges, edges, edges))))


def _hatch_line(
    pen: ImageDraw.ImageDraw, tones: Image.Image, run: tuple[int, float, int], fill: Colour
) -> None:
    start, slope, limit = run
    for step in range(0, tones.width, 14):
        x, y = step, start + step * slope
        if not 0 <= y < tones.height:
            continue
        if cast("int", tones.getpixel((x, int(y)))) < limit:  # grey has one band
            pen.line((x, y, x + 14, y + 14 * slope), fill=fill, width=2)


def photograph(c: Canvas) -> None:
    """Tone the picture in one colour, with blur and grain."""
    tones = ImageOps.autocontrast(ImageOps.grayscale(c.image).filter(ImageFilter.GaussianBlur(3)))
    c.image.paste(ImageOps.colorize(tones, c.pal.dark, c.pal.light))
    paper(c)
    _vignette(c, 0.5)


def tesserae(c: Canvas) -> None:
    """Set the picture in small stones with dark joints."""
    source = c.image.copy()
    step = max(10, round(0.024 * c.unit))
    c.pen.rectangle((0, 0, c.w, c.h), fill=mix(c.pal.dark, (60, 52, 44), 0.5))
    for top in range(0, c.h, step):
        shift = c.rng.randint(-3, 3)
        for left in range(-step, c.w, step):
            jitter = c.rng.randint(-14, 14)
            tint = _sample(source, left + step / 2, top + step / 2)
            r, g, b = (min(255, max(0, v + jitter)) for v in tint)
            x, y = left + shift + c.rng.randint(0, 2), top + c.rng.randint(0, 2)
            c.pen.rectangle((x, y, x + step - 4, y + step - 4), fill=(r, g, b))


def fresco(c: Canvas) -> None:
    """Fade the picture like old plaster, with stains and cracks."""
    for _ in range(60):
        tone = c.pal.light if c.rng.random() < 0.6 else mix(c.pal.at(0), c.pal.dark, 0.4)
        c.disc(c.rng.random(), c.rng.random(), c.vary(0.02, 0.12), tone, 14, c.vary(0.5, 1.5))
    for _ in range(5):
        x, y, crack = c.rng.random(), c.rng.random(), []
        for _ in range(9):
            crack.append((x, y))
            x, y = x + c.vary(-0.05, 0.05), y + c.vary(0, 0.05)
        c.line(crack, mix(c.pal.dark, (70, 60, 50), 0.5), 0.002, 120)
    paper(c)


def threads(c: Canvas) -> None:
    """Weave the picture from crossing threads."""
    source, step = c.image.copy(), 8
    for row, top in enumerate(range(0, c.h, step)):
        for col, left in enumerate(range(0, c.w, step)):
            shade = 12 if (row + col) % 2 else -14
            tint = _sample(source, left + step / 2, top + step / 2)
            r, g, b = (min(255, max(0, v + shade)) for v in tint)
            c.pen.rectangle((left, top, left + step, top + step), fill=(r, g, b))


def page(c: Canvas) -> None:
    """Frame the picture with gold and coloured rules on a margin, like a book painting."""
    paper(c)
    sheet = mix(c.pal.light, (236, 222, 190), 0.5)
    bright = max(c.pal.colours, key=lambda k: k[0] + k[1] - 2 * k[2])
    rules = ((0.0, 0.05, sheet), (0.05, 0.014, c.pal.accent), (0.064, 0.007, bright))
    for inset, width, tint in rules:
        a, thick = inset * c.unit, max(2, round(width * c.unit))
        c.pen.rectangle((a, a, c.w - a, c.h - a), outline=tint, width=thick)
    if luminance(bright) > 90:
        for k in range(24):
            x = (k + 0.5) / 24
            for y in (0.025, 1 - 0.025):
                c.disc(x, y, 0.008, mix(bright, c.pal.accent, (k % 2) * 0.8))


BY_CLASSIFICATION: dict[str, Texture] = {
    "photograph": photograph,
    "mosaic": tesserae,
    "stained glass": tesserae,
    "textile": threads,
    "manuscript": page,
    "drawing": hatch,
}
BY_MOVEMENT: dict[str, Texture] = {
    "Pointillism": points,
    "Impressionism": dabs,
    "Post-Impressionism": strokes,
    "Expressionism": blocks,
    "Futurism": blocks,
    "Orphism": blocks,
    "Ukiyo-e": paper,
    "Rinpa": paper,
    "Abstract art": paper,
    "Suprematism": paper,
}
BY_MEDIUM: dict[str, Texture] = {
    "woodblock": paper,
    "lithograph": paper,
    "watercolour": paper,
    "pastel": dabs,
    "etching": hatch,
    "engraving": hatch,
    "woodcut": hatch,
    "chalk": hatch,
    "fresco": fresco,
    "plaster": fresco,
    "rock": fresco,
    "silk": ink,
    "ink": ink,
    "oil": oil,
    "tempera": oil,
    "encaustic": oil,
}


def choose(classification: str, medium: str, movements: list[str]) -> Texture:
    """Choose the surface: medium of a print, then classification, movement and medium."""
    for word, texture in BY_MEDIUM.items():
        if classification in {"print", "drawing"} and word in medium:
            return texture
    if classification in BY_CLASSIFICATION:
        return BY_CLASSIFICATION[classification]
    for name, texture in BY_MOVEMENT.items():
        if name in movements:
            return texture
    return next((t for word, t in BY_MEDIUM.items() if word in medium), paper)
