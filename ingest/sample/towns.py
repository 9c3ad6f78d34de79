"""Motifs of fields, snow, stars, towns, streets and rooms."""

import math

from ingest.sample.canvas import Canvas, Colour, mix, read
from ingest.sample.nature import WHITE, house, sky, tree
from ingest.sample.people import person
from ingest.sample.waters import boat, water


def field(c: Canvas) -> None:
    """Lay furrows of grain under a wide sky, with stacks or workers."""
    horizon = c.vary(0.36, 0.46)
    sky(c, horizon + 0.05)
    c.ridge(horizon, 0.05, mix(c.pal.at(1), c.pal.dark, 0.15), 0.4)
    gold = max(c.pal.colours, key=lambda k: k[0] + k[1] - 2 * k[2])
    c.wash(mix(gold, c.pal.light, 0.35), mix(gold, c.pal.dark, 0.25), horizon + 0.04, 1)
    for _ in range(260):
        depth = c.rng.random()
        x, y, tall = c.rng.random(), horizon + 0.06 + depth * 0.6, 0.02 + 0.07 * depth
        tint = mix(gold, c.rng.choice((c.pal.light, c.pal.dark, c.pal.at(1))), 0.4)
        c.line([(x, y + tall), (x + (x - 0.5) * 0.06, y)], tint, 0.004 + 0.005 * depth, 210)
    if c.has("stack"):
        for x, y, s in ((0.36, 0.76, 0.26), (0.78, 0.62, 0.13)):
            c.soft(
                c.place("-1 0, -.9 -.6, 0 -1.3, .9 -.6, 1 0, 0 .12", x, y, s),
                mix(gold, c.pal.at(1), 0.3),
            )
            c.soft(c.place("0 -1.3, .9 -.6, 1 0, .2 .1", x, y, s), c.pal.dark, 70)
            c.soft(c.place("-1 .02, 1 0, 2.2 .3, .4 .25", x, y, s), c.pal.dark, 80)
    for _ in range(9 if c.has("crows") else 0):
        x, y = c.rng.random(), c.vary(0.1, 0.5)
        c.line(c.place("-.05 -.02, 0 .015, .05 -.025", x, y, 1), c.pal.dark, 0.012)
    if c.has("peasant", "couple", "women", "sowing"):
        for k in range(3):
            person(c, 0.25 + 0.25 * k + c.vary(-0.05, 0.05), 0.88 + c.vary(-0.04, 0.04), 0.36)


def snow(c: Canvas) -> None:
    """Cover hills, roofs and bare trees in snow."""
    cold = mix(c.pal.light, WHITE, 0.5)
    c.wash(
        mix(c.pal.at(1), c.pal.dark, 0.5 if c.has("night") else 0.05), mix(c.pal.at(1), cold, 0.4)
    )
    for k in range(4):
        c.ridge(0.4 + 0.13 * k, 0.1, mix(cold, c.pal.at(1), 0.42 - 0.13 * k), 0.15)
        if k in (1, 2):
            for _ in range(3):
                house(c, c.vary(0.05, 0.85), 0.46 + 0.13 * k, 0.08 + 0.02 * k)
    for x, tall in ((0.1, 0.75), (0.9, 0.6), (0.7, 0.3)):
        tree(c, x + c.vary(-0.04, 0.04), 0.9, tall, bare=True)
    for k in range(c.rng.randint(3, 6)):
        person(c, 0.2 + 0.12 * k, 0.9 + c.vary(-0.06, 0.05), 0.2)
    for _ in range(130):
        c.disc(c.rng.random(), c.rng.random(), c.vary(0.002, 0.006), WHITE, 220)


