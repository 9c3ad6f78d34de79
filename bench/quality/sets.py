"""The judged sets that the suite knows."""

from functools import cache
from pathlib import Path

from bench.quality.judged import JudgedSet, load_judged
from bench.quality.made import made_facets, made_subjects
from bench.quality.tate_rows import Tate

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
TATE, ART_IMAGES = "tate", "art_images"


def tate_dev(data: Path = DATA) -> JudgedSet:
    """Read the 30 queries that come with the Tate's tables."""
    return load_judged(data / TATE / "queries_dev.jsonl", name="tate-dev", source=TATE)


def art_images_dev(data: Path = DATA) -> JudgedSet:
    """Read the 22 queries for pictures that come with the pictures."""
    path = data / ART_IMAGES / "queries_dev.jsonl"
    return load_judged(path, name="art-images-dev", source=ART_IMAGES)


@cache
def _tate(data: Path) -> Tate:
    return Tate(data / TATE)


def tate_made_facets(data: Path = DATA) -> JudgedSet:
    """Make the queries with facets from the Tate's tables."""
    return made_facets(_tate(data))


def tate_made_subjects(data: Path = DATA) -> JudgedSet:
    """Make the queries of a subject alone from the Tate's tables."""
    return made_subjects(_tate(data))
