"""Motifs of animals: horses, cattle, cats, dogs, hares, birds, fish."""

from dataclasses import dataclass

from ingest.sample.canvas import Canvas, Colour, luminance, mix
from ingest.sample.nature import WHITE, sky, tree


@dataclass(frozen=True)
class Beast:
    """The outlines of a four-legged animal, looking right; the origin lies between its feet."""

    body: str
    head: str
    legs: tuple[str, ...]
    extra: tuple[str, ...]  # lines: tail, mane, horns, ears
    leg: float = 0.075


HORSE = Beast(
    "-.5 -.66, -.42 -.86, -.1 -.84, .2 -.86, .36 -1.1, .5 -1.3, "
    ".62 -1.26, .6 -1.02, .46 -.7, .3 -.54, -.1 -.5, -.4 -.5",
    ".4 -1.24, .48 -1.4, .66 -1.36, .96 -1.04, .94 -.92, .8 -.92, .58 -1.04",
    (
        "-.42 -.6, -.5 -.32, -.42 0",
        "-.3 -.56, -.26 -.3, -.32 0",
        ".24 -.6, .3 -.3, .24 0",
        ".36 -.62, .52 -.42, .44 -.2",
    ),
    (
        "-.48 -.78, -.66 -.7, -.7 -.4",
        ".16 -.9, .3 -1.1, .42 -1.32, .52 -1.42",
        ".54 -1.36, .54 -1.52",
    ),
)
CATTLE = Beast(
    "-.62 -.6, -.6 -.92, -.2 -.94, .1 -.98, .36 -1.04, "
    ".5 -.9, .46 -.6, .2 -.44, -.2 -.46, -.5 -.46",
    ".4 -1.02, .6 -1.06, .8 -.82, .78 -.64, .62 -.66, .46 -.76",
    ("-.52 -.6, -.54 0", "-.38 -.54, -.36 0", ".2 -.5, .2 0", ".36 -.56, .38 0"),
    (
        "-.62 -.86, -.72 -.6, -.7 -.3",
        ".5 -1.04, .46 -1.26, .56 -1.34",
        ".6 -1.04, .74 -1.2, .86 -1.16",
    ),
)
HOUND = Beast(
    "-.5 -.5, -.46 -.68, -.1 -.64, .2 -.72, .4 -.86, .5 -.76, .42 -.5, .24 -.4, -.1 -.46, -.4 -.4",
    ".36 -.92, .54 -.98, .84 -.82, .82 -.74, .58 -.72, .42 -.74",
    ("-.42 -.5, -.5 -.24, -.42 0", "-.32 -.46, -.28 0", ".26 -.5, .26 0", ".36 -.52, .42 0"),
    ("-.48 -.62, -.7 -.8, -.74 -.98", ".42 -.92, .34 -.78, .36 -.68"),
    0.055,
)
LION = Beast(
    "-.6 -.5, -.54 -.76, -.1 -.7, .2 -.78, .46 -.84, .5 -.5, .3 -.38, -.2 -.42, -.5 -.36",
    ".3 -.98, .56 -1.06, .78 -.92, .8 -.7, .6 -.58, .38 -.64",
    ("-.5 -.46, -.54 0", "-.36 -.42, -.34 0", ".3 -.46, .3 0", ".44 -.46, .54 0"),
    ("-.58 -.66, -.84 -.5, -.86 -.8", ".4 -1.02, .36 -1.12", ".66 -1.02, .7 -1.12"),
    0.1,
)
CAT = Beast(
    "-.34 0, -.4 -.4, -.2 -.72, .06 -.82, .22 -.6, .28 -.2, .26 0",
    "-.06 -.82, -.08 -1.04, .0 -1.2, .08 -1.08, .24 -1.08, .34 -1.2, .4 -1.02, .36 -.82, .16 -.7",
    (".1 -.4, .1 0", ".22 -.4, .24 0"),
    ("-.3 -.06, -.6 -.04, -.66 -.3, -.54 -.42",),
    0.09,
)
HARE = Beast(
    "-.56 -.04, -.6 -.34, -.3 -.6, .1 -.54, .36 -.5, .42 -.2, .3 0",
    ".2 -.52, .3 -.78, .5 -.82, .68 -.64, .66 -.5, .42 -.42",
    (".32 -.3, .44 0", "-.3 -.1, .06 -.02"),
    (".34 -.76, .24 -1.06, .2 -1.22", ".44 -.8, .42 -1.1, .44 -1.26", "-.58 -.2, -.68 -.26"),
    0.085,
)
SHEEP = Beast(
    "-.5 -.3, -.54 -.56, -.34 -.7, -.1 -.66, .1 -.72, "
    ".34 -.64, .42 -.44, .3 -.26, 0 -.22, -.3 -.22",
    ".3 -.7, .48 -.76, .66 -.56, .6 -.44, .42 -.46",
    ("-.34 -.3, -.34 0", "-.2 -.26, -.2 0", ".18 -.28, .18 0", ".3 -.3, .32 0"),
    (".34 -.7, .24 -.58",),
    0.06,
)
RHINO = Beast(
    "-.66 -.5, -.6 -.84, -.2 -.94, .2 -.9, .42 -.86, .5 -.6, .4 -.34, 0 -.24, -.5 -.28",
    ".36 -.84, .56 -.84, .8 -.6, .96 -.46, .9 -.34, .6 -.34, .42 -.44",
    ("-.54 -.4, -.54 0", "-.36 -.36, -.34 0", ".22 -.4, .22 0", ".38 -.42, .4 0"),
    ("-.64 -.66, -.74 -.4", ".86 -.5, 1.02 -.72", ".46 -.84, .44 -.98"),
    0.13,
)
KINDS: dict[str, Beast] = {
    "cattle": CATTLE,
    "horse": HORSE,
    "lion": LION,
    "tiger": LION,
    "cat": CAT,
    "dog": HOUND,
    "hare": HARE,
    "sheep": SHEEP,
    "rhinoceros": RHINO,
    "hippopotamus": RHINO,
}


