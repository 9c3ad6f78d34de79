"""What the constants of a search rest on: each choice beside its alternatives, on tuned queries.

The legs run once for each query. What is chosen of their fusion is fused again, what is chosen of
the lexical index is indexed again, and what is embedded is embedded again and scanned exactly.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bench.quality.context import Context
from bench.quality.homes import Home
from bench.quality.judged import Judged, Part
from bench.quality.places import content_key
from bench.quality.results import ALL, Figures, Place
from bench.quality.scoring import MEASURES, mean, score
from core.catalogue_text import LexicalField
from core.filters import Filter
from core.queries import RRF_K, Candidates, Leg, Query
from core.types import Artwork, Matrix, Numbers, Purpose
from index.lexical.lexical import open_lexical
from index.lexical.lexical_builder import DEFAULT, Bm25f, LexicalBuilder
from index.snapshots.snapshot import DiskSnapshot
from search.fusion import fuse
from search.leg_context import LegContext
from search.legs import run_legs
from search.reading import read_query
from search.stages import StageLog

SET, MAIN = "choices-tate", MEASURES[0]
FUSIONS: Mapping[str, tuple[int, float | None]] = {  # k, and the lexical leg's weight
    **{f"fusion: k {k}, BM25 by its coverage": (k, None) for k in (5, 10, RRF_K, 40, 60)},
    **{f"fusion: k {RRF_K}, BM25 x {w:g}": (RRF_K, w) for w in (0.5, 1.0, 2.0, 3.0)},
    "fusion: k 60, BM25 x 1": (60, 1.0),
}
ARRANGED: Mapping[str, Query] = {
    "whole: as it is": Query(),
    "whole: near-duplicates collapsed": Query(collapse=True),
    **{f"whole: diversity {weight}": Query(diversity=weight) for weight in (0.1, 0.3, 0.5)},
}
_TITLE, _SUBJECTS = LexicalField.TITLE, LexicalField.SUBJECTS
LEXICAL: Mapping[str, Bm25f] = {
    "BM25 alone: one field, k1 1.5, b 0.75": Bm25f(1.5, 0.75, {}),
    "BM25 alone: one field, k1 1.5, b 0.4": Bm25f(1.5, 0.4, {}),
    "BM25 alone: title x 2, subjects x 6 (chosen)": DEFAULT,
    "BM25 alone: title x 3, subjects x 6": Bm25f(1.5, 0.4, {_TITLE: 3, _SUBJECTS: 6}),
    "BM25 alone: title x 2, subjects x 3": Bm25f(1.5, 0.4, {_TITLE: 2, _SUBJECTS: 3}),
    "BM25 alone: title x 2, subjects x 6, b 0.75": Bm25f(1.5, 0.75, {_TITLE: 2, _SUBJECTS: 6}),
}


def _title_line(artwork: Artwork) -> str:
    parts = (artwork.title, artwork.group_title, ", ".join(artwork.subjects), artwork.description)
    return ". ".join(part for part in parts if part)


def _plain_line(artwork: Artwork) -> str:
    parts = (
        artwork.title,
        ", ".join(link.artist.name for link in artwork.contributions),
        artwork.date_text,
        artwork.medium,
        artwork.classification,
        artwork.group_title,
        ", ".join(artwork.movements),
        ", ".join(artwork.subjects),
        artwork.description,
    )
    return ". ".join(part for part in parts if part)


LINE = "embedded alone: parts by name, subjects first (chosen)"
TEXTS: Mapping[str, Callable[[Artwork], str]] = {
    "embedded alone: title, series and subjects": _title_line,
    "embedded alone: parts without names, title first": _plain_line,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as it is searched for, with what its legs found."""

    text: str
    where: Filter | None
    found: Mapping[Leg, Candidates]
    weights: Mapping[Leg, float]


@dataclass(frozen=True)
class Bench:
    """One home, the queries to choose by, and what their legs found."""

    home: Home
    snapshot: DiskSnapshot
    queries: Sequence[Judged]
    asked: Sequence[Asked]

    def measure(self, rank: Callable[[Asked], Numbers]) -> Sequence[float]:
        """Score a way to rank, query by query."""
        found = {
            query.qid: self.snapshot.artwork_ids(rank(asked)[:100])
            for query, asked in zip(self.queries, self.asked, strict=True)
        }
        return score(self.queries, found)[MAIN]


