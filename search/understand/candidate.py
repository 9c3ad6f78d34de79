"""A candidate: one thing that some words of a query may be taken for, before one is chosen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.filters import Filter
from core.ports import Vocabulary
from core.understanding import Meaning, PhraseKind, ReadingKind
from search.understand.words import Words

CERTAIN = 0.7  # confidence from which a reading becomes a filter

Count = Callable[[Filter], int]
"""Counts the artworks that pass a filter."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading of the words from `first` to `last` (one beyond)."""

    kind: ReadingKind
    first: int
    last: int
    label: str
    where: Filter | None
    confidence: float
    taken_first: int  # the words that go when it is applied: "by Turner", "in bronze"
    taken_last: int
    is_bare_year: bool = False  # "1815": when it was made, or what happened then

    @property
    def is_certain(self) -> bool:
        """Whether it may become a filter."""
        return self.confidence >= CERTAIN

    @property
    def places(self) -> set[int]:
        """Places of the words that it means."""
        return set(range(self.first, self.last))

    @property
    def taken(self) -> set[int]:
        """Places of the words that go when it is applied."""
        return set(range(self.taken_first, self.taken_last))


Meanings = Mapping[tuple[int, int], tuple[Meaning, ...]]
"""What the words from a place up to another stand for."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What every reader looks at."""

    words: Words
    vocabulary: Vocabulary
    count: Count
    meanings: Meanings

    def values(self, first: int, last: int, kind: PhraseKind) -> tuple[Meaning, ...]:
        """Give what the words stand for of one kind, the commonest first."""
        return tuple(m for m in self.meanings.get((first, last), ()) if m.kind is kind)


def ground_of(words: Words, vocabulary: Vocabulary, count: Count) -> Ground:
    """Look up every run of words once, and none that no phrase begins with."""
    meanings: dict[tuple[int, int], tuple[Meaning, ...]] = {}
    for first in range(len(words)):
        for last in range(first + 1, len(words) + 1):
            found, goes_on = vocabulary.look_up(words.phrase(first, last))
            if found:
                meanings[first, last] = found
            if not goes_on:
                break
    return Ground(words, vocabulary, count, meanings)


def overlap(one: Candidate, other: Candidate) -> bool:
    """Tell whether two readings claim the same word."""
    return not one.taken.isdisjoint(other.taken)
