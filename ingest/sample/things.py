"""Motifs of things that grow: fruit, bouquets, irises, blossom, gardens."""

import math

from ingest.sample.canvas import Canvas, Colour, mix, read
from ingest.sample.nature import WHITE, sky
from ingest.sample.people import person

RIPE: tuple[Colour, ...] = ((206, 76, 44), (232, 176, 60), (148, 160, 70))


def tabletop(c: Canvas) -> None:
    """Set an empty table before a wall."""
    back = mix(c.pal.at(0), c.pal.dark, 0.25)
    c.wash(mix(back, c.pal.light, 0.12), mix(back, c.pal.dark, 0.35))
    c.glow(0.3, 0.3, 0.5, mix(back, c.pal.light, 0.5), 12)
    c.shape(read("-.1 .74, 1.1 .74, 1.1 1.1, -.1 1.1"), mix(c.pal.at(2), c.pal.dark, 0.3))
    c.shape(read("-.1 .74, 1.1 .74, 1.1 .77, -.1 .77"), mix(c.pal.at(2), c.pal.light, 0.3))


def fruit_ball(c: Canvas, x: float, y: float, r: float, tint: Colour) -> None:
    """Round a fruit with shade, light and stalk."""
    c.disc(x + 0.012, y + r * 0.85, r * 1.05, c.pal.dark, 90, 0.3)
    c.disc(x, y, r, mix(tint, c.pal.dark, 0.25), 255, 0.95)
    c.disc(x - r * 0.12, y - r * 0.1, r * 0.82, tint, 255, 0.95)
    c.disc(x - r * 0.3, y - r * 0.32, r * 0.3, mix(tint, WHITE, 0.5), 200)
    c.line(c.place("0 -.8, .12 -1.2", x, y, r), c.pal.dark, 0.009)


def still_life(c: Canvas) -> None:
    """Lay fruit, a bowl, a jug and a cloth on a table."""
    tabletop(c)
    cloth, side = mix(c.pal.light, WHITE, 0.3), c.rng.random() < 0.5
    at = c.frame(0.5, 0.8, 1, side)
    c.soft(at("-.5 -.04, -.1 -.07, .14 .0, .04 .12, -.1 .3, -.34 .2, -.5 .26"), cloth)
    for k in range(4):
        fold = f"{-0.4 + 0.12 * k} .0, {-0.36 + 0.1 * k} .1, {-0.38 + 0.09 * k} .2"
        c.line(at(fold), mix(cloth, c.pal.dark, 0.3), 0.007, 140)
    jug = c.frame(0.74 if side else 0.26, 0.77, 0.5, c.rng.random() < 0.5)
    tint = mix(c.pal.at(1), c.pal.dark, 0.15)
    c.line(jug(".2 -.26, .36 -.34, .34 -.5, .14 -.56"), tint, 0.022)
    c.soft(jug("-.16 0, -.26 -.26, -.12 -.5, -.14 -.72, .14 -.72, .12 -.5, .26 -.26, .16 0"), tint)
    c.soft(jug("-.12 -.06, -.2 -.26, -.08 -.48, -.12 -.2"), mix(tint, WHITE, 0.5), 130)
    warm = sorted(c.pal.colours, key=lambda k: k[2] - k[0])[:3]
    spots = read(
        "-.12 -.02, .02 .02, .16 -.01, .28 .05, -.04 -.13, .1 -.12, .22 -.1, -.2 .09, .04 .13"
    )
    for k, spot in enumerate(spots[4:7] + spots[:4] + spots[7:]):
        x, y = at(f"{spot[0]} {spot[1]}")[0]
        fruit_ball(c, x, y - 0.02, c.vary(0.06, 0.085), mix(warm[k % 3], RIPE[k % 3], 0.35))
    for _ in range(5):
        x, y = c.vary(0.4, 0.7), c.vary(0.66, 0.74)
        leaf = c.place("0 0, .05 -.05, .11 -.03, .06 .01", x, y, 1, c.rng.random() < 0.5)
        c.soft(leaf, mix(c.pal.at(3), c.pal.dark, 0.2))


