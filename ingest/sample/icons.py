"""Motifs of emblematic figures: mothers, saints, angels, lovers, sleepers, statues, masks."""

import math

from ingest.sample.canvas import Canvas, mix
from ingest.sample.groups import stage
from ingest.sample.nature import WHITE
from ingest.sample.people import GOLD, person


def madonna(c: Canvas) -> None:
    """Seat a mother with her child, haloed where the work is."""
    stage(c)
    halo, flip = c.has("halo", "madonna"), c.rng.random() < 0.5
    blue = max(c.pal.colours, key=lambda k: k[2] - k[0] * 0.7) if halo else c.pal.accent
    if c.has("throne"):
        c.shape(
            c.place("-.36 .62, -.36 -.3, 0 -.52, .36 -.3, .36 .62", 0.5, 0.5, 1),
            mix(GOLD, c.pal.at(1), 0.5),
        )
        c.shape(
            c.place("-.29 .62, -.29 -.24, 0 -.42, .29 -.24, .29 .62", 0.5, 0.5, 1),
            mix(c.pal.light, c.pal.at(2), 0.4),
        )
    at = c.frame(0.5, 0.52, 1, flip)
    if halo:
        c.disc(*at("-.03 -.27")[0], 0.17, mix(GOLD, c.pal.light, 0.2))
        c.ring(*at("-.03 -.27")[0], 0.17, mix(GOLD, c.pal.dark, 0.3))
    c.soft(
        at("-.42 .6, -.36 .2, -.24 -.04, -.18 -.24, -.03 -.4, .12 -.26, .16 -.04, .3 .2, .42 .6"),
        blue,
    )
    c.soft(at(".1 .6, .06 .2, .1 -.1, .16 -.04, .3 .2, .42 .6"), c.pal.dark, 60)
    c.soft(at("-.12 .02, -.04 -.1, .06 .0, .1 .3, -.14 .3"), mix(c.pal.at(2), c.pal.light, 0.1))
    c.disc(*at("-.03 -.25")[0], 0.088, c.pal.skin, 255, 1.22)
    c.soft(
        at("-.13 -.24, -.1 -.36, .04 -.37, .08 -.24, .02 -.32, -.08 -.32"),
        mix(c.pal.dark, blue, 0.25),
    )
    if halo:
        c.disc(*at(".17 -.02")[0], 0.088, mix(GOLD, c.pal.light, 0.35))
    c.soft(
        at(".06 .3, .08 .1, .16 .05, .25 .1, .28 .26, .18 .34"),
        mix(c.pal.light, c.pal.accent, 0.25),
    )
    c.disc(*at(".165 -.015")[0], 0.06, mix(c.pal.skin, WHITE, 0.12))
    c.soft(at(".1 -.03, .13 -.08, .21 -.08, .23 -.03, .17 -.05"), mix(c.pal.dark, c.pal.at(1), 0.4))
    c.line(at("-.26 .16, -.06 .3, .16 .28"), c.pal.skin, 0.035)


def halo(c: Canvas) -> None:
    """Range haloed figures on gold, the middle one larger."""
    c.words = c.words | {"gold"}
    stage(c)
    for x, tall in ((0.14, 0.68), (0.86, 0.68), (0.32, 0.74), (0.68, 0.74), (0.5, 0.88)):
        if c.ratio < 0.9 and x in (0.14, 0.86):
            continue
        person(c, x, 0.99, tall, halo=True)


def angel(c: Canvas) -> None:
    """Spread an angel's wings over a robed figure."""
    stage(c)
    tint, flip = mix(c.pal.light, c.pal.at(1), 0.3), c.rng.random() < 0.5
    for side in (False, True):
        for k in range(8):
            reach, lift = 0.36 - 0.022 * k, -0.3 + 0.075 * k
            feather = (
                f".02 -.04, {reach * 0.5} {lift - 0.1}, {reach} {lift}, {reach * 0.6} {lift + 0.1}"
            )
            shade = mix(tint, c.pal.at(k % 4), 0.15 + 0.3 * (k % 2))
            c.soft(c.place(feather, 0.5, 0.44, 1.1, side), shade)
    person(c, 0.5, 0.97, 0.84, fill=mix(c.pal.accent, c.pal.light, 0.2), halo=not c.has("myth"))
    if c.has("lil", "flower"):
        c.line(c.place(".1 .1, .2 -.3", 0.5, 0.6, 1, flip), c.pal.dark, 0.008)
        for k in range(3):
            c.disc(
                *c.place(f"{0.17 + 0.03 * k} {-0.2 - 0.07 * k}", 0.5, 0.6, 1, flip)[0], 0.03, WHITE
            )


