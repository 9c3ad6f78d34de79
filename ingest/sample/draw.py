"""Draw the sample collection's pictures again: python -m ingest.sample.draw."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

from PIL import Image

from ingest.sample import (
    animals,
    crafts,
    groups,
    icons,
    nature,
    people,
    shapes,
    things,
    towns,
    waters,
)
from ingest.sample.canvas import Canvas, Palette
from ingest.sample.textures import choose

HERE = Path(__file__).parent
LONGEST = 480  # pixels of the longer side
QUALITY = 70
Motif = Callable[[Canvas], None]

# The first subject of a work that stands here decides what is drawn.
MOTIFS: dict[str, Motif] = {
    "sea": waters.sea,
    "boats": waters.sea,
    "ship": waters.sea,
    "harbour": waters.sea,
    "sunrise": waters.sea,
    "sunset": waters.sea,
    "shipwreck": waters.storm,
    "wave": waters.storm,
    "great wave": waters.great_wave,
    "mountain": nature.mountain,
    "mountains": nature.mountain,
    "misty mountains": nature.misty_mountains,
    "waterfall": nature.misty_mountains,
    "bamboo": nature.misty_mountains,
    "landscape": nature.landscape,
    "river": nature.landscape,
    "windmill": nature.landscape,
    "clouds": nature.landscape,
    "parasol": nature.landscape,
    "tree": nature.landscape,
    "trees": nature.forest,
    "forest": nature.forest,
    "avenue": nature.forest,
    "field": towns.field,
    "haystacks": towns.field,
    "snow": towns.snow,
    "stars": towns.stars,
    "moon": waters.moon,
    "city": towns.city,
    "street": towns.street,
    "interior": towns.interior,
    "door": towns.interior,
    "bridge": waters.bridge,
    "rain": waters.bridge,
    "train": waters.bridge,
    "water lilies": waters.pond,
    "portrait": people.portrait,
    "self-portrait": people.portrait,
    "profile": people.profile,
    "couple": groups.couple,
    "two figures": groups.couple,
    "two men": groups.couple,
    "two women": groups.couple,
    "embrace": icons.embrace,
    "lovers": icons.embrace,
    "crowd": groups.crowd,
    "procession": groups.crowd,
    "mourners": groups.crowd,
    "christ": groups.crowd,
    "three women": groups.three,
    "women": groups.three,
    "children": groups.three,
    "king": groups.three,
    "woman": groups.single,
    "boy": groups.single,
    "saint": groups.single,
    "table": groups.table,
    "banquet": groups.table,
    "madonna": icons.madonna,
    "mother and child": icons.madonna,
    "halo": icons.halo,
    "angel": icons.angel,
    "dancers": groups.dancers,
    "reclining nude": icons.reclining,
    "reclining figure": icons.reclining,
    "bathers": groups.bathers,
    "statue": icons.statue,
    "mask": icons.mask,
    "still life": things.still_life,
    "fruit": things.still_life,
    "flowers": things.bouquet,
    "irises": things.irises,
    "grass": things.irises,
    "plants": things.irises,
    "blossom": things.blossom,
    "garden": things.garden,
    "vessel": crafts.vessel,
    "pattern": crafts.pattern,
    "calligraphy": crafts.written,
    "candle": crafts.candle,
    "lanterns": crafts.candle,
    "tower": shapes.tower,
    "cathedral": shapes.cathedral,
    "skull": crafts.skull,
    "battle": shapes.battle,
    "warriors": shapes.battle,
    "soldiers": shapes.battle,
    "circles": shapes.circles,
    "geometric shapes": shapes.grid,
    "squares": shapes.grid,
    "abstraction": shapes.shards,
    "horse": animals.beasts,
    "horses": animals.beasts,
    "cattle": animals.beasts,
    "lion": animals.beasts,
    "tiger": animals.beasts,
    "cat": animals.beasts,
    "dog": animals.beasts,
    "hare": animals.beasts,
    "sheep": animals.beasts,
    "rhinoceros": animals.beasts,
    "hippopotamus": animals.beasts,
    "bird": animals.birds,
    "birds": animals.birds,
    "fish": animals.fish,
}


class Work(TypedDict):
    """The part of a sample work that a picture needs."""

    id: str
    medium: str
    classification: str
    dimensions: str | None
    subjects: list[str]
    movements: list[str]
    image: str | None
    palette: list[str]


def load_works(path: Path) -> list[Work]:
    """Load the works, one JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def size(dimensions: str | None, classification: str) -> tuple[int, int]:
    """Choose width and height in the work's proportions, kept between 2:3 and 3:2."""
    numbers = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", dimensions or "")]
    if len(numbers) == 2:
        ratio = min(1.5, max(0.67, numbers[1] / numbers[0]))
    else:
        ratio = 0.78 if classification in {"sculpture", "print", "manuscript"} else 1.2
    return (LONGEST, round(LONGEST / ratio)) if ratio > 1 else (round(LONGEST * ratio), LONGEST)


def motif(subjects: list[str]) -> Motif | None:
    """Find what to draw: the motif of the first subject that has one."""
    if subjects[0] == "flowers" and "irises" in subjects:
        return things.irises
    return next((MOTIFS[s] for s in subjects if s in MOTIFS), None)


def draw(work: Work) -> Image.Image | None:
    """Draw one work, the same picture every time."""
    scene = motif(work["subjects"])
    if scene is None:
        return None
    shape = size(work["dimensions"], work["classification"])
    canvas = Canvas(shape, Palette.parse(work["palette"]), frozenset(work["subjects"]), work["id"])
    scene(canvas)
    choose(work["classification"], work["medium"], work["movements"])(canvas)
    return canvas.image.resize(shape, Image.Resampling.LANCZOS)


def main() -> None:
    """Draw every work that names an image, and remove pictures that no work names."""
    folder = HERE / "images"
    folder.mkdir(exist_ok=True)
    wanted = set()
    for work in load_works(HERE / "artworks.jsonl"):
        picture = draw(work) if work["image"] else None
        if picture is not None and work["image"]:
            wanted.add(work["image"])
            picture.save(folder / work["image"], "WEBP", quality=QUALITY, method=6)
    for path in folder.glob("*.webp"):
        if path.name not in wanted:
            path.unlink()


if __name__ == "__main__":
    main()
