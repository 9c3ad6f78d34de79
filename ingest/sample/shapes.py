"""Motifs of towers, battles and pure abstraction."""

import math

from ingest.sample.canvas import Canvas, mix
from ingest.sample.nature import WHITE, sky
from ingest.sample.people import person


def tower(c: Canvas) -> None:
    """Pile a spiral tower of arches above a plain."""
    sky(c, 0.75)
    c.ridge(0.72, 0.06, mix(c.pal.at(2), c.pal.light, 0.2), 0.5)
    stone = mix(c.pal.at(0), c.pal.light, 0.2)
    for k in range(7):
        wide, y = 0.46 - 0.052 * k, 0.86 - 0.1 * k
        rim = f"{-wide} .02, {wide} -.02, {wide - 0.04} -.13, {-wide + 0.04} -.09"
        c.shape(c.place(rim, 0.5, y, 1), mix(stone, c.pal.at(4), 0.12 * (k % 3)))
        c.shape(
            c.place(f".08 .01, {wide} -.02, {wide - 0.04} -.13, .08 -.11", 0.5, y, 1),
            c.pal.dark,
            60,
        )
        count = 11 - k
        for j in range(count):
            x = (j + 0.5) / count * 2 * wide * 0.86 - wide * 0.86
            arch = f"{x - 0.015} 0, {x - 0.015} -.05, {x} -.07, {x + 0.015} -.05, {x + 0.015} 0"
            c.shape(c.place(arch, 0.5, y - 0.01, 1), mix(c.pal.dark, stone, 0.25))
    c.ridge(0.92, 0.04, mix(c.pal.at(2), c.pal.dark, 0.25), 0.6)


def cathedral(c: Canvas) -> None:
    """Face a church front with two towers, a rose window and deep doors."""
    sky(c)
    stone, deep = mix(c.pal.at(0), c.pal.light, 0.2), mix(c.pal.at(1), c.pal.dark, 0.45)
    at = c.frame(0.5, 1.0, 0.98)
    for flip in (False, True):
        side = c.frame(0.5, 1.0, 0.98, flip)
        c.shape(
            side(".18 .1, .18 -.84, .22 -.9, .26 -1.02, .3 -.9, .36 -.84, .38 .1"),
            mix(stone, c.pal.at(3), 0.3),
        )
        for y in (-0.78, -0.56, -0.34):
            pane = f".23 {y + 0.16}, .23 {y + 0.03}, .28 {y - 0.03}, .33 {y + 0.03}"
            c.soft(side(f"{pane}, .33 {y + 0.16}"), deep)
    c.shape(at("-.2 .1, -.2 -.62, 0 -.86, .2 -.62, .2 .1"), stone)
    c.disc(*at("0 -.52")[0], 0.13, deep)
    for k in range(12):
        turn = k * math.pi / 6
        c.disc(
            *at(f"{0.09 * math.cos(turn)} {-0.52 + 0.09 * math.sin(turn)}")[0], 0.022, c.pal.at(k)
        )
    for x, s in ((-0.27, 0.8), (0.27, 0.8), (0, 1.25)):
        for k in range(3):
            tone = mix(deep, stone, 0.5 - 0.22 * k)
            w = (0.1 - 0.024 * k) * s
            peak = f"{x} {-0.26 * s + 0.03 * k}"
            c.soft(at(f"{x - w} .1, {x - w} -.14, {peak}, {x + w} -.14, {x + w} .1"), tone)
    for _ in range(160):
        x, y = c.vary(0.1, 0.9), c.vary(0.15, 1)
        c.line([(x, y), (x, y + 0.03)], c.pick(), 0.006, 70)


