"""The collection that the soak ingests: small, in editions that follow one another."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

MAPPING = """source = "museum"
[columns]
id = "id"
title = "title"
subjects = "subjects"
[artists]
name = "artist"
[image]
url = "url"
"""
SUBJECTS = ("boats", "a storm at sea", "roses", "a cat", "mountains", "a street in rain", "horses")
QUERIES = ("a ship in bad weather", "flowers", "an animal", "Painter 3", "Work 12")
EARLY = range(3)  # rows that came late, and go in the last edition
LATE = range(3, 7)  # rows that are gone for one edition, and come back


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the collection is."""

    rows: int = 90
    addresses: int = 40  # rows with a picture on the museum's server
    files: int = 24  # pictures of a folder


SIZES = Sizes()


@dataclass(frozen=True, slots=True)
class Edition:
    """The collection as it is at one time."""

    table: Path
    mapping: Path
    folder: Path


def write_editions(into: Path, museum_url: str, sizes: Sizes) -> tuple[Edition, Edition, Edition]:
    """Write three editions: two to begin with, and the one that is ingested between kills."""
    numbers = range(sizes.rows)
    first = [_row(i, museum_url, sizes) for i in numbers]
    second = [row for i, row in enumerate(first) if i not in LATE]
    third = [_row(i, museum_url, sizes) for i in numbers if i not in EARLY]
    third += [_row(i, museum_url, sizes) for i in range(sizes.rows, sizes.rows + 30)]
    third[10]["id"] = None  # has no id: quarantined
    third[20] |= {"title": "Work anew"}
    third[30] |= {"id": third[29]["id"]}  # a duplicate; the artwork of its own id is gone
    half, whole = range(sizes.files // 2), range(2, sizes.files)
    return (
        _edition(into / "1", first, half),
        _edition(into / "2", second, half),
        _edition(into / "3", third, whole),
    )


def _row(i: int, museum_url: str, sizes: Sizes) -> dict[str, object]:
    # One address in twenty leads to nothing; two rows share each tenth.
    number = i - 1 if i % 10 == 1 else i
    url = f"{museum_url}/plain/{'lost' if i % 20 == 7 else ''}{number}.jpg"
    return {
        "id": f"{i:04}",
        "title": f"Work {i}",
        "artist": f"Painter {i % 11}",
        "subjects": [SUBJECTS[i % 7], SUBJECTS[i % 5]],
        "url": url if i % sizes.rows < sizes.addresses else None,
    }


def _edition(into: Path, rows: list[dict[str, object]], files: range) -> Edition:
    edition = Edition(into / "rows.jsonl", into / "museum.toml", into / "prints")
    edition.folder.mkdir(parents=True)
    edition.table.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    edition.mapping.write_text(MAPPING, encoding="utf-8")
    for i in files:
        _picture(i).save(edition.folder / f"print {i}.png")
    (edition.folder / "damaged.png").write_bytes(b"no picture")
    return edition


def _picture(i: int) -> Image.Image:
    """Draw noise, which no format makes small: the larger ones go into the store in parts."""
    noise = np.random.default_rng(i).integers(0, 256, (30 + 4 * i, 60, 3), dtype=np.uint8)
    return Image.fromarray(noise)
