"""Judges a ranking by the likeness of its hits to the query's words, and cuts what is unlike."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.ports import Selection, VectorIndex
from core.queries import Leg, Query
from core.types import Json, Numbers, SpaceField
from core.understanding import Match, MatchLevel
from search.arrange import Ranking
from search.inputs import gather_inputs
from search.language import is_telling, language_note, unread_language
from search.leg_context import LegContext, LegResult
from search.leg_queries import as_one
from search.match import OffTopic, judge, parse_off_topic
from search.query_vectors import direction

# An artwork that has all but a twentieth of the words, the rare ones counting more, is quoted.
_QUOTED = 0.95
_UNLIKE = -1.0  # of a work without an embedding: nothing speaks for it


@dataclass(frozen=True, slots=True)
class Judged:
    """A ranking without the hits below `min_match`, and what was found."""

    ranking: Ranking
    match: Match | None  # None where nothing was measured, or the catalogue leg did not run


@dataclass(frozen=True, slots=True)
class Judging:
    """The leg that a query is judged by, and what its similarities mean."""

    context: LegContext
    leg: LegResult
    is_narrower: bool  # whether it has a filter of its own
    off_topic: OffTopic
    share: float  # of the artworks, those that match the leg's filter

    def scores(self, similarities: NDArray[np.float32]) -> NDArray[np.float64]:
        """Score similarities as `OffTopic.scores` does."""
        return self.off_topic.scores(similarities.astype(np.float64), self.share)


def judge_hits(
    context: LegContext, legs: Sequence[LegResult], ranking: Ranking, selection: Selection
) -> Judged:
    """Say whether anything fits the words of a query, and cut the hits below its `min_match`."""
    judging = find_judge(context, legs, selection)
    if judging is None:
        return Judged(ranking, None)
    with context.log.stage("match", len(ranking.numbers)) as stage:
        best = judging.leg.candidates.scores[:1]
        score = float(judging.scores(best)[0]) if len(best) else 0.0
        match = judge(score, _coverage(judging.context))
        kept, match = _cut(judging, ranking, match)
        stage.output_count = len(kept.numbers)
    return Judged(kept, match)


def find_judge(
    context: LegContext, legs: Sequence[LegResult], selection: Selection
) -> Judging | None:
    """Find the catalogue leg that looked for the words of the whole query, and its scale.

    A leg that looked for other words, or for some of several texts, tells nothing of them.
    """
    asked = {asked.name: asked.context for asked in context.legs}
    wanted = gather_inputs(as_one(context.query), context.away).texts
    fit = (r for r in legs if r.leg is Leg.CATALOGUE and asked[r.name].inputs.texts == wanted)
    leg = next(fit, None)
    if leg is None:
        return None
    own = asked[leg.name]
    is_narrower = own.query.where != context.query.where
    within = context.snapshot.columns.select(own.query.where) if is_narrower else selection
    off_topic = _off_topic(context, leg)
    if off_topic is None or not within.count:
        return None
    return Judging(own, leg, is_narrower, off_topic, within.count / len(context.snapshot))


def with_exact(match: Match | None, exact: Collection[int]) -> Match | None:
    """Call what the query names by id, accession number or title a good match."""
    return replace(match, level=MatchLevel.GOOD) if match and exact else match


def find_language(context: LegContext, query: Query) -> str | None:
    """Tell the language of a query as it came, where the text encoder does not read it."""
    languages, text = context.encoders.languages, gather_inputs(query).wanted_text
    if languages is None or not text:
        return None
    with context.log.stage("language", 1) as stage:
        # What knows the languages comes last: half a second when it is first asked.
        if not is_telling(text) or context.snapshot.lexical.coverage(text) >= _QUOTED:
            return None
        language = unread_language(text, languages)
        if language is None:
            return None
        name = context.encoders.text.card.name
        stage.degraded = language_note(language, name, languages.reads)
        stage.output_count = 1
    return language


def _cut(judging: Judging, ranking: Ranking, match: Match) -> tuple[Ranking, Match]:
    least = judging.context.query.min_match
    if least is None or not len(ranking.numbers):
        return ranking, match
    keep = judging.scores(_likeness(judging, ranking.numbers, least)) >= least
    scores = None if ranking.scores is None else ranking.scores[keep]
    level = match.level if keep.any() else MatchLevel.NONE
    cut = int(np.count_nonzero(~keep))
    return Ranking(ranking.numbers[keep], scores), replace(match, level=level, cut=cut)


def _likeness(judging: Judging, numbers: Numbers, least: float) -> NDArray[np.float32]:
    """Find how similar each hit is to the words, also those that other legs found."""
    context, leg = judging.context, judging.leg
    likeness = np.full(len(numbers), _UNLIKE, np.float32)
    order = np.argsort(leg.candidates.numbers)
    found = leg.candidates.numbers[order]
    places = np.minimum(np.searchsorted(found, numbers), max(len(found) - 1, 0))
    is_found = found[places] == numbers if len(found) else np.zeros(len(numbers), np.bool_)
    likeness[is_found] = leg.candidates.scores[order][places[is_found]]
    others = np.flatnonzero(~is_found)
    # What a full leg did not find is less similar than its last candidate.
    is_full = len(found) >= context.wanted and not judging.is_narrower
    tells = is_full and not context.inputs.has_negatives
    if len(others) and not (tells and judging.scores(leg.candidates.scores[-1:])[0] < least):
        likeness[others] = _stored_likeness(context, numbers[others])
    return likeness


def _stored_likeness(context: LegContext, numbers: Numbers) -> NDArray[np.float32]:
    positive = [place for place, (_, weight) in enumerate(context.inputs.texts) if weight > 0]
    vectors = context.encoded_texts(SpaceField.CATALOGUE)[positive]
    towards = direction(vectors, [context.inputs.texts[place][1] for place in positive])
    stored = _index(context).directions_of(numbers)
    likeness: NDArray[np.float32] = (stored @ towards[0]).astype(np.float32)
    return np.where(stored.any(axis=1), likeness, np.float32(_UNLIKE))


def _off_topic(context: LegContext, leg: LegResult) -> OffTopic | None:
    spaces: dict[str, Json] = context.snapshot.manifest["spaces"]
    card = next((card for card in spaces.values() if card["name"] == leg.plan.space), None)
    return parse_off_topic(card) if card else None


def _index(context: LegContext) -> VectorIndex:
    return context.snapshot.spaces[context.encoders.space(SpaceField.CATALOGUE).key]


def _coverage(context: LegContext) -> float | None:
    """Tell how far the collection has the words; None where they may be of another language."""
    if context.encoders.languages is None:
        return None
    return context.snapshot.lexical.coverage(context.inputs.wanted_text)