def draw_beast(
    c: Canvas, beast: Beast, spot: tuple[float, float], size: float, coat: Colour, flip: bool
) -> None:
    """Draw one animal with its feet at a point."""
    dark = mix(coat, c.pal.dark, 0.45)
    at = c.frame(*spot, size, flip)
    c.disc(spot[0], spot[1] + 0.005, size * 0.62, c.pal.dark, 70, 0.1)
    for k, leg in enumerate(beast.legs):
        c.line(at(leg), dark if k % 2 else coat, beast.leg * size)
    for line in beast.extra[:1]:
        c.line(at(line), dark, 0.06 * size)
    c.soft(at(beast.body), coat)
    c.soft([*at(beast.body)[-3:], *at("-.3 -.56, .2 -.6")], c.pal.dark, 55)
    c.soft(at(beast.head), mix(coat, c.pal.light, 0.08))
    for line in beast.extra[1:]:
        c.line(at(line), dark, 0.06 * size)
    xs = [a for a, _ in at(beast.head)]
    ys = [b for _, b in at(beast.head)]
    eye = sum(xs) / len(xs), min(ys) + (max(ys) - min(ys)) * 0.4
    c.disc(*eye, 0.024 * size, mix(c.pal.dark, (12, 10, 10), 0.6))
    for k in range(6 if c.has("tiger", "zebra", "stripe") else 0):
        x = -0.38 + 0.14 * k
        c.line(at(f"{x} -.8, {x + 0.04} -.7, {x - 0.02} -.58"), c.pal.dark, 0.035 * size)


def beasts(c: Canvas) -> None:
    """Show one animal large, or a small herd, in open land."""
    found = [w for w in sorted(c.words) if any(w.startswith(k) for k in KINDS)]
    lead = next((k for k in KINDS if any(w.startswith(k) for w in found)), "horse")
    many = c.has("horses", "herd") or lead == "cattle"
    if c.has("emptiness", "darkness", "study"):
        c.wash(mix(c.pal.at(0), c.pal.light, 0.45), mix(c.pal.at(0), c.pal.light, 0.2))
    else:
        sky(c, 0.7)
        c.ridge(0.56, 0.12, mix(c.pal.at(1), c.pal.light, 0.25), 0.4)
        c.ridge(0.72, 0.05, mix(c.pal.at(2), c.pal.dark, 0.1), 0.3)
        if c.has("tree", "jungle", "forest", "leaves"):
            tree(c, 0.1, 0.85, 0.7)
            tree(c, 0.92, 0.82, 0.5)
    ground = mix(c.pal.at(0), c.pal.light, 0.3)
    coats = sorted(c.pal.colours, key=lambda k: -min(90, abs(luminance(k) - luminance(ground))))
    if c.has("tiger", "zebra"):
        coats = [c.pal.light if c.has("zebra") else max(coats, key=lambda k: k[0] - k[2])]
    flip = c.rng.random() < 0.5
    if many:
        for k in range(3):
            spot = (0.24 + 0.26 * k, 0.76 + 0.07 * k)
            draw_beast(c, KINDS[lead], spot, 0.36 + 0.03 * k, coats[k % len(coats)], flip)
    else:
        size = min(0.66, max(0.42, 0.5 * c.ratio)) * (0.86 if KINDS[lead] is RHINO else 1)
        draw_beast(c, KINDS[lead], (0.48, 0.86), size, coats[0], flip)
    if c.has("leaves", "grass", "jungle", "meadow"):
        for _ in range(60):
            x, tall = c.rng.random(), c.vary(0.06, 0.2)
            blade = f"-.01 0, {c.vary(-0.06, 0.06)} {-tall}, .012 0"
            c.soft(c.place(blade, x, 1.02, 1), mix(c.pal.at(1), c.pal.dark, c.vary(0, 0.4)))


