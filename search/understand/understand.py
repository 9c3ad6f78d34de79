"""A query's text read by rules and by what the collection holds: no language model, no chance.

1. The text is cut into words; what it does not want is set aside ("without people").
2. Each reader proposes candidates with a confidence: artists, dates, gender, movements, places,
   and then media and kinds of works, which look at what the others have taken.
3. The certain ones become filters, the longest first. Those that leave too few artworks together
   are given up again, and the note says so.
4. What is left of the text goes to the encoder.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from core.filters import Filter, Not, all_of
from core.ports import Vocabulary
from core.understanding import Reading, ReadingKind, SpanReadings, Understand, Understanding
from search.understand.artists import read_artists
from search.understand.candidate import Candidate, Count, Ground, ground_of
from search.understand.choose import (
    FEWEST,
    Group,
    believe_years,
    choose,
    group,
    keep_fitting,
)
from search.understand.kinds import read_kinds
from search.understand.leftover import leftover
from search.understand.negatives import Negative, read_negatives
from search.understand.people import read_gender
from search.understand.periods import read_dates
from search.understand.themes import read_movements, read_places
from search.understand.words import Words, split_words

_LEAST = 0.1  # confidence of a reading that is told
MOST_WORDS = 32  # of a query; a longer text describes a work, and names what it shows
_READERS = (read_artists, read_dates, read_gender, read_movements, read_places)


@dataclass(frozen=True, slots=True)
class _Away:
    """Something that is not wanted: a text, and a filter where it is one."""

    first: int
    last: int
    text: str
    where: Filter | None
    label: str


def understand(
    text: str, mode: Understand, *, where: Filter | None, vocabulary: Vocabulary, count: Count
) -> Understanding:
    """Read a query's text; `where` is the filter that the request has already."""
    words = split_words(text)
    if mode is Understand.OFF or not len(words):
        return Understanding(mode, text=text)
    if len(words) > MOST_WORDS:
        return Understanding(
            mode, text=text, note=f"of a text of more than {MOST_WORDS} words nothing is read"
        )
    ground = ground_of(words, vocabulary, count)
    negatives = list(read_negatives(words))
    unwanted = [away for negative in negatives for away in _unwanted(ground, negative)]
    candidates = _candidates(ground, negatives)
    understanding = _apply(ground, candidates, unwanted, where=where, negatives=negatives)
    if mode is Understand.APPLY:
        return understanding
    return replace(unapplied(understanding, text), mode=mode)


def unapplied(understanding: Understanding, text: str, note: str | None = None) -> Understanding:
    """Keep what was read as suggestions, and search for the text as it was typed."""
    spans = tuple(
        replace(span, readings=tuple(replace(r, is_applied=False) for r in span.readings))
        for span in understanding.spans
    )
    return Understanding(understanding.mode, spans=spans, text=text, note=note)


def _candidates(ground: Ground, negatives: Sequence[Negative] = ()) -> list[Candidate]:
    """Collect all readings of words that are wanted, with those that match nothing doubted."""
    closed = {i for negative in negatives for i in range(negative.first, negative.last)}
    read = [
        c for c in chain.from_iterable(reader(ground) for reader in _READERS)
        if closed.isdisjoint(c.taken)
    ]  # fmt: skip
    read = [_tested(ground, c) for c in read]
    taken = frozenset(i for c in choose(read) for i in c.taken)
    kinds = [c for c in read_kinds(ground, taken | closed) if closed.isdisjoint(c.taken)]
    return believe_years([*read, *(_tested(ground, c) for c in kinds)], ground.words)


def _tested(ground: Ground, candidate: Candidate) -> Candidate:
    """Believe nothing that no artwork bears out."""
    if candidate.where is None or not candidate.is_certain or ground.count(candidate.where):
        return candidate
    return replace(candidate, confidence=_LEAST)


