"""Motifs of people near by: a standing figure, portraits and profiles."""

import math

from ingest.sample.canvas import Canvas, Colour, Frame, luminance, mix

GOLD: Colour = (224, 182, 82)


def person(
    c: Canvas, x: float, y: float, tall: float, *, fill: Colour | None = None, halo: bool = False
) -> None:
    """Stand a robed figure with its feet at a point."""
    robe = fill or c.pick()
    if luminance(robe) > 215:
        robe = mix(robe, c.pal.at(1), 0.25)
    hair = mix(c.pal.dark, c.pal.accent, 0.15)
    at = c.frame(x, y, tall, c.rng.random() < 0.5)
    head = at("0.02 -.89")[0]
    if halo:
        c.disc(*head, 0.115 * tall, GOLD)
        c.ring(*head, 0.115 * tall, mix(GOLD, c.pal.dark, 0.35), 0.008 * tall)
    c.soft(
        at("-.2 0, -.17 -.35, -.15 -.62, -.1 -.76, 0 -.8, .1 -.76, .16 -.6, .18 -.3, .24 0"), robe
    )
    c.soft(at("0 0, .04 -.4, .06 -.74, .15 -.6, .17 -.3, .24 0"), c.pal.dark, 60)
    for fold in ("-.08 -.02, -.06 -.4", ".08 -.02, .05 -.36"):
        c.line(at(fold), mix(robe, c.pal.dark, 0.35), 0.012 * tall, 150)
    sleeve = "-.13 -.66, -.05 -.52, .1 -.5, .12 -.44, -.04 -.44, -.16 -.52"
    c.soft(at(sleeve), mix(robe, c.pal.light, 0.25))
    c.disc(*at(".12 -.47")[0], 0.028 * tall, c.pal.skin)
    c.disc(*at("0 -.9")[0], 0.078 * tall, hair)
    c.disc(*head, 0.064 * tall, c.pal.skin, 255, 1.2)
    c.soft(at("-.07 -.9, -.03 -.99, .05 -.98, .075 -.92, .01 -.94"), hair)


def _face(c: Canvas, at: Frame, s: float) -> None:
    """Draw a calm face: oval, brows, lids, nose and mouth."""
    line, lips = mix(c.pal.skin, c.pal.dark, 0.62), mix(c.pal.skin, (168, 62, 54), 0.55)
    pupil = mix(c.pal.dark, (20, 16, 14), 0.5)
    oval = "0 -.66, .3 -.56, .42 -.2, .4 .12, .27 .46, .06 .64, -.08 .64, -.28 .46, -.4 .1, -.4 -.2"
    c.soft(at(oval + ", -.28 -.56"), c.pal.skin)
    shade = ".06 -.64, .3 -.56, .42 -.2, .4 .12, .27 .46, .06 .64, .16 .3, .2 0"
    c.soft(at(shade), mix(c.pal.skin, c.pal.dark, 0.5), 70)
    for x in (-0.22, 0.16):
        c.line(at(f"{x - 0.1} -.2, {x} -.25, {x + 0.1} -.2"), line, 0.035 * s)
        c.soft(at(f"{x - 0.1} -.06, {x} -.12, {x + 0.1} -.06, {x} -.02"), (244, 238, 226))
        c.disc(*at(f"{x + 0.02} -.07")[0], 0.042 * s, pupil)
        c.line(at(f"{x - 0.11} -.06, {x} -.13, {x + 0.11} -.06"), line, 0.03 * s)
    c.line(at(".0 -.18, .0 .1, -.07 .17, .03 .19"), line, 0.026 * s)
    c.soft(at("-.14 .34, -.04 .31, 0 .33, .05 .31, .13 .34, 0 .4"), lips)
    if c.has("beard"):
        beard = "-.4 .1, -.2 .36, 0 .28, .22 .36, .4 .1, .3 .6, 0 .9, -.28 .6"
        c.soft(at(beard), mix(c.pal.dark, c.pal.at(1), 0.3))


