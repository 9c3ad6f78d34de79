"""Movements and places in a query."""

import re
from collections.abc import Iterator

from core.filters import Field, Leaf, Op
from core.text import fold
from core.understanding import PhraseKind, ReadingKind
from search.understand import curated
from search.understand.candidate import Candidate, Ground
from search.understand.words import Words

_LONGEST = 4
_FEWEST_WORKS = 20  # collections name movements for few of their works
# Followers and manners of a movement, as against a movement's name cut short, which is a place.
_FOLLOWS = ("ist", "ite", "ists", "ites", "ic", "ical")
_WORKS = (curated.ART_NOUNS | {"images", "works"}) - {"landscapes", "portraits", "portrait"}
_MERELY_SHOWN = 0.4  # a place is what a work shows, so it is never certain


def read_movements(ground: Ground) -> Iterator[Candidate]:
    """Read names of movements; certain beside a word for works: "Surrealist paintings"."""
    words = ground.words
    for first in range(len(words)):
        for last in range(min(first + _LONGEST, len(words)), first, -1):
            found = ground.values(first, last, PhraseKind.MOVEMENT)
            if found:
                values = tuple(meaning.value for meaning in found)
                yield _movement(words, (first, last), values, found[0].works)
                break


def _movement(
    words: Words, places: tuple[int, int], values: tuple[str, ...], works: int
) -> Candidate:
    first, last = places
    is_certain = works >= _FEWEST_WORKS and _names_it(words, places, values)
    return Candidate(
        kind=ReadingKind.MOVEMENT,
        first=first,
        last=last,
        label=", ".join(values),
        where=Leaf(Field.MOVEMENT, Op.WORDS, tuple(map(_telling, values))),
        confidence=0.75 if is_certain else 0.5,
        taken_first=first,
        taken_last=last,
    )


def _names_it(words: Words, places: tuple[int, int], values: tuple[str, ...]) -> bool:
    """Tell a movement from what its words mean otherwise: "Romantic lovers", "Camden Town"."""
    first, last = places
    phrase, is_long = words.phrase(first, last), last - first > 1
    is_whole = any(phrase == _bare(value) for value in values) or phrase.endswith(_FOLLOWS)
    if not is_whole or not (is_long or words.all[first].is_capital):
        return False
    following = words.after(last)
    is_subject = words.before(first) in curated.PREPOSITIONS | curated.DETERMINERS
    return following in _WORKS or (is_long and bool(following) and not is_subject)


def _telling(value: str) -> str:
    """Take the words that also name its branches: "pop" finds "Pop Art" and "British Pop"."""
    return _bare(value).removesuffix(" art")


def _bare(value: str) -> str:
    return fold(re.sub(r"\(.*?\)", " ", value))


def read_places(ground: Ground) -> Iterator[Candidate]:
    """Read names of places; they are suggestions only."""
    words = ground.words
    for first in range(len(words)):
        for last in range(min(first + _LONGEST, len(words)), first, -1):
            place = _place(ground, first, last)
            if place is not None:
                yield Candidate(
                    kind=ReadingKind.PLACE,
                    first=first,
                    last=last,
                    label=place.title(),
                    where=Leaf(Field.SUBJECT, Op.WORDS, (place,)),
                    confidence=_MERELY_SHOWN,
                    taken_first=first,
                    taken_last=last,
                )
                break


def _place(ground: Ground, first: int, last: int) -> str | None:
    """Name the place of a phrase: of a small list, or a value of the collection."""
    phrase = ground.words.phrase(first, last)
    if phrase in curated.PLACES:
        return curated.PLACES[phrase]
    return phrase if ground.values(first, last, PhraseKind.PLACE) else None
