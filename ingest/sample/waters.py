"""Motifs of water: seas, storms, a great wave, bridges, lily ponds, moonlight."""

import math

from ingest.sample.canvas import Canvas, mix, read
from ingest.sample.nature import WHITE, sky
from ingest.sample.people import person


def water(c: Canvas, y: float) -> None:
    """Fill below y with water, light dashes and reflections of the sky."""
    cool = max(c.pal.colours, key=lambda k: k[2] - k[0] + 40)
    c.wash(mix(cool, c.pal.light, 0.45), mix(cool, c.pal.dark, 0.35), y, 1)
    for _ in range(90):
        depth = c.rng.random() ** 1.4
        level, long = y + 0.01 + depth * (0.99 - y), 0.015 + 0.07 * depth
        x = c.rng.random()
        tint = c.rng.choice((c.pal.light, c.pal.light, c.pal.dark, c.pick()))
        c.line([(x, level), (x + long, level)], tint, 0.003 + 0.006 * depth, 110)


def boat(c: Canvas, x: float, y: float, size: float, *, sail: bool = True) -> None:
    """Put a boat on the water, with sails or a rower."""
    s, hull = size, mix(c.pal.dark, c.pal.accent, 0.15)
    if sail:
        c.line(c.place("0 0, 0 -1.9", x, y, s), hull, 0.008)
        cloth = mix(c.pal.light, c.pick(), 0.2)
        c.shape(c.place(".05 -1.85, .95 -.4, .05 -.3", x, y, s), cloth)
        c.shape(c.place("-.05 -1.6, -.75 -.4, -.05 -.3", x, y, s), mix(cloth, c.pal.dark, 0.25))
    else:
        for dx in (-0.3, 0.35):
            root = c.place(f"{dx} 0, {dx} -.72", x, y, s)
            c.soft(c.place("-.24 0, -.1 -.6, .1 -.6, .24 0", *root[0], s), c.pick())
            c.disc(*root[1], 0.15 * s, c.pal.skin)
        c.line(c.place("-.2 -.3, 1 .3", x, y, s), c.pal.light, 0.006)
    c.soft(c.place("-1.1 -.3, -.5 -.12, .6 -.12, 1.1 -.3, .7 .16, -.7 .16", x, y, s), hull)


def sea(c: Canvas) -> None:
    """Show open water with boats."""
    horizon = c.vary(0.38, 0.55)
    sky(c, horizon + 0.01)
    if c.rng.random() < 0.6:
        c.ridge(horizon - 0.02, 0.07, mix(c.pal.at(1), c.pal.light, 0.4), 0.5)
    water(c, horizon)
    for k in range(c.rng.randint(1, 2)):
        boat(c, c.vary(0.2, 0.4) + 0.4 * k, horizon + 0.08 + 0.1 * k, 0.06 + 0.02 * k)
    boat(c, c.vary(0.35, 0.6), c.vary(0.78, 0.84), 0.15, sail=c.rng.random() < 0.4)


def storm(c: Canvas) -> None:
    """Show a ship thrown about by waves."""
    sky(c, 0.7)
    for k in range(26):
        turn = k * 0.5
        x, y = 0.5 + 0.6 * math.cos(turn) * k / 26, 0.28 + 0.25 * math.sin(turn) * k / 26
        c.disc(x, y, 0.12, mix(c.pick(), c.pal.dark, 0.35), 60, 0.5)
    c.glow(0.25, 0.25, 0.3, c.pal.light, 18)
    c.ridge(0.6, 0.12, mix(c.pal.at(1), c.pal.dark, 0.3), 0.8)
    boat(c, 0.5, 0.62, 0.19)
    for k in range(4):
        level, tint = 0.68 + 0.09 * k, mix(c.pal.at(k), c.pal.dark, 0.25 + 0.1 * (k % 2))
        c.ridge(level, 0.16, tint, 0.5)
        for _ in range(12):
            x, y = c.rng.random(), level + c.vary(-0.05, 0.06)
            foam = mix(c.pal.light, WHITE, 0.3)
            c.line([(x, y), (x + 0.03, y - 0.015), (x + 0.07, y)], foam, 0.006, 170)


