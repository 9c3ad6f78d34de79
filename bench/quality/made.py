"""Queries made by rule from the Tate's fields: a subject, and mostly a facet or two beside it."""

import hashlib
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from bench.quality.facets import Facet, FacetKind, facets_of
from bench.quality.judged import Judged, JudgedSet, part_of, write_judged
from bench.quality.tate_rows import Tate
from bench.quality.topics import Topic, topics_of
from bench.quality.wording import Form

SEED = 20141  # the month of the published tables
LEAST, MOST = 8, 400  # relevant works: fewer judge a chance, more judge nothing
LEAST_SHOWN = 30  # works of a subject that a facet is put to
MOST_OF_SUBJECT = 0.8  # a facet that keeps more than this hardly matters
LEAST_ALONE = 20  # works of a subject that is asked for by itself
SUBJECT_QUERIES, PLACES = 60, 18
_K = FacetKind
# How many queries are made with which facets.
MIX: Mapping[tuple[FacetKind, ...], int] = {
    (_K.GENDER, _K.MEDIUM): 4,  # the narrowest first, before its facets are used up
    (_K.ARTIST,): 26,
    (_K.MEDIUM,): 20,
    (_K.CLASSIFICATION,): 12,
    (_K.PERIOD,): 18,
    (_K.GENDER,): 10,
    (_K.MOVEMENT,): 10,
    (_K.ARTIST, _K.MEDIUM): 10,
    (_K.ARTIST, _K.CLASSIFICATION): 6,
    (_K.PERIOD, _K.MEDIUM): 10,
    (_K.PERIOD, _K.CLASSIFICATION): 6,
    (_K.ARTIST, _K.PERIOD): 4,
}
_TIMES = {_K.ARTIST: 2, _K.MEDIUM: 8, _K.CLASSIFICATION: 12, _K.PERIOD: 4, _K.MOVEMENT: 3}
_NOUNED = (_K.MEDIUM, _K.CLASSIFICATION)
_TRIES = 4000  # draws for one query, before the rules are too narrow
_SUBJECTS: Mapping[Form, tuple[str, ...]] = {
    Form.THINGS: ("{}", "pictures of {}", "works that show {}", "{} in art", "images of {}"),
    Form.MATTER: ("{}", "scenes of {}", "pictures with {}", "images of {}"),
    Form.NAME: ("{}", "pictures of {}", "works showing {}"),
    Form.PLACE: ("{}", "views of {}", "pictures of {}", "works showing {}"),
    Form.WORKS: ("{}",),
}


def made_facets(tate: Tate, seed: int = SEED) -> JudgedSet:
    """Make queries of a subject and one or two facets; the same ones for a seed."""
    return _as_set("made-facets", _facet_queries(tate, random.Random(seed)))  # noqa: S311 - a draw


def made_subjects(tate: Tate, seed: int = SEED) -> JudgedSet:
    """Make queries of a subject alone; the same ones for a seed."""
    return _as_set("made-subjects", _subject_queries(tate, random.Random(seed)))  # noqa: S311


def _as_set(name: str, queries: Iterator[Judged]) -> JudgedSet:
    kept = tuple(sorted(queries, key=lambda query: query.qid))
    digest = hashlib.sha256(write_judged(kept)).hexdigest()
    return JudgedSet(name, f"{name}.jsonl", digest, kept)


def _facet_queries(tate: Tate, draw: random.Random) -> Iterator[Judged]:
    topics = [topic for topic in topics_of(tate.rows) if len(topic.rows) >= LEAST_SHOWN]
    facets = facets_of(tate)
    used: Counter[object] = Counter()
    for kinds, count in MIX.items():
        for _ in range(count):
            topic, chosen = _draw(draw, topics, [facets[kind] for kind in kinds], used)
            relevant = _common(topic, chosen)
            yield _judged(
                tate,
                _worded(draw, topic, chosen),
                kind="subject+" + "+".join(kinds),
                rows=relevant,
                facets=chosen,
            )


def _draw(
    draw: random.Random,
    topics: Sequence[Topic],
    pools: Sequence[Sequence[Facet]],
    used: Counter[object],
) -> tuple[Topic, list[Facet]]:
    """Draw facets, and a subject that few works, but some, have in common with them."""
    for _ in range(_TRIES):
        chosen = [draw.choice(pool) for pool in pools]
        if any(used[facet.filters] >= _TIMES.get(facet.kind, 99) for facet in chosen):
            continue
        if len(frozenset.intersection(*(facet.rows for facet in chosen))) < LEAST:
            continue
        fitting = [t for t in topics if not used[t.words] and _is_telling(t, chosen)]
        if fitting:
            topic = draw.choice(fitting)
            used.update([topic.words, *(facet.filters for facet in chosen)])
            return topic, chosen
    raise RuntimeError("the rules leave no query to draw")


def _is_telling(topic: Topic, facets: Sequence[Facet]) -> bool:
    """Tell whether each facet leaves out some of what the rest keeps, and enough is left."""
    if topic.form is Form.WORKS and any(f.kind in _NOUNED for f in facets):
        return False  # "bronze figures of scenes from the Bible"
    relevant = len(_common(topic, facets))
    if not LEAST <= relevant <= MOST:
        return False
    without = [_common(topic, [f for f in facets if f is not but]) for but in facets]
    return all(relevant <= MOST_OF_SUBJECT * len(kept) for kept in without)


def _common(topic: Topic, facets: Sequence[Facet]) -> frozenset[int]:
    return topic.rows.intersection(*(facet.rows for facet in facets))


def _worded(draw: random.Random, topic: Topic, facets: Sequence[Facet]) -> str:
    """Write a query: "19th-century oil paintings of dogs", "dogs by Turner"."""
    before = "".join(facet.before for facet in facets)
    after = "".join(facet.after for facet in facets)
    named = [f.noun for f in facets if f.kind in _NOUNED]
    if topic.form is Form.WORKS:
        return f"{before}{topic.words}{after}"
    if named:
        return f"{before}{named[0]} of {topic.words}{after}"
    noun = draw.choice(("pictures of ", "works showing ", "images of ", ""))
    if topic.form is not Form.THINGS and before:
        noun = noun or "pictures of "
    return f"{before}{noun}{topic.words}{after}"


def _subject_queries(tate: Tate, draw: random.Random) -> Iterator[Judged]:
    topics = [t for t in topics_of(tate.rows) if LEAST_ALONE <= len(t.rows) <= MOST]
    places = [topic for topic in topics if topic.form is Form.PLACE]
    things = [topic for topic in topics if topic.form is not Form.PLACE]
    # By chance alone most would be towns on the Rhine, which Turner sketched.
    chosen = draw.sample(places, PLACES) + draw.sample(things, SUBJECT_QUERIES - PLACES)
    for topic in chosen:
        words = draw.choice(_SUBJECTS[topic.form]).format(topic.words)
        yield _judged(tate, words, kind="subject", rows=topic.rows, facets=())


def _judged(
    tate: Tate, words: str, *, kind: str, rows: frozenset[int], facets: Sequence[Facet]
) -> Judged:
    qid = "M" + hashlib.sha256(words.encode()).hexdigest()[:8]
    return Judged(
        qid=qid,
        query=words,
        kind=kind,
        relevant=frozenset(f"tate:{tate.rows[number].id}" for number in rows),
        part=part_of(qid),
        filters=dict(pair for facet in facets for pair in facet.filters),
    )