def flower(c: Canvas, x: float, y: float, r: float, tint: Colour) -> None:
    """Open a flower with petals around a heart."""
    petals, turn = c.rng.randint(5, 9), c.vary(0, 6)
    for layer in (1.0, 0.62):
        for k in range(petals):
            angle = turn * layer + k * 2 * math.pi / petals
            tone = mix(tint, c.pal.dark if layer == 1.0 else WHITE, c.vary(0.02, 0.24))
            dx, dy = math.cos(angle) * r * 0.62 * layer, math.sin(angle) * r * 0.62 * layer
            spot = c.place(f"{dx} {dy}", x, y, 1)[0]
            c.disc(*spot, r * 0.44 * layer, tone)
    c.disc(x, y, r * 0.2, mix(c.pal.dark, c.pal.accent, 0.4))


def bouquet(c: Canvas) -> None:
    """Heap a bouquet in a vase."""
    tabletop(c)
    at = c.frame(0.5, 0.86, 0.62)
    spots = []
    for _ in range(24):
        angle, far = c.vary(0, 6.3), 0.3 * math.sqrt(c.rng.random())
        x, y = c.place(f"{far * math.cos(angle) * 1.05} {far * math.sin(angle)}", 0.5, 0.37, 1)[0]
        spots.append((x, y))
        stem = [(x, y), (0.5 + (x - 0.5) * 0.2, 0.56), (0.5, 0.64)]
        c.line(stem, mix(c.pal.at(3), c.pal.dark, 0.3), 0.007)
    for x, y in spots:
        leaf = c.place("0 0, .06 -.07, .14 -.05, .07 .02", x, y, 1, c.rng.random() < 0.5)
        c.soft(leaf, mix(c.pal.at(3), c.pal.dark, c.vary(0, 0.4)))
    glass = mix(c.pal.at(1), c.pal.light, 0.3)
    c.soft(at("-.16 0, -.26 -.2, -.1 -.4, -.15 -.5, .15 -.5, .1 -.4, .26 -.2, .16 0"), glass)
    c.soft(at("-.12 -.05, -.2 -.2, -.06 -.38, -.1 -.2"), mix(glass, WHITE, 0.6), 150)
    bright = [k for k in c.pal.colours if sum(k) > 250] or list(c.pal.colours)
    for k, (x, y) in enumerate(sorted(spots, key=lambda s: -abs(s[1] - 0.4))):
        flower(c, x, y, c.vary(0.045, 0.085), mix(bright[k % len(bright)], c.pal.accent, 0.15))


def irises(c: Canvas) -> None:
    """Raise clumps of stems and blossoms across the whole field."""
    ground = max(c.pal.colours, key=lambda k: k[0] + k[1] - k[2])
    c.wash(mix(ground, c.pal.light, 0.25), mix(ground, c.pal.dark, 0.12))
    blue = max(c.pal.colours, key=lambda k: k[2] - k[1])
    green = max(c.pal.colours, key=lambda k: k[1] - (k[0] + k[2]) / 2)
    for k in range(11):
        x = 0.03 + 0.094 * k + c.vary(-0.02, 0.02)
        foot = 1.02 - 0.14 * (math.sin(k * 1.3) + 1)
        for _ in range(6):
            lean, tall = c.vary(-0.09, 0.09), c.vary(0.3, 0.5)
            blade = (
                f"-.014 0, {lean * 0.4 - 0.012} {-tall * 0.6}, "
                f"{lean} {-tall}, {lean * 0.4 + 0.016} {-tall * 0.5}, .016 0"
            )
            c.soft(c.place(blade, x, foot, 1), mix(green, c.pal.dark, c.vary(0, 0.35)))
        for _ in range(2):
            dx, dy = c.vary(-0.05, 0.05), c.vary(0.36, 0.56)
            _iris(c, x + dx, foot - dy, c.vary(0.05, 0.07), mix(blue, c.pal.light, c.vary(0, 0.2)))