def great_wave(c: Canvas) -> None:
    """Curl a clawed wave over small boats and a far cone of a mountain."""
    c.wash(mix(c.pal.light, c.pal.at(3), 0.5), c.pal.light)
    c.shape(read(".5 .74, .64 .5, .67 .5, .82 .74"), mix(c.pal.at(2), c.pal.dark, 0.3))
    c.shape(read(".6 .57, .64 .5, .67 .5, .72 .58, .66 .55"), WHITE)
    deep, mid = c.pal.at(0), mix(c.pal.at(2), c.pal.at(0), 0.35)
    crest = read("-.05 .62, .06 .34, .2 .15, .38 .1, .52 .2, .55 .34, .47 .3, .37 .3")
    c.soft([*crest, *read(".3 .45, .33 .66, .52 .82, .8 .8, 1.05 .66, 1.05 1.1, -.05 1.1")], deep)
    for k in range(5):
        t = k * 0.045
        low, high = 0.24 + t * 0.6, 0.17 + t * 0.6
        stripe = [(-0.02 + t, 0.75), (0.06 + t, 0.45), (0.18 + t * 0.8, low), (0.34, high)]
        c.line(stripe, mid if k % 2 else mix(mid, WHITE, 0.5), 0.014)
    for x, y in read(".16 .2, .24 .12, .33 .09, .42 .11, .5 .17, .55 .26, .55 .36, .48 .33"):
        for _ in range(7):
            c.disc(x + c.vary(-0.03, 0.03), y + c.vary(-0.03, 0.035), c.vary(0.008, 0.024), WHITE)
    for _ in range(60):
        c.disc(c.vary(0.35, 0.75), c.vary(0.25, 0.55), c.vary(0.002, 0.006), WHITE)
    for x, y in read(".72 .84, .4 .9, .12 .88"):
        c.soft(c.place("-.2 -.07, 0 0, .21 -.08, 0 .07", x, y, 1), c.pal.at(3))
        c.line(c.place("-.4 .1, -.14 .04, .14 .09, .4 .03", x, y, 1), WHITE, 0.012)


def bridge(c: Canvas) -> None:
    """Arch a bridge over water, in rain, lilies or evening."""
    sky(c, 0.45)
    c.ridge(0.4, 0.1, mix(c.pal.at(1), c.pal.dark, 0.2), 0.6)
    water(c, 0.45)
    if c.has("lil", "pond"):
        lilies(c, 0.6)
    rise = c.vary(0.1, 0.2)
    arc = [(k / 20 * 1.2 - 0.1, 0.6 - rise * math.sin(math.pi * k / 20)) for k in range(21)]
    wood = mix(c.pal.dark, c.pal.accent, 0.25)
    c.line(arc, wood, 0.035)
    c.line([(x, y - 0.1) for x, y in arc], wood, 0.014)
    for x, y in arc[1:-1]:
        c.line([(x, y), (x, y - 0.1)], wood, 0.009)
    for x, _ in arc[4:-3:4]:
        c.line([(x, 0.6 - rise * 0.9), (x, 0.82)], wood, 0.022)
    for x, y in arc[4:-4:3]:
        person(c, x + c.vary(-0.02, 0.02), y - 0.02, 0.17)
    for _ in range(110 if c.has("rain") else 0):
        x, y = c.rng.random() * 1.2 - 0.1, c.vary(-0.1, 0.95)
        c.line([(x, y), (x - 0.04, y + 0.16)], c.pal.dark, 0.003, 150)


def lilies(c: Canvas, y: float) -> None:
    """Float lily pads and blossoms on the water below y."""
    for _ in range(34):
        depth = c.rng.random()
        x, level, r = c.rng.random(), y + depth * (0.97 - y), 0.025 + 0.045 * depth
        green = mix(c.pal.at(1), c.pal.at(0), c.rng.random() * 0.8)
        c.disc(x, level, r, mix(green, c.pal.dark, 0.1), 235, 0.36)
        if c.rng.random() < 0.4:
            c.disc(x, level - r * 0.2, r * 0.4, mix(c.pal.at(2), WHITE, 0.4), 255, 0.75)


def pond(c: Canvas) -> None:
    """Fill the picture with a lily pond and the sky mirrored in it."""
    water(c, -0.02)
    for _ in range(24):
        c.disc(c.rng.random(), c.rng.random(), c.vary(0.06, 0.16), c.pick(), 40, 1.8)
    lilies(c, 0.04)


def moon(c: Canvas) -> None:
    """Hang a full moon over dark water and an island of trees."""
    c.words = c.words | {"night", "star"}
    sky(c, 0.62)
    x = c.vary(0.3, 0.7)
    c.glow(x, 0.24, 0.26, c.pal.light, 16)
    c.disc(x, 0.24, 0.075, mix(c.pal.light, WHITE, 0.4))
    water(c, 0.6)
    for k in range(16):
        wide = 0.02 + 0.05 * c.rng.random()
        c.line(
            [(x - wide, 0.63 + 0.022 * k), (x + wide, 0.63 + 0.022 * k)], c.pal.light, 0.007, 190
        )
    rock = mix(c.pal.at(1), c.pal.dark, 0.35)
    c.soft(
        c.place("-.34 .06, -.3 -.2, -.12 -.28, 0 -.08, .14 -.26, .3 -.18, .34 .06", 0.5, 0.6, 1),
        rock,
    )
    for k in range(5):
        c.soft(
            c.place("-.035 .05, -.03 -.25, 0 -.42, .03 -.25, .035 .05", 0.42 + 0.04 * k, 0.58, 1),
            c.pal.dark,
        )
    boat(c, 0.5, 0.82, 0.11, sail=False)