def _hat(c: Canvas, at: Frame, s: float) -> None:
    """Cover the head as the subjects ask: turban, hat, crown, or only hair."""
    tint = c.pal.accent
    if c.has("turban"):
        yellow = max(c.pal.colours, key=lambda k: k[0] + k[1] - k[2])
        c.soft(at("-.46 -.2, -.56 -.6, -.2 -.98, .3 -.94, .54 -.6, .44 -.22, 0 -.44"), tint)
        c.line(at("-.46 -.36, 0 -.6, .46 -.36"), mix(tint, c.pal.light, 0.4), 0.06 * s)
        c.soft(at("-.4 -.6, -.6 -.2, -.66 .5, -.44 .5, -.4 -.1"), yellow)
    elif c.has("hat", "cap"):
        crown, brim = mix(tint, c.pal.dark, 0.5), mix(tint, c.pal.dark, 0.3)
        c.soft(at("-.42 -.4, -.4 -.9, 0 -1, .4 -.9, .42 -.4"), crown)
        c.soft(at("-.86 -.38, -.3 -.5, .3 -.5, .86 -.42, .3 -.32, -.3 -.32"), brim)
    elif c.has("crown", "king", "emperor"):
        c.shape(at("-.4 -.46, -.5 -.95, -.22 -.7, 0 -1, .22 -.7, .5 -.95, .4 -.46"), GOLD)
    elif c.has("old man", "monk"):
        c.soft(at("-.42 -.1, -.5 -.4, -.3 -.62, -.34 -.3"), c.pal.light)
        c.soft(at(".42 -.1, .5 -.4, .3 -.62, .34 -.3"), c.pal.light)
    else:
        hair = "-.44 .06, -.5 -.4, -.26 -.78, .2 -.8, .5 -.42, .44 .06, .3 -.34, .02 -.54, -.24 -.4"
        c.soft(at(hair), mix(c.pal.dark, c.pal.at(2), 0.2))


def _adorn(c: Canvas, at: Frame, s: float) -> None:
    """Add what the subjects name: veil, pearls, earring, palette and brush."""
    if c.has("veil"):
        c.soft(at("-.2 -.84, -.6 -.3, -.8 .8, -.5 1, -.44 0, 0 -.6"), c.pal.light, 170)
    for k in range(9 if c.has("pearl", "necklace", "jewel", "lace", "ruff") else 0):
        turn = math.pi * (k + 0.5) / 9
        bead = f"{0.42 * math.cos(turn)} {0.86 + 0.34 * math.sin(turn)}"
        c.disc(*at(bead)[0], 0.05 * s, c.pal.light)
    if c.has("earring", "pearl"):
        c.disc(*at("-.42 .36")[0], 0.075 * s, mix(c.pal.light, (255, 255, 255), 0.5))
    if c.has("painter", "easel", "palette"):
        wood = mix(c.pal.light, (150, 100, 60), 0.5)
        c.soft(at("-1.5 1.4, -1.1 1.1, -.5 1.3, -.5 1.7, -1 1.9, -1.4 1.8"), wood)
        for k in range(5):
            c.disc(*at(f"{-1.3 + 0.17 * k} {1.4 + 0.1 * (k % 2)}")[0], 0.06 * s, c.pal.at(k))
        c.line(at("-.3 1.5, -1.1 .6"), c.pal.light, 0.03 * s)


def _apart(one: Colour, two: Colour) -> int:
    return sum(abs(a - b) for a, b in zip(one, two, strict=True))


def _backdrop(c: Canvas) -> Colour:
    back = mix(c.pal.dark, c.pal.at(0), 0.5 if c.has("dark") else 0.85)
    c.wash(mix(back, c.pal.light, 0.12), mix(back, c.pal.dark, 0.4))
    c.glow(c.vary(0.2, 0.8), 0.32, 0.6, mix(back, c.pal.light, 0.3), 16)
    if c.has("landscape", "hills", "garden", "sky"):
        c.wash(mix(c.pal.light, c.pal.at(3), 0.4), c.pal.light, 0, 0.5)
        for k in range(3):
            c.ridge(0.42 + 0.09 * k, 0.08, mix(c.pal.at(2 + k), c.pal.dark, 0.1 * k), 0.5)
    return back