def battle(c: Canvas) -> None:
    """Cross lances and banners above a press of soldiers, with smoke."""
    sky(c, 0.7)
    if c.has("fire", "smoke", "night", "revolution"):
        for _ in range(26):
            c.disc(
                c.rng.random(),
                c.vary(0.05, 0.6),
                c.vary(0.05, 0.14),
                mix(c.pal.at(0), c.pick(), 0.4),
                90,
            )
    c.ridge(0.55, 0.06, mix(c.pal.at(1), c.pal.light, 0.2), 0.5)
    for side in (0, 1):
        for _ in range(13):
            x, lean = (
                0.5 * side + 0.5 * c.rng.random(),
                c.vary(0.02, 0.16) * (1 if side == 0 else -1),
            )
            c.line(
                [(x, 0.75), (x + lean, c.vary(0.08, 0.3))], mix(c.pal.dark, c.pal.at(2), 0.3), 0.011
            )
    for k in range(3):
        x, y = 0.2 + 0.3 * k, c.vary(0.1, 0.2)
        c.line([(x, y), (x, 0.7)], c.pal.dark, 0.012)
        c.soft(c.place("0 0, .1 .03, .2 -.02, .2 .1, .1 .15, 0 .12", x, y, 1), c.pal.at(k))
    for row in range(3):
        for k in range(8 - row):
            person(c, (k + c.rng.random()) / (8 - row), 0.84 + 0.1 * row, 0.34 + 0.05 * row)
    for k in range(6):
        x, y, r = c.rng.random(), c.vary(0.72, 0.95), 0.055
        c.disc(x, y, r, c.pal.at(k))
        c.ring(x, y, r, c.pal.dark, 0.01)
        c.disc(x, y, r * 0.3, c.pal.light)


def circles(c: Canvas) -> None:
    """Float rings and discs of many sizes."""
    c.wash(c.pal.at(0), mix(c.pal.at(0), c.pal.dark, 0.15))
    for _ in range(26):
        x, y, r = c.rng.random(), c.rng.random(), 0.2 * c.rng.random() ** 2 + 0.012
        tint = c.pal.at(c.rng.randint(1, 4))
        c.disc(x, y, r, tint, 190)
        if r > 0.05:
            c.disc(x, y, r * 0.62, c.pick(), 210)
            c.ring(x, y, r * 1.15, mix(tint, c.pal.light, 0.5), 0.006)
    c.disc(0.44, 0.42, 0.24, c.pal.at(1), 235)
    c.disc(0.48, 0.39, 0.13, c.pal.dark)
    c.ring(0.44, 0.42, 0.26, c.pal.light, 0.01)


def grid(c: Canvas) -> None:
    """Divide the picture by black bars into blocks of colour."""
    c.wash(c.pal.light, c.pal.light)
    xs = [0.0, *sorted(c.vary(0.12, 0.9) for _ in range(3)), 1.0]
    ys = [0.0, *sorted(c.vary(0.12, 0.9) for _ in range(3)), 1.0]
    for i in range(4):
        for j in range(4):
            if c.rng.random() < 0.55:
                box = [
                    (xs[i], ys[j]),
                    (xs[i + 1], ys[j]),
                    (xs[i + 1], ys[j + 1]),
                    (xs[i], ys[j + 1]),
                ]
                c.shape(box, c.pick())
    for x in xs[1:-1]:
        c.line([(x, 0), (x, 1)], c.pal.dark, 0.022)
    for y in ys[1:-1]:
        c.line([(0, y), (1, y)], c.pal.dark, 0.022)


def shards(c: Canvas) -> None:
    """Throw bars, arcs and triangles across an open field."""
    c.wash(mix(c.pal.light, WHITE, 0.2), c.pal.light)
    for _ in range(11):
        c.disc(c.rng.random(), c.rng.random(), c.vary(0.08, 0.24), c.pick(), 60)
    for k in range(24):
        x, y, s = c.vary(0.08, 0.92), c.vary(0.08, 0.92), c.vary(0.05, 0.2)
        kind, flip = c.rng.randint(0, 3), c.rng.random() < 0.5
        if kind == 0:
            c.shape(c.place("-1 -.1, 1 -.5, 1.1 -.2, -.9 .25", x, y, s, flip), c.pal.at(k), 235)
        elif kind == 1:
            c.shape(c.place("-.8 .6, .1 -.9, .9 .5", x, y, s, flip), c.pal.at(k), 225)
        elif kind == 2:
            turn = c.vary(0, 6)
            arc = ", ".join(
                f"{math.cos(turn + j * 0.2)} {math.sin(turn + j * 0.2)}" for j in range(11)
            )
            c.line(c.place(arc, x, y, s), c.pal.dark, 0.013)
        else:
            c.disc(x, y, s * 0.45, c.pal.at(k), 235)
            c.ring(x, y, s * 0.45, c.pal.dark, 0.008)
    for _ in range(9):
        x, y = c.rng.random(), c.rng.random()
        c.line([(x, y), (x + c.vary(-0.4, 0.4), y + c.vary(-0.4, 0.4))], c.pal.dark, 0.007)
