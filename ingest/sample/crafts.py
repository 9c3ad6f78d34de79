"""Motifs of made things: vessels, patterns, written pages, candles, skulls."""

import math

from ingest.sample.canvas import Canvas, Colour, mix, read
from ingest.sample.nature import WHITE
from ingest.sample.people import person
from ingest.sample.things import flower, tabletop


def vessel(c: Canvas) -> None:
    """Turn a pot with painted bands."""
    tabletop(c)
    at, clay = c.frame(0.5, 0.84, 0.78, False), c.pal.at(0)
    for flip in (False, True):
        c.line(
            c.place(".26 -.6, .46 -.62, .44 -.4, .3 -.34", 0.5, 0.84, 0.78, flip),
            mix(clay, c.pal.dark, 0.3),
            0.03,
        )
    body = (
        "-.16 0, -.3 -.2, -.34 -.42, -.2 -.62, -.11 -.72, -.15 -.86, "
        ".15 -.86, .11 -.72, .2 -.62, .34 -.42, .3 -.2, .16 0"
    )
    c.soft(at(body), clay)
    for k, (y, wide) in enumerate(read("-.2 .28, -.3 .31, -.42 .325, -.54 .25, -.7 .11")):
        c.line(at(f"{-wide} {y}, 0 {y + 0.035}, {wide} {y}"), c.pal.at(1 + k % 2), 0.02)
        count = 11
        for j in range(count):
            x = wide * 0.92 * (2 * (j + 0.5) / count - 1)
            c.shape(
                at(f"{x - 0.022} {y + 0.07}, {x} {y + 0.03}, {x + 0.022} {y + 0.07}"),
                c.pal.at(1 + (k + 1) % 2),
            )
    c.soft(
        at(
            ".05 0, .2 -.3, .16 -.56, .1 -.84, .15 -.86, .11 -.72, .2 -.62, .34 -.42, .3 -.2, .16 0"
        ),
        c.pal.dark,
        80,
    )
    c.soft(at("-.2 -.2, -.26 -.42, -.16 -.56, -.2 -.36"), WHITE, 90)


def pattern(c: Canvas) -> None:
    """Weave a bordered field of repeating figures."""
    c.wash(c.pal.at(0), c.pal.at(0))
    cols = c.rng.randint(4, 7)
    size = 1 / cols
    rows = max(3, round(cols / c.ratio))
    kinds = [c.rng.randint(0, 3) for _ in range(3)]
    for row in range(rows):
        for col in range(cols):
            x, y, tall = (col + 0.5) * size, (row + 0.5) / rows, 1 / rows
            box = [(x - size / 2, y - tall / 2), (x + size / 2, y - tall / 2)]
            box += [(x + size / 2, y + tall / 2), (x - size / 2, y + tall / 2)]
            c.shape(box, mix(c.pal.at(row + col), c.pal.at(0), 0.55 if (row + col) % 2 else 0.2))
            _sign(
                c,
                (x, y),
                tall * c.h / c.unit * 0.36,
                kinds[(row + 2 * col) % 3],
                c.pal.at(row + col + 2),
            )
    for inset, tint in ((0.0, c.pal.dark), (0.03, c.pal.accent), (0.045, c.pal.light)):
        edge = inset * c.unit
        c.pen.rectangle(
            (edge, edge, c.w - edge, c.h - edge), outline=tint, width=round(0.022 * c.unit)
        )


def _sign(c: Canvas, spot: tuple[float, float], r: float, kind: int, tint: Colour) -> None:
    at = c.frame(*spot, r)
    if kind == 0:
        c.shape(at("0 -1, 1 0, 0 1, -1 0"), tint)
        c.shape(at("0 -.5, .5 0, 0 .5, -.5 0"), c.pal.light)
    elif kind == 1:
        flower(c, *spot, r, tint)
    elif kind == 2:
        for k in range(3):
            c.ring(*spot, r * (1 - 0.3 * k), c.pal.at(k + 1), 0.014)
    else:
        for flip in (False, True):
            c.line(
                c.place("0 .9, 0 -.2, .5 -.8, .9 -.3, .6 .1, .4 -.2", *spot, r, flip),
                tint,
                r * 0.18,
            )


