"""The filters of each selectivity, chosen from real columns by what they leave."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, zip_longest

import numpy as np

from bench.ann.columns import FlatColumns
from bench.ann.conditions import conditions_of
from core.filters import And, Field, Filter, Leaf, Op

TOLERANCE = 1.3  # a filter belongs to a level when it leaves its share, within this factor
_COMMON = 60  # words and artists that are combined with others
_YEAR_STEPS = 40  # of the beginnings of a range of years


@dataclass(frozen=True, slots=True)
class Candidate:
    """A filter, what it is made of, and how many works it leaves."""

    kind: str  # "artist", "years", "words", or two of them
    where: Filter
    count: int


def choose(candidates: Iterable[Candidate], target: float, wanted: int) -> list[Candidate]:
    """Choose the filters nearest to a count, of each kind in turn."""

    def distance(candidate: Candidate) -> float:
        return abs(math.log(candidate.count / target))

    kinds: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        if candidate.count and distance(candidate) <= math.log(TOLERANCE):
            kinds.setdefault(candidate.kind, []).append(candidate)
    ranked = [sorted(kinds[kind], key=distance) for kind in sorted(kinds)]
    in_turn = (c for turn in zip_longest(*ranked) for c in turn if c is not None)
    return list({candidate.where: candidate for candidate in in_turn}.values())[:wanted]


def candidates(columns: FlatColumns, target: float) -> Iterator[Candidate]:
    """List filters over the columns that leave about `target` works."""
    artists, words = columns.counts("artist"), columns.counts("medium")
    for name, count in artists.items():
        yield Candidate("artist", _artist(name), count)
    for word, count in words.items():
        yield Candidate("words", _words(word), count)
    everything = np.ones(len(columns), np.bool_)
    yield from _with_years(columns, "years", (), everything, target)
    common_words = [word for word, _ in words.most_common(_COMMON)]
    for pair in combinations(common_words, 2):
        if min(words[pair[0]], words[pair[1]]) * TOLERANCE >= target:
            yield _counted(columns, "words", (_words(*pair),))
    for name, count in artists.most_common(_COMMON):
        if count * TOLERANCE >= target:
            for word in common_words[: _COMMON // 3]:
                yield _counted(columns, "artist+words", (_artist(name), _words(word)))
    for word in common_words[: _COMMON // 3]:
        if words[word] * TOLERANCE >= target:
            leaf = _words(word)
            mask = columns.mask(conditions_of(leaf))
            yield from _with_years(columns, "words+years", (leaf,), mask, target)


def _with_years(
    columns: FlatColumns,
    kind: str,
    leaves: tuple[Leaf, ...],
    mask: np.ndarray,
    target: float,
) -> Iterator[Candidate]:
    """Add ranges of years: from one of some years on, as long as leaves about the target.

    A work is left out when it begins after the range or ends before it, never both; so two sorted
    columns tell the count of every range.
    """
    dated = mask & (columns.begins <= columns.ends)
    begins, ends = np.sort(columns.begins[dated]), np.sort(columns.ends[dated])
    if len(begins) < target / TOLERANCE:
        return
    starts = np.unique(begins[:: max(1, len(begins) // _YEAR_STEPS)])
    years = np.arange(int(starts[0]), int(begins[-1]) + 1)
    until = np.searchsorted(begins, years, side="right")
    for start in starts.tolist():
        counts = until - int(np.searchsorted(ends, start))
        counts[years < start] = 0
        last = int(np.argmin(np.abs(np.log(np.maximum(counts, 0.5) / target))))
        leaf = Leaf(Field.YEAR, Op.OVERLAPS, begin=start, end=int(years[last]))
        yield Candidate(kind, _all((*leaves, leaf)), int(counts[last]))


def _counted(columns: FlatColumns, kind: str, leaves: Sequence[Leaf]) -> Candidate:
    conditions = chain.from_iterable(map(conditions_of, leaves))
    return Candidate(kind, _all(leaves), int(columns.mask(conditions).sum()))


def _all(leaves: Sequence[Leaf]) -> Filter:
    return leaves[0] if len(leaves) == 1 else And(tuple(leaves))


def _artist(name: str) -> Leaf:
    return Leaf(Field.ARTIST, Op.IN, (name,))


def _words(*wanted: str) -> Leaf:
    return Leaf(Field.MEDIUM, Op.WORDS, (" ".join(wanted),))