def stars(c: Canvas) -> None:
    """Whirl stars and a moon over a sleeping village."""
    blue = max(c.pal.colours, key=lambda k: k[2] - k[0])
    warm = max(c.pal.colours, key=lambda k: k[0] + k[1] - k[2])
    c.wash(mix(blue, c.pal.dark, 0.4), mix(blue, c.pal.light, 0.25))
    centres = [((k + c.vary(0.2, 0.8)) / 9, c.vary(0.06, 0.52)) for k in range(8)]
    for x, y in [(0.5, 0.35), *centres]:
        for _ in range(26):
            turn, far = c.vary(0, 6.3), c.vary(0.02, 0.15)
            arc = [
                (x + far * math.cos(turn + j * 0.25) / c.ratio, y + far * math.sin(turn + j * 0.25))
                for j in range(4)
            ]
            c.line(arc, mix(blue, c.rng.choice((c.pal.light, c.pal.dark, warm)), 0.45), 0.008, 190)
    for x, y in centres:
        c.glow(x, y, 0.07, warm, 24)
        c.disc(x, y, c.vary(0.012, 0.022), mix(warm, WHITE, 0.4))
    c.glow(0.84, 0.16, 0.16, warm)
    c.disc(0.84, 0.16, 0.06, mix(warm, WHITE, 0.2))
    c.ridge(0.72, 0.12, mix(blue, c.pal.dark, 0.4), 0.3)
    c.ridge(0.84, 0.06, mix(c.pal.dark, blue, 0.25), 0.2)
    for k in range(7):
        house(c, 0.34 + 0.08 * k, 0.9 + c.vary(-0.02, 0.03), 0.07)
    c.soft(
        c.place("-.1 .6, -.12 .1, -.04 -.2, .0 -.62, .05 -.2, .1 .1, .12 .6", 0.17, 0.7, 1),
        c.pal.dark,
    )


def city(c: Canvas) -> None:
    """Range gables, domes and towers along the water."""
    sky(c, 0.6)
    for layer in range(2):
        x = -0.05
        while x < 1.05:
            wide, tall = c.vary(0.06, 0.13), c.vary(0.1, 0.24) * (1.2 - 0.3 * layer)
            wall = mix(c.pick(), c.pal.light if layer == 0 else c.pal.dark, 0.35)
            _building(c, (x, 0.56 + 0.06 * layer), (wide, tall), wall)
            x += wide * c.vary(0.9, 1.2)
    water(c, 0.66)
    for k in range(2):
        boat(c, 0.25 + 0.45 * k, 0.78 + 0.08 * k, 0.07, sail=k == 0)


def _building(
    c: Canvas, corner: tuple[float, float], size: tuple[float, float], wall: Colour
) -> None:
    (x, y), (wide, tall) = corner, size
    c.shape([(x, y + 0.1), (x, y - tall), (x + wide, y - tall), (x + wide, y + 0.1)], wall)
    roof, kind = mix(c.pal.accent, c.pal.dark, c.vary(0.2, 0.5)), c.rng.random()
    peak = tall * (1.9 if kind < 0.2 else 1.3)
    if kind > 0.85:
        c.disc(x + wide / 2, y - tall, wide / 2 * c.w / c.unit, roof)
    else:
        c.shape([(x, y - tall), (x + wide / 2, y - peak), (x + wide, y - tall)], roof)
    for row in range(3):
        for col in range(2):
            left, top = x + wide * (0.22 + 0.36 * col), y - tall * (0.82 - 0.3 * row)
            pane = [(left, top), (left + wide * 0.18, top), (left + wide * 0.18, top + tall * 0.14)]
            c.shape([*pane, (left, top + tall * 0.14)], mix(c.pal.dark, wall, 0.3))


