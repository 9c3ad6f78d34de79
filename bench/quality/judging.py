"""One judged set, answered in every way and measured."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.quality.answering import answer_all, found_by_query
from bench.quality.configs import BY_HAND, NAMES, PLAIN, WHOLE, Config, configs
from bench.quality.context import Context
from bench.quality.homes import Home, encoders_of
from bench.quality.judged import Judged, JudgedSet, Part
from bench.quality.places import content_key
from bench.quality.results import ALL, FACETS, NO_FACETS, Figures, Place
from bench.quality.runs import read_run, run_path, write_run
from bench.quality.scoring import MEASURES, Mean, gain, mean, score
from bench.record import Figure, Row
from core.ports import Snapshot
from core.progress import Progress
from core.queries import Leg
from core.types import Modality, SpaceField
from search.encoders import Encoders
from search.engine import SearchEngine

MAIN = MEASURES[0]
LOST = "lost"
Scores = Mapping[str, Sequence[float]]  # by measure, in the order of the queries


@dataclass(frozen=True, slots=True)
class Asked:
    """A judged set, and the collection that it is asked of."""

    queries: JudgedSet
    engine: SearchEngine
    subjects: str
    key: str  # of what answers
    encoders: str

    def place(self, config: str, measure: str, *, part: str, kind: str = ALL) -> Place:
        """Say where a figure belongs."""
        return Place(self.queries.name, part, self.subjects, kind, config, measure)

    def about(self) -> dict[str, Figure]:
        """Name the judgements."""
        return {
            "key": self.key,
            "encoders": self.encoders,
            "judgements": self.queries.file,
            "judgements_sha256": self.queries.sha256,
        }


def ask_of(home: Home, queries: JudgedSet, subjects: str) -> Asked:
    """Ask a judged set of a home."""
    key = content_key((home.key, queries.sha256))
    encoders = encoders_of(home.services.settings)
    return Asked(queries, home.services.engine, subjects, key, encoders)


def legs_of(encoders: Encoders, snapshot: Snapshot) -> tuple[Leg, ...]:
    """List the legs that words can run on: pictures need a cross-modal encoder, and pictures."""
    legs = (Leg.CATALOGUE, Leg.LEXICAL)
    has_pictures = encoders.space(SpaceField.PICTURE).key in snapshot.spaces
    reads_words = Modality.TEXT in encoders.picture.card.modalities
    return (*legs, Leg.TEXT_PICTURE) if reads_words and has_pictures else legs


def legs_in(home: Home) -> tuple[Leg, ...]:
    """List the legs that words can run on in a home."""
    return legs_of(home.services.encoders, home.services.snapshots.current())


def measure_set(context: Context, asked: Asked, legs: tuple[Leg, ...]) -> None:
    """Answer a set in every way, and keep means, gains and what understanding lost."""
    ways = [
        config
        for config in configs(legs)
        if not config.by_hand or any(query.has_facets for query in asked.queries.queries)
    ]
    title = f"{asked.queries.name}, subjects {asked.subjects}"
    with context.bars(title) as bars:
        scores = {}
        for config in ways:
            bars.begin(config.name, len(asked.queries.queries), "queries")
            scores[config.name] = _measure(context, asked, config, bars)
    for part, places in _parts(asked.queries.queries):
        _keep_gains(context, asked, scores, part=part, places=places)
        _keep_lost(context, asked, scores, part=part, places=places)


def _measure(context: Context, asked: Asked, config: Config, bars: Progress) -> Scores:
    queries = asked.queries.queries
    folder = context.options.runs / context.recorder.run_id
    path = run_path(folder, asked.queries.name, asked.subjects, config.name)
    any_place = asked.place(config.name, MAIN, part=Part.TUNED)
    if context.is_done(any_place, asked.key) and path.exists():
        return _read_scores(list(read_run(path)))
    answers = answer_all(asked.engine, config, queries, bars)
    scores = score(queries, found_by_query(answers))
    write_run(path, answers, scores)
    for part, places in _parts(queries):
        for kind, inside in _kinds(queries, places):
            for measure in MEASURES if kind == ALL else (MAIN,):
                figures = mean([scores[measure][place] for place in inside])
                place = asked.place(config.name, measure, part=part, kind=kind)
                context.keep(place, _figures(figures), asked.about())
    return scores


def _read_scores(rows: list[Row]) -> Scores:
    return {name: [row[name] for row in rows] for name in MEASURES}


def _figures(found: Mean) -> Figures:
    return Figures(found.value, found.low, found.high, found.queries)


def _parts(queries: Sequence[Judged]) -> Iterator[tuple[Part, list[int]]]:
    for part in Part:
        places = [place for place, query in enumerate(queries) if query.part is part]
        if places:
            yield part, places


def _kinds(queries: Sequence[Judged], places: list[int]) -> Iterator[tuple[str, list[int]]]:
    """Split queries by kind: all of them, those with facets, those without, each kind."""
    yield ALL, places
    facets = [place for place in places if queries[place].has_facets]
    if facets:
        yield FACETS, facets
    if 0 < len(facets) < len(places):
        yield NO_FACETS, [place for place in places if not queries[place].has_facets]
    kinds = sorted({queries[place].kind for place in places})
    for kind in kinds if len(kinds) > 1 else []:
        yield kind, [place for place in places if queries[place].kind == kind]


def _keep_gains(
    context: Context,
    asked: Asked,
    scores: Mapping[str, Scores],
    *,
    part: str,
    places: list[int],
) -> None:
    """Keep by how much one way is better than another on the same queries."""
    for ours, theirs in _pairs(scores):
        for kind, inside in _kinds(asked.queries.queries, places):
            if kind not in (ALL, FACETS, NO_FACETS):
                continue
            a, b = ([scores[name][MAIN][place] for place in inside] for name in (ours, theirs))
            place = asked.place(f"{ours} over {theirs}", f"gain {MAIN}", part=part, kind=kind)
            if not context.is_done(place, asked.key):
                context.keep(place, _figures(gain(a, b)), asked.about())


def _pairs(scores: Mapping[str, Scores]) -> Iterator[tuple[str, str]]:
    alone = [name for name in NAMES.values() if name in scores]
    yield from ((WHOLE, theirs) for theirs in (*alone, PLAIN))
    if BY_HAND in scores:
        yield from ((WHOLE, BY_HAND), (BY_HAND, PLAIN))


def _keep_lost(
    context: Context,
    asked: Asked,
    scores: Mapping[str, Scores],
    *,
    part: str,
    places: list[int],
) -> None:
    """Count queries with relevant hits in the top ten that understanding leaves with none."""
    place = asked.place(f"{WHOLE} over {PLAIN}", LOST, part=part)
    if context.is_done(place, asked.key):
        return
    plain, whole = scores[PLAIN]["P@10"], scores[WHOLE]["P@10"]
    lost = [asked.queries.queries[p].qid for p in places if plain[p] > 0 and whole[p] == 0]
    figures = Figures(float(len(lost)), None, None, len(places))
    about = {**asked.about(), "lost": " ".join(lost)}
    context.keep(place, figures, about)