def measure(
    context: Context, home: Home, queries: Sequence[Judged], *, subjects: str, texts: bool
) -> None:
    """Measure every choice on the tuned ones of some queries; texts take minutes to embed."""
    tuned = [query for query in queries if query.part is Part.TUNED]
    key = content_key((home.key, [query.qid for query in tuned]))
    ways = [*FUSIONS, *LEXICAL, *ARRANGED, LINE, *(TEXTS if texts else ())]
    places = {way: Place(SET, Part.TUNED, subjects, ALL, way, MAIN) for way in ways}
    if all(context.is_done(place, key) for place in places.values()):
        return
    snapshot = home.services.snapshots.current()
    assert isinstance(snapshot, DiskSnapshot)  # homes of the suite lie on disk
    bench = Bench(home, snapshot, tuned, [_ask(home, snapshot, query) for query in tuned])
    with context.bars(f"{SET} {subjects}") as bars:
        bars.begin("choices", len(ways), "ways")
        for way, place in places.items():
            found = mean(_scores(bench, way))
            figures = Figures(found.value, found.low, found.high, found.queries)
            context.keep(place, figures, {"key": key})
            bars.advance()


def _ask(home: Home, snapshot: DiskSnapshot, judged: Judged) -> Asked:
    log = StageLog()
    read = read_query(Query(text=judged.query), snapshot, log)
    results = run_legs(
        LegContext(read.query, snapshot, home.services.encoders, log, away=read.away)
    )
    found = {leg.leg: leg.candidates for leg in results}
    weights = {leg.leg: leg.plan.weight for leg in results}
    return Asked(read.query.text or "", read.query.where, found, weights)


def _scores(bench: Bench, way: str) -> Sequence[float]:
    if way in FUSIONS:
        k, weight = FUSIONS[way]
        return bench.measure(lambda asked: _fused(asked, k, weight))
    if way in LEXICAL:
        return _lexical_scores(bench, LEXICAL[way])
    if way in ARRANGED:
        return _whole_scores(bench, ARRANGED[way])
    if way == LINE:
        return bench.measure(lambda asked: asked.found[Leg.CATALOGUE].numbers)
    return _text_scores(bench, TEXTS[way])


def _fused(asked: Asked, k: int, weight: float | None) -> Numbers:
    rankings = {leg.value: candidates.numbers for leg, candidates in asked.found.items()}
    weights = {leg.value: found for leg, found in asked.weights.items()}
    if weight is not None:
        weights[Leg.LEXICAL.value] = weight
    return fuse(rankings, weights, k=k)[0]


def _whole_scores(bench: Bench, asked: Query) -> Sequence[float]:
    """Score whole searches, which arrange what was fused."""
    engine = bench.home.services.engine
    found = {}
    for query in bench.queries:
        page = engine.search(replace(asked, text=query.query, limit=100))
        found[query.qid] = [str(hit.artwork["id"]) for hit in page.hits]
    return score(bench.queries, found)[MAIN]


def _lexical_scores(bench: Bench, parameters: Bm25f) -> Sequence[float]:
    builder = LexicalBuilder(parameters)
    for artwork in bench.home.services.catalogue.scan():
        builder.add(artwork)
    with TemporaryDirectory() as folder:
        builder.write(Path(folder))
        lexical = open_lexical(Path(folder), len(bench.snapshot), bench.snapshot.columns)
        return bench.measure(lambda asked: lexical.search(asked.text, asked.where, 100)[0].numbers)


def _text_scores(bench: Bench, write: Callable[[Artwork], str]) -> Sequence[float]:
    encoder = bench.home.services.encoders.text
    vectors = encoder.encode_texts([write(a) or "." for a in bench.home.services.catalogue.scan()])

    def rank(asked: Asked) -> Numbers:
        query: Matrix = encoder.encode_texts([asked.text], purpose=Purpose.QUERY)
        numbers = bench.snapshot.columns.select(asked.where).numbers
        order = np.argsort(-(vectors[numbers] @ query[0]), kind="stable")
        return numbers[order]

    return bench.measure(rank)