def written(c: Canvas) -> None:
    """Write a page with a great initial, rows of script and a knotted border."""
    sheet = mix(c.pal.light, (238, 224, 190), 0.4)
    c.wash(sheet, mix(sheet, c.pal.at(0), 0.2))
    for k in range(64):
        turn = k / 64 * 4
        side, along = int(turn), turn % 1
        x, y = ((along, 0.05), (0.95, along), (1 - along, 0.95), (0.05, 1 - along))[side]
        c.ring(x, y, 0.036, c.pal.at(k), 0.012)
    for row in range(9):
        x, y = 0.56 if row < 5 else 0.14, 0.17 + 0.083 * row
        while x < 0.84:
            wide = c.vary(0.02, 0.06)
            c.line(
                [(x, y), (x + wide, y + c.vary(-0.006, 0.006))],
                mix(c.pal.dark, (40, 30, 24), 0.5),
                0.02,
            )
            x += wide + 0.025
    for k, r in enumerate((0.2, 0.165, 0.13, 0.095, 0.06)):
        c.disc(0.33, 0.33, r, c.pal.at(k), 255)
        for j in range(8):
            turn = j * math.pi / 4 + k * 0.4
            spot = c.place(f"{r * 0.9 * math.cos(turn)} {r * 0.9 * math.sin(turn)}", 0.33, 0.33, 1)[
                0
            ]
            c.disc(*spot, 0.014, c.pal.at(k + 2))
    c.line(c.place("-.02 -.3, .1 -.1, -.04 .1, .08 .34", 0.33, 0.38, 1), c.pal.accent, 0.04)


def candle(c: Canvas) -> None:
    """Light a dark room by one flame, with watchers at its edge."""
    c.wash(mix(c.pal.dark, (10, 8, 6), 0.4), c.pal.dark)
    warm = max(c.pal.colours, key=lambda k: k[0] + k[1] - k[2])
    lights = read(".3 .3, .68 .24, .5 .42") if c.has("lantern") else read(".5 .52")
    for x in (0.2, 0.78):
        person(c, x, 1.04, 0.84, fill=mix(c.pal.accent, c.pal.dark, 0.25))
    for x, y in lights:
        c.glow(x, y, 0.42 / len(lights) ** 0.5, warm, 22)
        if len(lights) > 1:
            c.soft(
                c.place("-.05 -.08, .05 -.08, .07 0, .05 .08, -.05 .08, -.07 0", x, y, 1.1),
                mix(warm, WHITE, 0.2),
            )
            c.line(c.place("-.06 0, .06 0", x, y, 1.1), mix(warm, c.pal.dark, 0.5), 0.006)
            continue
        c.shape(c.place("-.03 .06, .03 .06, .034 .36, -.034 .36", x, y, 1), c.pal.light)
        c.soft(c.place("0 -.12, .035 -.01, 0 .05, -.035 -.01", x, y, 1), mix(warm, WHITE, 0.5))
        c.soft(
            c.place("-.5 .38, 0 .34, .5 .38, .6 .6, -.6 .6", x, y, 1),
            mix(c.pal.at(2), c.pal.dark, 0.5),
        )


def skull(c: Canvas) -> None:
    """Set a skull on a ledge."""
    back = mix(c.pal.dark, c.pal.at(0), 0.4)
    c.wash(mix(back, c.pal.at(1), 0.15), mix(back, c.pal.dark, 0.5))
    c.shape(read("-.1 .82, 1.1 .82, 1.1 1.1, -.1 1.1"), mix(c.pal.at(2), c.pal.dark, 0.4))
    bone, flip = mix(c.pal.at(1), WHITE, 0.3), c.rng.random() < 0.5
    at = c.frame(0.5, 0.48, 0.72, flip)
    if c.has("hat", "flower"):
        for k in range(11):
            c.disc(
                *at(f"{-0.5 + 0.1 * k} {-0.46 - 0.12 * math.sin(k * 0.314)}")[0], 0.07, c.pal.at(k)
            )
    c.soft(
        at(
            "0 -.5, .3 -.44, .46 -.16, .4 .1, .24 .2, "
            ".2 .44, -.16 .46, -.2 .22, -.38 .1, -.44 -.16, -.3 -.42"
        ),
        bone,
    )
    c.soft(at(".1 -.48, .3 -.44, .46 -.16, .4 .1, .24 .2, .2 .44, .08 .3, .2 -.1"), c.pal.dark, 80)
    for x in (-0.17, 0.16):
        c.soft(
            at(f"{x - 0.12} -.06, {x} -.16, {x + 0.12} -.06, {x + 0.08} .08, {x - 0.08} .08"),
            mix(c.pal.dark, (10, 8, 8), 0.5),
        )
    c.soft(at("0 .06, .07 .2, 0 .17, -.07 .2"), c.pal.dark)
    for k in range(7):
        c.line(at(f"{-0.12 + 0.042 * k} .28, {-0.12 + 0.042 * k} .42"), c.pal.dark, 0.008)
    c.line(at("-.16 .34, .18 .34"), c.pal.dark, 0.008)
    if c.has("hat"):
        c.soft(at("-.9 -.36, -.3 -.56, .3 -.56, .9 -.36, .3 -.4, -.3 -.4"), c.pal.accent)