def embrace(c: Canvas) -> None:
    """Fold two figures into one patterned cloak."""
    c.wash(mix(c.pal.at(0), c.pal.dark, 0.35), mix(c.pal.at(0), c.pal.at(1), 0.5))
    for _ in range(90):
        c.disc(c.rng.random(), c.rng.random(), c.vary(0.003, 0.008), c.pal.light, 150)
    flip, s = c.rng.random() < 0.5, 0.9
    cloak = "-.3 .5, -.34 .1, -.24 -.22, -.1 -.36, .1 -.34, .26 -.16, .36 .14, .34 .5"
    c.soft(c.place(cloak, 0.5, 0.52, s, flip), mix(c.pal.at(0), GOLD, 0.35))
    for k in range(70):
        x, y = c.vary(-0.24, 0.26), c.vary(-0.16, 0.5)
        spot = c.place(f"{x} {y}", 0.5, 0.52, s, flip)[0]
        if x < 0:
            box = c.place("-.02 -.035, .02 -.035, .02 .035, -.02 .035", *spot, s)
            c.shape(box, c.rng.choice((c.pal.dark, c.pal.light, c.pal.at(1))))
        else:
            c.disc(*spot, c.vary(0.012, 0.028), c.pal.at(k), 235)
    for x, y, tone in ((-0.05, -0.36, 0.2), (0.09, -0.3, 0.0)):
        spot = c.place(f"{x} {y}", 0.5, 0.52, s, flip)[0]
        c.disc(*spot, 0.1, mix(c.pal.dark, c.pal.at(2), 0.2))
        near = c.place(f"{x + (0.03 if x < 0 else -0.03)} {y + 0.03}", 0.5, 0.52, s, flip)[0]
        c.disc(*near, 0.075, mix(c.pal.skin, c.pal.dark, tone), 255, 1.15)
    c.line(c.place(".2 -.02, .04 -.18, .0 -.28", 0.5, 0.52, s, flip), c.pal.skin, 0.035)


def reclining(c: Canvas) -> None:
    """Stretch a sleeper along a couch with curtains."""
    wall = mix(c.pal.at(0), c.pal.dark, 0.3)
    c.wash(wall, mix(wall, c.pal.dark, 0.3))
    flip = c.rng.random() < 0.5
    at = c.frame(0.5, 0.6, 1 if c.ratio < 1.2 else 1.25, flip)
    for k in range(6):
        tint = mix(c.pal.accent, c.pal.dark, 0.2 + 0.12 * (k % 3))
        top, foot = -0.7 + 0.07 * k, -0.72 + 0.05 * k
        c.soft(at(f"{top} -.7, {top + 0.08} -.7, {foot + 0.08} .3, {foot} .3"), tint)
    c.soft(at("-.7 .2, -.4 .08, .1 .14, .7 .1, .8 .6, -.8 .6"), mix(c.pal.light, WHITE, 0.25))
    for k in range(5):
        c.line(
            at(f"{-0.5 + 0.2 * k} .26, {-0.4 + 0.2 * k} .34, {-0.25 + 0.2 * k} .3"),
            mix(c.pal.light, c.pal.dark, 0.3),
            0.006,
            150,
        )
    c.soft(
        at("-.56 .14, -.5 -.08, -.3 -.14, -.2 .04, -.3 .16"), mix(c.pal.accent, c.pal.light, 0.3)
    )
    back = "-.3 .0, -.16 .0, 0 .05, .14 -.02, .3 -.06, .44 .04, .62 .13"
    c.soft(at(back + ", .62 .17, .4 .16, .14 .17, -.1 .17, -.28 .14"), c.pal.skin)
    c.soft(at("-.2 .15, .1 .15, .4 .13, .62 .15, .4 .18, .1 .19, -.2 .18"), c.pal.dark, 70)
    c.line(at("-.2 .06, -.36 .08, -.42 -.04"), c.pal.skin, 0.045)
    c.disc(*at("-.36 -.07")[0], 0.085, mix(c.pal.dark, c.pal.at(1), 0.3))
    c.disc(*at("-.345 -.055")[0], 0.066, c.pal.skin)
    c.soft(
        at(".05 .0, .2 -.04, .4 .04, .5 .16, .2 .2, .02 .14"),
        mix(c.pal.light, c.pal.at(1), 0.4),
        235,
    )