def bird(c: Canvas, x: float, y: float, size: float, tint: Colour, flip: bool) -> None:
    """Perch a bird at a point."""
    at = c.frame(x, y, size, flip)
    for leg in ("-.02 -.1, -.04 .06", ".08 -.1, .08 .06"):
        c.line(at(leg), c.pal.dark, 0.02 * size)
    c.soft(at("-.6 .1, -.3 -.2, -.1 -.44, .14 -.56, .3 -.4, .28 -.16, .1 -.04, -.2 -.02"), tint)
    c.disc(*at(".26 -.52")[0], 0.17 * size, mix(tint, c.pal.light, 0.1))
    c.soft(at("-.7 .2, -.3 -.24, .06 -.34, .02 -.12, -.3 .02"), mix(tint, c.pal.dark, 0.45))
    c.line(at("-.3 -.1, -.02 -.2"), c.pal.accent, 0.05 * size)
    c.shape(at(".4 -.58, .58 -.48, .4 -.46"), mix(c.pal.accent, c.pal.dark, 0.2))
    c.disc(*at(".32 -.55")[0], 0.026 * size, mix(c.pal.dark, (10, 10, 10), 0.5))


def birds(c: Canvas) -> None:
    """Perch one bird, or let several wheel through the air."""
    wall = mix(c.pal.at(0), c.pal.light, 0.3)
    c.wash(wall, mix(wall, c.pal.at(1), 0.15))
    flip, contrast = c.rng.random() < 0.5, c.pal.at(1)
    if c.has("cranes", "swans", "flight", "sky"):
        for k in range(9):
            x, y, s = c.vary(0.08, 0.92), c.vary(0.08, 0.72), c.vary(0.09, 0.15)
            at = c.frame(x, y, s, k % 2 == 0)
            feather = mix(c.pal.light, WHITE, 0.4)
            c.soft(at("-.2 0, -.5 -.5, -1.1 -.6, -.6 -.1, .2 .1"), feather)
            c.soft(at(".1 0, .5 -.6, 1 -.8, .6 -.1, .1 .12"), mix(feather, c.pal.dark, 0.15))
            c.soft(at("-.6 .14, 0 -.1, .5 -.02, .9 .06, .4 .12, 0 .16"), feather)
            c.line(at(".8 .06, 1.1 .1"), c.pal.dark, 0.12 * s)
        c.ridge(0.88, 0.06, mix(c.pal.at(2), c.pal.dark, 0.2), 0.7)
        return
    c.line([(-0.1, 0.76), (0.4, 0.72), (1.1, 0.8)], mix(c.pal.dark, c.pal.at(2), 0.3), 0.024)
    for k in range(14):
        x = c.rng.random()
        leaf = c.place("0 0, .05 -.06, .12 -.04, .06 .02", x, 0.74, 1, k % 2 == 0)
        c.soft(leaf, mix(c.pal.at(3), c.pal.dark, 0.15))
    bird(c, 0.46, 0.7, 0.6, contrast, flip)
    if c.has("birds", "hen", "geese", "owls", "pattern"):
        bird(c, 0.82 if flip else 0.14, 0.72, 0.34, c.pal.at(2), not flip)
        bird(c, 0.16 if flip else 0.84, 0.75, 0.3, c.pal.accent, flip)


def fish(c: Canvas) -> None:
    """Let a few fish drift by a rock."""
    c.wash(c.pal.light, mix(c.pal.light, c.pal.at(0), 0.6))
    c.soft(
        c.place("-.2 .5, -.24 .0, -.1 -.4, .1 -.46, .2 -.1, .3 .5", 0.8, 0.6, 1),
        mix(c.pal.dark, c.pal.at(1), 0.5),
        220,
    )
    for k, (x, y, s) in enumerate(((0.34, 0.36, 0.26), (0.5, 0.62, 0.2), (0.24, 0.8, 0.15))):
        at, tint = c.frame(x, y, s, k % 2 == 1), mix(c.pal.dark, c.pal.at(2), 0.3)
        c.soft(at("-.7 0, -.3 -.26, .2 -.28, .6 -.06, .6 .06, .2 .24, -.3 .22"), tint)
        c.shape(at(".5 0, .95 -.26, .86 0, .95 .24"), tint)
        c.disc(*at("-.45 -.06")[0], 0.06 * s, c.pal.light)
        c.disc(*at("-.45 -.08")[0], 0.03 * s, c.pal.dark)