def _unwanted(ground: Ground, negative: Negative) -> list[_Away]:
    """Read what is not wanted: a filter if all of it is one, else a text to keep away from."""
    away = []
    for first, last in negative.parts:
        words = ground.words
        text = words.text[words.all[first].begin : words.all[last - 1].end]
        part = ground_of(split_words(text), ground.vocabulary, ground.count)
        filters = [
            c for c in choose(_candidates(part)) if len(c.taken) == len(part.words) and c.where
        ]
        found = Not(filters[0].where) if filters and filters[0].where is not None else None
        label = f"not {filters[0].label if filters else text}"
        away.append(_Away(first, last, text, found, label))
    return away


def _apply(
    ground: Ground,
    candidates: Sequence[Candidate],
    unwanted: Sequence[_Away],
    *,
    where: Filter | None,
    negatives: Sequence[Negative],
) -> Understanding:
    words = ground.words
    hidden = {i for negative in negatives for i in range(negative.first, negative.last)}
    refused = [away.where for away in unwanted]

    def fits(groups: Sequence[Group]) -> bool:
        rest = leftover(words, frozenset(hidden | _gone(groups)))
        together = all_of([where, *refused, *(g.where for g in groups)])
        # One filter, or nothing but filters, was asked for, however few works it leaves.
        fewest = FEWEST if rest and len(groups) > 1 else 1
        return together is None or ground.count(together) >= fewest

    groups = group(choose(candidates), words)
    kept, given_up = keep_fitting(groups, fits)
    applied = [member for one in kept for member in one.members]
    rest = leftover(words, frozenset(hidden | _gone(kept)))
    if rest is None and not kept and not any(refused):
        note = "nothing is asked for but what is not wanted" if unwanted else None
        return Understanding(
            Understand.APPLY, _spans(ground, candidates, (), ()), words.text, note=note
        )
    return Understanding(
        Understand.APPLY,
        spans=_spans(ground, candidates, applied, unwanted),
        text=rest,
        ranked_by=None if rest else leftover(words, frozenset(hidden)),
        away=tuple(away.text for away in unwanted if away.where is None),
        where=all_of([*(g.where for g in kept), *refused]),
        note=_note(given_up),
    )


def _gone(groups: Iterable[Group]) -> set[int]:
    """List the words that became filters.

    Every artwork that is left has them, so they tell no two apart, and in the embedding they push
    the subject aside.
    """
    return {i for one in groups for member in one.members for i in member.taken}


def _note(given_up: Sequence[Group]) -> str | None:
    if not given_up:
        return None
    names = ", ".join(one.label for one in given_up)
    return f"too few artworks match all of it, so these are no filters: {names}"


def _spans(
    ground: Ground,
    candidates: Sequence[Candidate],
    applied: Sequence[Candidate],
    unwanted: Sequence[_Away],
) -> tuple[SpanReadings, ...]:
    """List all readings by the words that they are of, the likeliest first."""
    found: dict[tuple[int, int], list[Reading]] = defaultdict(list)
    for one in candidates:
        if one.confidence < _LEAST:
            continue
        reading = Reading(
            kind=one.kind,
            label=one.label,
            where=one.where,
            matching=ground.count(one.where) if one.where is not None else 0,
            confidence=round(min(one.confidence, 1.0), 2),
            is_applied=one in applied,
        )
        if reading not in found[one.first, one.last]:
            found[one.first, one.last].append(reading)
    for away in unwanted:
        found[away.first, away.last].append(_refusal(ground, away))
    return tuple(_span(ground.words, place, found[place]) for place in sorted(found))


def _refusal(ground: Ground, away: _Away) -> Reading:
    matching = ground.count(away.where) if away.where is not None else 0
    return Reading(ReadingKind.NEGATIVE, away.label, away.where, matching, 0.9, is_applied=True)


def _span(words: Words, place: tuple[int, int], readings: Sequence[Reading]) -> SpanReadings:
    begin, end = words.all[place[0]].begin, words.all[place[1] - 1].end
    likeliest = sorted(readings, key=lambda r: (not r.is_applied, -r.confidence, -r.matching))
    return SpanReadings(begin, end, words.text[begin:end], tuple(likeliest))
