"""Motifs of the land: skies, mountains, misty hills, trees and woods."""

import math

from ingest.sample.canvas import Canvas, Colour, luminance, mix, read

WHITE: Colour = (250, 246, 236)


def sky(c: Canvas, y: float = 1.0) -> None:
    """Fill the air above y with the palette's coolest colour, clouds, sun or night."""
    dark = c.has("night", "storm", "darkness")
    cool = max(c.pal.colours, key=lambda k: k[2] - k[0] * 0.6 + (0 if dark else luminance(k) / 2))
    top, bottom = mix(cool, c.pal.dark, 0.55 if dark else 0.1), mix(cool, c.pal.light, 0.65)
    c.wash(top, mix(cool, c.pal.dark, 0.1) if dark else bottom, 0, y)
    if c.has("sun", "dawn", "fire") and not c.has("sunlight", "sunflower"):
        warm = max(c.pal.colours, key=lambda k: k[0] - k[2])
        x, level = c.vary(0.3, 0.7), y * c.vary(0.55, 0.8)
        c.glow(x, level, 0.34, mix(warm, WHITE, 0.3))
        c.disc(x, level, 0.05, mix(warm, WHITE, 0.25))
    elif not c.has("star", "emptiness"):
        clouds(c, y)


def clouds(c: Canvas, y: float) -> None:
    """Float a few heaped clouds above y."""
    tint = mix(c.pal.light, WHITE, 0.4) if not c.has("storm") else mix(c.pal.at(1), c.pal.dark, 0.3)
    for _ in range(c.rng.randint(2, 4)):
        x, level, size = c.rng.random(), c.vary(0.08, 0.6) * y, c.vary(0.04, 0.09)
        for k in range(7):
            dx = (k - 3) * size * 0.55
            lift = size * 0.3 * math.cos(dx * 9)
            c.disc(x + dx, level - lift, size * c.vary(0.5, 1), tint, 150, 0.6)


def mountain(c: Canvas) -> None:
    """Raise a snow-streaked peak above clouds and foothills."""
    sky(c)
    x, top, spread = c.vary(0.38, 0.62), c.vary(0.12, 0.24), c.vary(0.5, 0.75)
    rock = mix(c.pal.at(1), c.pal.dark, 0.1)
    left = [(x - spread, 0.95), (x - 0.2, 0.55), (x - 0.03, top)]
    c.soft([*left, (x + 0.04, top), (x + 0.22, 0.52), (x + spread, 0.95)], rock)
    for k in range(9):
        dx, tip = (k - 4) * 0.022, top + c.vary(0.12, 0.28)
        start = [(x + dx * 0.4 - 0.008, top + 0.01), (x + dx * 0.4 + 0.008, top + 0.01)]
        c.shape([*start, (x + dx * 2.2, tip)], mix(c.pal.light, WHITE, 0.5))
    shade = [(x + 0.02, top + 0.03), (x + 0.2, 0.55), (x + spread, 0.95), (x + 0.1, 0.95)]
    c.soft(shade, c.pal.dark, 60)
    for k in range(3):
        c.ridge(0.68 + 0.12 * k, 0.08, mix(c.pal.at(2 + k), c.pal.dark, 0.12 * k), 0.7)
        band = c.vary(0.56, 0.62) + 0.1 * k
        c.line(
            [(c.vary(-0.1, 0.3), band), (c.vary(0.5, 1.1), band)],
            mix(c.pal.light, WHITE, 0.4),
            0.028,
            150,
        )
    if c.has("man", "figure", "painter", "king"):
        c.soft(read(".41 1.1, .45 .8, .5 .7, .55 .8, .59 1.1"), c.pal.dark)
        c.disc(0.5, 0.67, 0.04, mix(c.pal.skin, c.pal.dark, 0.3))


def misty_mountains(c: Canvas) -> None:
    """Stack ink hills that fade into mist, with pines, a hut and a fall of water."""
    sheet = c.pal.light
    c.wash(mix(sheet, c.pal.at(0), 0.35), sheet)
    tint = mix(c.pal.dark, c.pal.at(0), 0.35)
    for k in range(5):
        base, x = 0.38 + 0.13 * k, c.vary(0.1, 0.9)
        colour, steep = mix(sheet, tint, 0.22 + 0.16 * k), c.vary(0.2, 0.36) * (1.1 - k * 0.16)
        rise = [(x - 0.5, base + 0.14), (x - 0.22, base - steep * 0.4), (x - 0.07, base - steep)]
        fall = [
            (x + 0.06, base - steep * 0.9),
            (x + 0.2, base - steep * 0.3),
            (x + 0.5, base + 0.14),
        ]
        c.soft([*rise, *fall], colour, 220)
        for j in range(6):
            dx = (j - 3) * 0.03
            c.line(
                [(x + dx * 0.6, base - steep * 0.85), (x + dx * 2.6, base + 0.02)],
                c.pal.dark,
                0.004,
                70,
            )
        c.disc(c.rng.random(), base + 0.11, 0.55, sheet, 120, 0.1)
    if c.has("waterfall"):
        c.line([(0.56, 0.3), (0.55, 0.5), (0.57, 0.7)], mix(sheet, WHITE, 0.7), 0.022)
    c.ridge(0.9, 0.06, mix(tint, c.pal.dark, 0.4), 0.8, 230)
    for k in range(c.rng.randint(3, 5)):
        pine(c, 0.12 + 0.2 * k + c.vary(-0.06, 0.06), c.vary(0.88, 0.94), c.vary(0.12, 0.24))
    c.shape([(0.68, 0.88), (0.75, 0.84), (0.82, 0.88)], c.pal.dark)
    c.shape([(0.7, 0.88), (0.8, 0.88), (0.8, 0.92), (0.7, 0.92)], mix(sheet, c.pal.at(2), 0.3))