def _iris(c: Canvas, x: float, y: float, r: float, tint: Colour) -> None:
    c.soft(c.place("0 -1.2, .5 -.6, 0 0, -.5 -.6", x, y, r), mix(tint, WHITE, 0.15))
    for flip in (False, True):
        c.soft(c.place("0 -.1, .7 -.5, 1.2 .2, .8 .9, .3 .5", x, y, r, flip), tint)
    c.soft(c.place("-.35 0, .35 0, .3 .8, 0 1.1, -.3 .8", x, y, r), mix(tint, c.pal.dark, 0.25))
    c.disc(x, y, r * 0.16, mix(c.pal.light, (240, 200, 80), 0.6))


def blossom(c: Canvas) -> None:
    """Cross the sky with branches in blossom."""
    cool = c.pal.at(0)
    c.wash(mix(cool, c.pal.light, 0.25), mix(cool, c.pal.light, 0.05))
    wood, flip = mix(c.pal.dark, c.pal.at(2), 0.3), c.rng.random() < 0.5
    at, tips = c.frame(0.5, 0.5, 1.15, flip), []
    limbs = (
        "-.7 .6, -.4 .26, -.1 .1, .2 -.1, .5 -.3, .7 -.36",
        "-.1 .1, .1 .24, .4 .26, .7 .16",
        "-.4 .26, -.34 -.02, -.16 -.3, -.1 -.5",
        ".2 -.1, .22 -.3, .34 -.5",
        "-.25 .17, -.5 -.06, -.62 -.3",
        ".1 .24, .26 .44, .5 .5",
    )
    for k, limb in enumerate(limbs):
        c.line(at(limb), wood, 0.034 if k == 0 else 0.015)
        tips += at(limb)
    for x, y in tips:
        for _ in range(5):
            spot = (x + c.vary(-0.09, 0.09), y + c.vary(-0.09, 0.09))
            c.line([(x, y), spot], wood, 0.006)
            flower(c, *spot, c.vary(0.022, 0.038), mix(c.pal.light, WHITE, 0.3))


def garden(c: Canvas) -> None:
    """Plant a walled garden with a path, hedges and figures."""
    sky(c, 0.4)
    green = min(c.pal.colours, key=lambda k: k[0] + k[2] - 2 * k[1])
    c.ridge(0.36, 0.08, mix(green, c.pal.dark, 0.35), 0.8)
    c.ridge(0.5, 0.03, mix(green, c.pal.light, 0.2), 0.2)
    c.soft(
        read(".48 .5, .54 .5, .5 .66, .85 1.1, .2 1.1, .42 .7"), mix(c.pal.light, c.pal.at(2), 0.35)
    )
    for side in (-1, 1):
        for k in range(60):
            depth = c.rng.random()
            x, y = 0.5 + side * (0.12 + 0.5 * c.rng.random()) * (0.5 + depth), 0.5 + 0.5 * depth
            leaf = mix(green, c.pal.dark, c.vary(0, 0.45))
            c.disc(x, y, 0.02 + 0.035 * depth, leaf, 235)
            if k % 2:
                flower(c, x, y - 0.02, 0.012 + 0.02 * depth, c.pick())
    for x in (0.08, 0.92):
        c.line([(x, 0.8), (x + 0.02, 0.3)], c.pal.dark, 0.025)
        for _ in range(24):
            c.disc(
                x + c.vary(-0.2, 0.2),
                c.vary(-0.02, 0.34),
                c.vary(0.03, 0.07),
                mix(green, c.pick(), 0.3),
                220,
            )
    for k in range(c.rng.randint(1, 3)):
        person(c, 0.46 + 0.08 * k, 0.84 + 0.03 * k, 0.36)
