"""Motifs of several people: couples, crowds, tables, dancers, bathers."""

from ingest.sample.canvas import Canvas, mix, read
from ingest.sample.nature import WHITE
from ingest.sample.people import GOLD, person


def stage(c: Canvas) -> None:
    """Set a simple stage: gold, hills and a tree, or a wall and floor."""
    if c.has("gold", "icon", "annunciation"):
        c.wash(mix(GOLD, c.pal.light, 0.2), mix(GOLD, c.pal.at(0), 0.4))
        for _ in range(40):
            c.disc(c.rng.random(), c.rng.random(), 0.007, mix(GOLD, c.pal.light, 0.7), 150)
        return
    wall = mix(c.pal.at(0), c.pal.light, c.vary(0.1, 0.4))
    c.wash(mix(wall, c.pal.dark, 0.3), mix(wall, c.pal.light, 0.15))
    if c.has("landscape", "tree", "garden", "sky", "hill", "forest", "river", "park", "sea"):
        c.ridge(0.6, 0.1, mix(c.pal.at(2), c.pal.light, 0.25), 0.5)
        for x in (0.06, 0.94):
            for _ in range(10):
                leaf = mix(c.pal.at(2), c.pal.dark, c.vary(0, 0.4))
                c.disc(x + c.vary(-0.1, 0.1), c.vary(0.05, 0.4), c.vary(0.04, 0.09), leaf, 230)
    c.ridge(0.86, 0.02, mix(c.pal.at(3), c.pal.dark, 0.25), 0.1)


def couple(c: Canvas) -> None:
    """Stand two figures close together, facing one another."""
    stage(c)
    halo = c.has("halo")
    for x, fill in ((0.38, c.pal.accent), (0.62, c.pal.at(1))):
        person(c, x + c.vary(-0.02, 0.02), 0.97, c.vary(0.76, 0.84), fill=fill, halo=halo)
    c.line(c.place("-.16 0, 0 .02, .16 0", 0.5, 0.62, 1), c.pal.skin, 0.03)


def crowd(c: Canvas) -> None:
    """Fill the picture with rows of figures."""
    stage(c)
    if c.has("arch", "palace", "temple", "court"):
        for k in range(3):
            x, stone = 0.2 + 0.3 * k, mix(c.pal.light, c.pal.at(1), 0.25)
            c.soft(
                c.place("-.16 .6, -.16 0, -.1 -.16, 0 -.22, .1 -.16, .16 0, .16 .6", x, 0.34, 1),
                stone,
            )
            c.soft(
                c.place("-.12 .6, -.12 .02, 0 -.16, .12 .02, .12 .6", x, 0.36, 1), c.pal.dark, 130
            )
    halo = c.has("halo", "saints")
    for row, (y, tall, count) in enumerate(((0.72, 0.42, 8), (0.85, 0.5, 7), (1.02, 0.6, 6))):
        for k in range(count):
            x = (k + 0.5 + 0.3 * (row % 2)) / count + c.vary(-0.03, 0.03)
            person(c, x, y + c.vary(-0.02, 0.02), tall * c.vary(0.92, 1.06), halo=halo)


def three(c: Canvas) -> None:
    """Stand three figures side by side."""
    stage(c)
    for x, y in read(".27 .95, .73 .95, .5 1.0"):
        person(c, x + c.vary(-0.02, 0.02), y, c.vary(0.72, 0.82), halo=c.has("halo"))


def single(c: Canvas) -> None:
    """Stand one tall figure alone."""
    stage(c)
    person(c, c.vary(0.45, 0.55), 0.97, 0.86, fill=c.pal.accent, halo=c.has("halo"))


def table(c: Canvas) -> None:
    """Seat a company behind a laid table, under a lamp or windows."""
    back = mix(c.pal.at(0), c.pal.dark, 0.35)
    c.wash(mix(back, c.pal.light, 0.15), mix(back, c.pal.dark, 0.3))
    if c.has("lamp", "night", "candle", "light"):
        c.glow(0.5, 0.12, 0.5, mix(c.pal.light, GOLD, 0.4), 16)
        c.disc(0.5, 0.1, 0.035, mix(c.pal.light, WHITE, 0.4))
    count = c.rng.randint(4, 7) if c.has("crowd", "banquet", "apostles") else c.rng.randint(2, 4)
    for k in range(count):
        person(c, (k + 0.5) / count + c.vary(-0.02, 0.02), 1.02, c.vary(0.72, 0.8))
    cloth = mix(c.pal.light, WHITE, 0.3)
    c.shape(read("-.1 .7, 1.1 .7, 1.1 .78, -.1 .78"), cloth)
    c.shape(read("-.1 .78, 1.1 .78, 1.1 1.1, -.1 1.1"), mix(cloth, c.pal.at(1), 0.35))
    for k in range(12):
        c.line([(0.09 * k, 0.79), (0.09 * k + 0.01, 1)], mix(cloth, c.pal.dark, 0.35), 0.006, 110)
    for k in range(9):
        x = 0.06 + 0.11 * k
        if k % 3 == 0:
            c.soft(
                c.place(
                    "-.02 0, -.026 -.06, -.01 -.09, -.01 -.13, "
                    ".01 -.13, .01 -.09, .026 -.06, .02 0",
                    x,
                    0.75,
                    1,
                ),
                mix(c.pal.accent, c.pal.dark, 0.3),
            )
        else:
            c.disc(x, 0.74, 0.036, mix(c.pal.light, c.pal.at(2), 0.35), 255, 0.35)
            c.disc(x, 0.73, 0.022, c.pal.at(k), 255, 0.7)


def dancers(c: Canvas) -> None:
    """Let figures with swinging skirts and raised arms whirl."""
    stage(c)
    count = c.rng.randint(3, 4) if c.ratio > 0.9 else 2
    for k in range(count):
        x, s, flip = (k + 0.5) / count, c.vary(0.6, 0.7), k % 2 == 0
        y, skirt = 0.95 + c.vary(-0.05, 0.02), mix(c.pal.at(k + 1), c.pal.light, 0.15)
        at = c.frame(x, y, s, flip)
        for leg in (".02 -.36, -.04 -.16, -.06 0", ".06 -.36, .16 -.2, .28 -.12"):
            c.line(at(leg), c.pal.skin, 0.04 * s)
        for arm in ("-.04 -.72, -.2 -.86, -.14 -1.04", ".06 -.72, .24 -.8, .34 -.96"):
            c.line(at(arm), c.pal.skin, 0.034 * s)
        c.soft(
            at("-.06 -.56, .08 -.56, .24 -.38, .36 -.24, .1 -.28, -.1 -.22, -.32 -.26, -.2 -.4"),
            skirt,
        )
        c.soft(at("-.08 -.76, .08 -.76, .07 -.52, -.06 -.52"), mix(skirt, c.pal.dark, 0.3))
        c.disc(*at("-.01 -.9")[0], 0.075 * s, mix(c.pal.dark, c.pal.accent, 0.2))
        c.disc(*at(".01 -.88")[0], 0.062 * s, c.pal.skin, 255, 1.15)


def bathers(c: Canvas) -> None:
    """Gather figures by a stream under leaning trees."""
    c.words = c.words | {"tree"}
    stage(c)
    c.soft(read("-.1 .9, .3 .82, .7 .88, 1.1 .8, 1.1 1.1, -.1 1.1"), mix(c.pal.at(0), WHITE, 0.3))
    for k in range(5):
        person(c, 0.16 + 0.17 * k, 0.94 + c.vary(-0.05, 0.04), c.vary(0.46, 0.56), fill=c.pal.skin)