def portrait(c: Canvas) -> None:
    """Show head and shoulders against a shaded ground, or hills."""
    back = _backdrop(c)
    s, flip = c.vary(0.3, 0.36), c.rng.random() < 0.5
    at = c.frame(c.vary(0.46, 0.54), c.vary(0.36, 0.42), s, flip)
    robe = max(c.pal.colours, key=lambda k: min(_apart(k, back), _apart(k, c.pal.skin)))
    if c.has("woman", "girl", "queen", "long hair", "loose hair") and not c.has("turban"):
        hair = mix(c.pal.dark, c.pal.at(2), 0.2)
        c.soft(at("-.5 -.5, -.64 .3, -.6 1.1, .6 1.1, .64 .3, .5 -.5, 0 -.86"), hair)
    c.soft(at("-1.9 2.6, -1.3 1.16, -.5 .92, 0 .98, .5 .92, 1.3 1.16, 1.9 2.6"), robe)
    c.soft(at(".1 2.6, .3 1.1, .5 .92, 1.3 1.16, 1.9 2.6"), c.pal.dark, 70)
    neck = "-.22 .4, -.24 .8, -.44 .98, 0 1.3, .44 .98, .24 .8, .22 .4"
    c.soft(at(neck), mix(c.pal.skin, c.pal.dark, 0.14))
    _face(c, at, s)
    _hat(c, at, s)
    _adorn(c, at, s)


def profile(c: Canvas) -> None:
    """Show a head in strict profile before a plain ground."""
    back = mix(c.pal.at(0), c.pal.light, 0.2)
    c.wash(back, mix(back, c.pal.dark, 0.3))
    if c.has("landscape", "hills"):
        c.ridge(0.7, 0.06, mix(c.pal.at(1), c.pal.light, 0.3), 0.4)
        c.ridge(0.8, 0.05, mix(c.pal.at(3), c.pal.dark, 0.1), 0.4)
    s = c.vary(0.34, 0.4)
    at = c.frame(0.5, 0.4, s, c.rng.random() < 0.5)
    robe = max(c.pal.colours, key=lambda k: min(_apart(k, back), _apart(k, c.pal.skin)))
    hair = mix(c.pal.dark, c.pal.at(2), 0.15)
    c.soft(at("-1.4 2.4, -1.1 1.2, -.5 .86, .1 .92, .6 1.2, .9 2.4"), robe)
    neck = "-.34 .3, -.4 .9, -.1 1.12, .24 .96, .14 .5"
    c.soft(at(neck), mix(c.pal.skin, c.pal.dark, 0.16))
    brow = "-.4 -.5, 0 -.72, .34 -.6, .42 -.26, .4 -.1, .6 .14, .42 .2"
    chin = ".46 .3, .42 .36, .46 .44, .36 .64, .1 .62, -.16 .4"
    c.soft(at(f"{brow}, {chin}"), c.pal.skin)
    locks = "-.3 -.7, .1 -.82, .42 -.6, .1 -.44, -.04 -.1, -.1 .34, -.5 .5, -.74 .1, -.66 -.5"
    c.soft(at(locks), hair)
    ink = mix(c.pal.skin, c.pal.dark, 0.65)
    for stroke in (".2 -.28, .38 -.3", ".2 -.12, .3 -.18, .38 -.12", ".3 .36, .42 .35"):
        c.line(at(stroke), ink, 0.035 * s)
    c.line(at("-.1 .62, .1 1.02, .34 .98"), c.pal.light, 0.05 * s)
    for k in range(7 if c.has("fruit", "flower", "jewel", "pearl") else 0):
        spot = at(f"{-0.6 + 0.14 * k} {-0.62 + 0.1 * (k % 2)}")[0]
        c.disc(*spot, c.vary(0.08, 0.13) * s, c.pal.at(k))