def statue(c: Canvas) -> None:
    """Set a carved bust on a plinth in raking light."""
    c.wash(mix(c.pal.dark, c.pal.at(1), 0.35), mix(c.pal.dark, (20, 20, 22), 0.3))
    c.glow(0.36, 0.34, 0.5, c.pal.at(1), 18)
    stone, flip = mix(c.pal.at(0), c.pal.light, 0.35), c.rng.random() < 0.5
    at = c.frame(0.5, 0.44, 0.62, flip)
    c.shape(at("-.5 .96, .5 .96, .4 .8, -.4 .8"), mix(stone, c.pal.dark, 0.35))
    c.shape(at("-.4 .8, .4 .8, .3 .66, -.3 .66"), mix(stone, c.pal.dark, 0.15))
    bust = "-.14 .1, -.18 .28, -.5 .4, -.46 .6, -.2 .72, .2 .72, .46 .6, .5 .4, .18 .28, .14 .1"
    face = "0 -.56, .24 -.46, .32 -.16, .26 .12, .1 .26, -.06 .26, -.24 .12, -.32 -.16, -.24 -.46"
    hair = "0 -.62, .34 -.48, .36 -.06, .26 -.28, .06 -.4, -.2 -.34, -.3 -.08, -.36 -.3, -.26 -.54"
    c.soft(at(bust), stone)
    c.soft(at(face), mix(stone, WHITE, 0.18))
    c.soft(at(hair), mix(stone, c.pal.dark, 0.22))
    for curl in range(9):
        turn = math.pi * (0.95 + curl / 9 * 1.1)
        c.disc(
            *at(f"{0.31 * math.cos(turn)} {-0.2 + 0.38 * math.sin(turn)}")[0],
            0.045,
            mix(stone, c.pal.dark, 0.12 + 0.16 * (curl % 2)),
        )
    c.soft(
        at(".04 -.4, .26 -.3, .3 0, .2 .2, .1 .26, .14 .3, .5 .42, .46 .6, .2 .72, .1 .4"),
        c.pal.dark,
        80,
    )
    line = mix(stone, c.pal.dark, 0.6)
    for mark in (
        "-.2 -.14, -.12 -.18, -.05 -.14",
        ".05 -.14, .12 -.18, .2 -.14",
        "0 -.14, 0 .02, -.05 .06, .03 .07",
        "-.09 .14, 0 .15, .09 .14",
    ):
        c.line(at(mark), line, 0.013)


def mask(c: Canvas) -> None:
    """Face the viewer with a symmetrical mask."""
    c.wash(mix(c.pal.dark, c.pal.at(2), 0.3), mix(c.pal.dark, (12, 12, 14), 0.4))
    c.glow(0.5, 0.5, 0.55, c.pal.at(1), 16)
    at = c.frame(0.5, 0.5, 0.78)
    for k in range(13):
        turn = math.pi * (0.9 + k / 12 * 1.2)
        x, y = math.cos(turn), math.sin(turn)
        ray = at(f"{0.34 * x} {-0.02 + 0.4 * y}, {0.52 * x} {-0.02 + 0.56 * y}")
        c.line(ray, c.pal.at(k % 2 + 1), 0.045)
    c.soft(
        at("0 -.48, .3 -.38, .4 -.06, .3 .3, .1 .54, -.1 .54, -.3 .3, -.4 -.06, -.3 -.38"),
        c.pal.at(0),
    )
    c.soft(at("0 -.48, .3 -.38, .4 -.06, .3 .3, .1 .54, .08 .2, .14 -.1"), c.pal.dark, 70)
    edge = mix(c.pal.at(0), c.pal.dark, 0.65)
    for side in (-1, 1):
        c.soft(
            at(f"{0.08 * side} -.06, {0.18 * side} -.13, {0.3 * side} -.06, {0.18 * side} .0"),
            c.pal.light,
        )
        c.disc(*at(f"{0.18 * side} -.06")[0], 0.038, c.pal.dark)
        c.line(at(f"{0.06 * side} -.16, {0.18 * side} -.24, {0.32 * side} -.15"), edge, 0.022)
        for k in range(3):
            c.line(
                at(f"{0.2 * side} {0.1 + 0.06 * k}, {0.3 * side} {0.06 + 0.06 * k}"),
                c.pal.accent,
                0.014,
            )
    c.soft(at("0 -.12, .07 .14, 0 .18, -.07 .14"), mix(c.pal.at(0), c.pal.light, 0.35))
    c.soft(at("-.14 .3, 0 .26, .14 .3, 0 .37"), edge)
    c.line(at("-.28 -.32, 0 -.4, .28 -.32"), c.pal.accent, 0.03)
