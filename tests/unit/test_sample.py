"""The bundled sample collection: complete, consistent, plausible, and fully illustrated."""

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from ingest.sample.draw import LONGEST, MOTIFS, draw, load_works, motif, size

SAMPLE = Path(__file__).parents[2] / "ingest" / "sample"
IMAGES = SAMPLE / "images"
KEYS = {
    "id", "title", "alt_titles", "artists", "date", "begin", "end", "medium", "classification",
    "dimensions", "collection", "city", "country", "subjects", "movements", "description",
    "image", "palette",
}  # fmt: skip
ARTIST_KEYS = {
    "id", "name", "sort_name", "alt_names", "gender", "birth", "death", "nationality", "role",
}  # fmt: skip
ROLES = {"artist", "attributed to", "after", "workshop of"}

WORKS: list[dict[str, Any]] = [
    json.loads(line) for line in (SAMPLE / "artworks.jsonl").read_text("utf-8").splitlines()
]
MADE = [(work, artist) for work in WORKS for artist in work["artists"]]


def texts(value: object) -> list[str]:
    """Gather every text inside a value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for part in value.values() for text in texts(part)]
    return [text for part in value for text in texts(part)] if isinstance(value, list) else []


def test_there_are_at_least_450_works_with_ids_of_their_own() -> None:
    ids = [work["id"] for work in WORKS]

    assert len(ids) >= 450
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", i) for i in ids)


def test_every_work_and_artist_has_exactly_the_documented_keys() -> None:
    assert all(set(work) == KEYS for work in WORKS)
    assert all(set(artist) == ARTIST_KEYS for _, artist in MADE)
    assert {artist["role"] for _, artist in MADE} <= ROLES


def test_the_readme_names_every_key() -> None:
    readme = (SAMPLE / "README.md").read_text("utf-8")

    assert [key for key in KEYS | ARTIST_KEYS if f"`{key}`" not in readme] == []


def test_an_unknown_value_is_null_and_never_an_empty_text() -> None:
    assert [work["id"] for work in WORKS if any(not t.strip() for t in texts(work))] == []


def test_a_work_begins_before_it_ends() -> None:
    assert [work["id"] for work in WORKS if work["begin"] > work["end"]] == []


def test_an_artist_is_described_alike_everywhere() -> None:
    seen: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for _, artist in MADE:
        facts = {key: value for key, value in artist.items() if key != "role"}
        if facts not in seen[artist["id"]]:
            seen[artist["id"]].append(facts)

    assert [artist for artist, versions in seen.items() if len(versions) > 1] == []


def test_no_artist_has_more_than_eight_works_and_many_have_three() -> None:
    counts: dict[str, int] = defaultdict(int)
    for _, artist in MADE:
        counts[artist["id"]] += 1

    assert max(counts.values()) <= 8
    assert sum(count >= 3 for count in counts.values()) >= 25


def test_a_work_lies_within_its_artists_life() -> None:
    young = [w["id"] for w, a in MADE if a["birth"] and w["end"] < a["birth"] + 10]
    late = [
        w["id"]
        for w, a in MADE
        if a["role"] == "artist" and a["death"] and w["begin"] > a["death"] + 1
    ]

    assert young == []
    assert late == []


def test_no_artist_died_after_1954() -> None:
    assert [a["name"] for _, a in MADE if a["death"] and a["death"] > 1954] == []


def test_a_description_has_two_sentences() -> None:
    counts = {w["id"]: len(re.findall(r"[.!?](?=\s|$)", w["description"])) for w in WORKS}

    assert [i for i, count in counts.items() if count != 2] == []


def test_a_work_has_a_few_subjects_and_colours() -> None:
    assert all(3 <= len(work["subjects"]) <= 12 for work in WORKS)
    assert all(3 <= len(work["palette"]) <= 5 for work in WORKS)
    assert all(re.fullmatch("#[0-9a-f]{6}", c) for work in WORKS for c in work["palette"])


def test_the_works_range_over_kinds_centuries_and_countries() -> None:
    centuries = {(work["end"] - 1) // 100 for work in WORKS}

    assert len({work["classification"] for work in WORKS}) >= 12
    assert len(centuries) >= 30
    assert len({work["country"] for work in WORKS}) >= 30


def test_at_least_70_works_are_by_women() -> None:
    women = {work["id"] for work, artist in MADE if artist["gender"] == "female"}

    assert len(women) >= 70


def test_every_named_image_opens_and_every_image_is_named() -> None:
    named = {work["image"] for work in WORKS if work["image"]}

    assert len(named) >= 400
    assert {path.name for path in IMAGES.iterdir()} == named
    for name in named:
        with Image.open(IMAGES / name) as picture:
            picture.load()
            assert max(picture.size) == LONGEST


def test_the_images_stay_below_three_and_a_half_megabytes() -> None:
    assert sum(path.stat().st_size for path in IMAGES.iterdir()) < 3_500_000


def test_the_pictures_show_at_least_40_motifs() -> None:
    drawn = {motif(work["subjects"]) for work in WORKS if work["image"]}

    assert None not in drawn
    assert len(drawn) >= 40


@pytest.mark.parametrize("work_id", ["hokusai-great-wave", "rembrandt-three-trees"])
def test_drawing_a_work_again_gives_its_stored_picture(work_id: str) -> None:
    work = next(w for w in load_works(SAMPLE / "artworks.jsonl") if w["id"] == work_id)

    picture = draw(work)

    assert picture is not None
    with Image.open(IMAGES / f"{work_id}.webp") as stored:
        difference = ImageChops.difference(picture, stored.convert("RGB"))
    assert max(ImageStat.Stat(difference).mean) < 8  # of 255: what WebP at quality 70 loses


def test_a_subject_without_a_motif_draws_nothing() -> None:
    assert motif(["dragons", "law"]) is None
    assert motif(["dragons", "sea"]) is MOTIFS["sea"]


def test_a_picture_keeps_the_proportions_of_the_work_within_limits() -> None:
    assert size("100 × 80 cm", "painting") == (384, 480)
    assert size("25.7 × 1191.5 cm", "painting") == (480, 320)
    assert size("height 61 cm", "ceramic") == (480, 400)
    assert size(None, "print") == (374, 480)
