"""The real data set: Tate's works as texts without their subjects, asked by their subjects."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random

import numpy as np

from bench.ann.dataset import CALIBRATION, QUERIES, ROWS, WORKS
from bench.ann.works import work_of, write_works
from core.catalogue_text import catalogue_line
from core.errors import SourceError
from core.ports import Encoder
from core.progress import Progress
from core.types import Artwork, Matrix, Purpose

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "tate"
ENCODER = "minilm-int8"
TEST_QUERIES, CALIBRATION_QUERIES = 1000, 256
RECIPE = 1  # raise it with any change of the texts or queries
_LEAST_WORKS = 20  # of a subject term that is asked for: words that people use, not names
_CHUNK = 2048  # texts encoded together
_ASIDE = re.compile(r"\s+-\s+non-specific|[()]|\s*/\s*")


@dataclass(frozen=True, slots=True)
class Asking:
    """Texts to ask, those to measure apart from those to calibrate with."""

    test: tuple[str, ...]
    calibration: tuple[str, ...]


def identity() -> dict[str, object]:
    """What decides the content of the data set."""
    from models.registry import load_encoder

    works = DATA / "artworks.parquet"
    if not works.is_file():
        raise SourceError(f"the Tate collection is not there: put it into {DATA}")
    with works.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"recipe": RECIPE, "works": digest, "encoder": asdict(load_encoder(ENCODER).card)}


def build(folder: Path, progress: Progress) -> None:
    """Encode works and queries, and write them into a folder."""
    from models.registry import load_encoder

    artworks = list(_artworks(progress))
    write_works(folder / WORKS, map(work_of, artworks))
    encoder = load_encoder(ENCODER)
    lines = [catalogue_line(replace(artwork, subjects=())) for artwork in artworks]
    np.save(folder / ROWS, encode(encoder, lines, progress))
    asking = ask([artwork.subjects for artwork in artworks], TEST_QUERIES, CALIBRATION_QUERIES)
    for file, texts in ((QUERIES, asking.test), (CALIBRATION, asking.calibration)):
        np.save(folder / file, encoder.encode_texts(texts, purpose=Purpose.QUERY))
        (folder / file).with_suffix(".txt").write_text("\n".join(texts), encoding="utf-8")


def ask(subjects: Iterable[Sequence[str]], test: int, calibration: int, seed: int = 7) -> Asking:
    """Draw short texts of one or two subject terms of one work; no text is drawn twice."""
    tagged = [tuple(filter(None, map(clean, terms))) for terms in subjects]
    uses = Counter(term for terms in tagged for term in set(terms))
    common = [[t for t in dict.fromkeys(terms) if uses[t] >= _LEAST_WORKS] for terms in tagged]
    usable = [terms for terms in common if terms]
    draw = Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    texts: dict[str, None] = {}
    for _ in range(100 * (test + calibration)):
        if len(texts) == test + calibration:
            break
        terms = draw.choice(usable)
        texts[", ".join(draw.sample(terms, min(len(terms), draw.choice((1, 2, 2)))))] = None
    drawn = tuple(texts)
    return Asking(drawn[:test], drawn[test:])


def clean(term: str) -> str:
    """Write a subject term as a person would: "boat - non-specific" becomes "boat"."""
    return " ".join(_ASIDE.sub(" ", term).split())


def encode(encoder: Encoder, texts: Sequence[str], progress: Progress) -> Matrix:
    """Encode texts with progress; equal ones once."""
    unique = sorted(set(texts), key=len)  # of similar length together
    places = {text: place for place, text in enumerate(unique)}
    progress.begin("encode the works", len(unique), "texts")
    encoded = np.empty((len(unique), encoder.card.dim), np.float32)
    for begin in range(0, len(unique), _CHUNK):
        chunk = unique[begin : begin + _CHUNK]
        encoded[begin : begin + len(chunk)] = encoder.encode_texts(chunk)
        progress.advance(len(chunk))
    return encoded[[places[text] for text in texts]]


def _artworks(progress: Progress) -> Iterator[Artwork]:
    from ingest.registry import SourceOptions, open_source

    source = open_source("table", SourceOptions(path=DATA, mapping="tate"))
    progress.begin("read the works", source.count(), "works")
    for item in source.read():
        progress.advance()
        if item.artwork:
            yield item.artwork