def pine(c: Canvas, x: float, y: float, tall: float) -> None:
    """Brush a leaning pine with flat cushions of needles."""
    lean = c.vary(-0.04, 0.04)
    c.line([(x, y), (x + lean * 0.4, y - tall * 0.5), (x + lean, y - tall)], c.pal.dark, 0.012)
    for k in range(4):
        share = 0.45 + 0.18 * k
        left, green = x + lean * share + c.vary(-0.03, 0.03), mix(c.pal.dark, c.pal.at(1), 0.3)
        c.disc(left, y - tall * share, 0.05 - 0.006 * k, green, 225, 0.42)


def tree(c: Canvas, x: float, y: float, tall: float, *, bare: bool = False) -> None:
    """Grow a tree with a crown of leaves, or bare twigs."""
    trunk = mix(c.pal.dark, c.pal.at(2), 0.2)
    c.line([(x, y), (x + tall * 0.04, y - tall * 0.6)], trunk, tall * 0.06)
    if bare:
        for k in range(9):
            side, root = (1 if k % 2 else -1), y - tall * (0.3 + 0.05 * k)
            tip = (x + side * tall * c.vary(0.15, 0.4) / c.ratio, root - tall * c.vary(0.15, 0.35))
            c.line([(x, root), tip], trunk, 0.007)
        return
    green = min(c.pal.colours, key=lambda k: abs(luminance(k) - 95) - (k[1] - k[0]) * 0.5)
    for k in range(16):
        dx, dy = c.vary(-0.28, 0.28) * tall / c.ratio, c.vary(0.45, 1) * tall
        tint = mix(green, c.pal.light if k > 9 else c.pal.dark, c.vary(0.05, 0.35))
        c.disc(x + dx, y - dy, tall * c.vary(0.09, 0.17), tint, 235)


def landscape(c: Canvas) -> None:
    """Spread hills, trees and a winding river."""
    sky(c, 0.55)
    for k in range(3):
        c.ridge(0.46 + 0.07 * k, 0.09, mix(c.pal.at(1 + k), c.pal.light, 0.4 - 0.15 * k), 0.4)
    ground = mix(c.pal.at(c.rng.randint(0, 2)), c.pal.at(1), 0.5)
    c.ridge(0.64, 0.05, ground, 0.3)
    if c.has("river", "lake", "water", "stream", "boat", "bath", "pond"):
        bend = c.vary(0.3, 0.7)
        cool = mix(c.pal.light, max(c.pal.colours, key=lambda k: k[2] - k[0]), 0.55)
        near = [(bend, 0.64), (bend + 0.08, 0.72), (bend - 0.15, 0.82), (0.2, 1.1), (0.95, 1.1)]
        far = [(bend + 0.2, 0.84), (bend + 0.18, 0.72), (bend + 0.05, 0.64)]
        c.soft([*near, *far], cool)
    bare = c.has("winter", "bare tree")
    for low, high, y, tall in (
        (0.05, 0.2, 0.86, 0.6),
        (0.75, 0.95, 0.8, 0.46),
        (0.3, 0.7, 0.68, 0.2),
    ):
        tree(c, c.vary(low, high), y, tall * c.vary(0.85, 1.1), bare=bare)
    if c.has("cottage", "house", "village", "farm", "castle", "windmill", "church"):
        house(c, c.vary(0.5, 0.62), 0.67, 0.1)


def house(c: Canvas, x: float, y: float, s: float) -> None:
    """Build a small house with a pitched roof."""
    c.shape(c.place("0 0, 1 0, 1 -.5, 0 -.5", x, y, s), mix(c.pal.light, c.pal.at(2), 0.25))
    roof = mix(c.pal.accent, c.pal.dark, 0.35)
    c.shape(c.place("-.1 -.5, .2 -1, .8 -1, 1.1 -.5", x, y, s), roof)
    c.shape(c.place(".4 0, .6 0, .6 -.3, .4 -.3", x, y, s), c.pal.dark)


def forest(c: Canvas) -> None:
    """Line up trunks that fade into the depth of a wood."""
    sky(c)
    c.ridge(0.7, 0.04, mix(c.pal.at(0), c.pal.at(2), 0.5), 0.3)
    for layer in range(3):
        tint = mix(c.pal.light, c.pal.dark, 0.3 + 0.3 * layer)
        for _ in range(5 + 2 * (2 - layer)):
            x, foot, wide = c.rng.random(), 0.72 + 0.1 * layer, 0.012 + 0.014 * layer
            c.line([(x, foot), (x + c.vary(-0.02, 0.02), -0.05)], tint, wide)
        for _ in range(34):
            leaf = mix(c.pick(), c.pal.dark, 0.15 * layer)
            c.disc(c.rng.random(), c.vary(-0.02, 0.36), c.vary(0.02, 0.07), leaf, 205)
    for _ in range(150):
        c.disc(c.rng.random(), c.vary(0.76, 1), c.vary(0.006, 0.016), c.pick(), 220, 0.6)