def street(c: Canvas) -> None:
    """Run a street of tall houses to a vanishing point, with lamps and walkers."""
    night = c.has("night", "dark", "lantern")
    sky(c)
    for side in (0, 1):
        for k in range(4):
            near, far = 1 - 0.24 * k, 1 - 0.24 * (k + 1)
            wall = mix(c.pick(), c.pal.dark, 0.35 if night else 0.12)
            _facade(c, side, near, far, wall)
    ground = mix(c.pal.at(2), c.pal.dark, 0.45 if night else 0.2)
    c.shape([(0.48, 0.62), (0.52, 0.62), (1.3, 1.02), (-0.3, 1.02)], ground)
    for _ in range(70):
        depth = c.rng.random()
        x, y = 0.5 + c.vary(-0.7, 0.7) * depth, 0.63 + 0.37 * depth
        c.line([(x, y), (x + 0.05 * depth, y)], c.pick(), 0.012 * depth, 130)
    for k in range(5):
        person(c, 0.5 + c.vary(-0.3, 0.3), 0.72 + 0.055 * k, 0.13 + 0.05 * k)
    for x in (0.2, 0.38, 0.66, 0.84):
        c.glow(
            x,
            0.5 - abs(x - 0.5) * 0.4,
            0.09,
            max(c.pal.colours, key=lambda q: q[0] - q[2]),
            30 if night else 8,
        )


def _facade(c: Canvas, side: int, near: float, far: float, wall: Colour) -> None:
    def at(depth: float, height: float) -> tuple[float, float]:
        x = 0.5 - 0.55 * depth if side == 0 else 0.5 + 0.55 * depth
        return x, 0.62 + depth * (0.4 - 1.05 * height)

    c.shape([at(near, 0), at(near, 1), at(far, 1.06), at(far, 0)], wall)
    glass = mix(c.pal.light, c.pal.accent, 0.4) if c.has("night") else mix(c.pal.dark, wall, 0.4)
    for row in range(3):
        for col in range(2):
            a = far + (near - far) * (0.2 + 0.4 * col)
            b, low = a + (near - far) * 0.22, 0.2 + 0.26 * row
            c.shape([at(a, low), at(a, low + 0.14), at(b, low + 0.14), at(b, low)], glass)


def interior(c: Canvas) -> None:
    """Let window light fall into a room on a quiet figure."""
    wall = mix(c.pal.at(0), c.pal.light, 0.35)
    c.wash(mix(wall, c.pal.light, 0.2), mix(wall, c.pal.dark, 0.25))
    floor = mix(c.pal.at(2), c.pal.dark, 0.3)
    c.shape(read("0 .8, .16 .74, 1 .74, 1 1.01, 0 1.01"), floor)
    for k in range(9):
        c.line([(-0.2 + 0.2 * k, 1.01), (0.2 + 0.1 * k, 0.745)], c.pal.dark, 0.004, 90)
    c.shape(read("0 .06, .16 .14, .16 .74, 0 .8"), mix(wall, c.pal.dark, 0.3))
    c.shape(read(".02 .14, .14 .19, .14 .52, .02 .55"), mix(c.pal.light, WHITE, 0.7))
    for line in (".08 .165, .08 .535", ".02 .28, .14 .3", ".02 .42, .14 .41"):
        c.line(read(line), floor, 0.009)
    c.shape(read(".15 .2, .15 .52, .75 .98, .95 .8"), mix(c.pal.light, WHITE, 0.4), 62)
    c.shape(read(".56 .16, .86 .16, .86 .42, .56 .42"), mix(c.pal.dark, c.pal.at(1), 0.4))
    c.shape(read(".58 .18, .84 .18, .84 .4, .58 .4"), mix(c.pick(), c.pal.light, 0.4))
    if not c.has("emptiness", "bedroom", "door", "attic"):
        person(c, c.vary(0.46, 0.58), 0.97, c.vary(0.62, 0.7), fill=c.pal.accent)
    cloth = mix(c.pal.accent, c.pal.dark, 0.2)
    c.shape(read(".16 .7, .4 .67, .48 .73, .22 .77"), mix(cloth, c.pal.light, 0.2))
    c.shape(read(".16 .7, .22 .77, .48 .73, .48 .88, .22 .97, .16 .87"), cloth)
    c.soft(
        c.place(
            "-.05 0, -.055 -.06, -.02 -.1, -.03 -.14, .03 -.14, .02 -.1, .055 -.06, .05 0",
            0.3,
            0.72,
            1,
        ),
        mix(c.pal.light, c.pal.at(1), 0.3),
    )
