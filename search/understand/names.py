"""Names of artists among the words of a query, whoever they turn out to mean."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.understanding import Meaning, PhraseKind
from search.understand.candidate import Ground
from search.understand.words import Words

LONGEST_NAME = 7  # words: "Joseph Mallord William Turner" has four
_MOST_BEFORE = 3  # words on either side of one that is not spelt right


@dataclass(frozen=True, slots=True)
class Named:
    """Words that are a name, and whose."""

    first: int
    last: int
    people: tuple[Meaning, ...]  # the one with the most works first
    is_full: bool
    is_corrected: bool

    @property
    def works(self) -> int:
        """Works by all of them."""
        return sum(person.works for person in self.people)


def find_names(ground: Ground) -> Iterator[Named]:
    """Find the names of artists, the longest at each place."""
    yield from _misspelt(ground)
    place = 0
    while place < len(ground.words):
        named = _longest_name(ground, place)
        if named is not None:
            yield named
        place = named.last if named else place + 1


def _longest_name(ground: Ground, first: int) -> Named | None:
    words = ground.words
    end = min(first + LONGEST_NAME, len(words))
    for place in range(first, end):
        if words.all[place].is_possessive:
            end = place + 1
            break
    for last in range(end, first, -1):
        people = _people(ground.meanings.get((first, last), ()))
        if people and _is_one_name(words, first, last):
            return Named(first, last, people, people[0].kind is PhraseKind.NAME, is_corrected=False)
    return None


def _is_one_name(words: Words, first: int, last: int) -> bool:
    """Tell whether commas, if any, stand as in "Turner, Joseph Mallord William"."""
    breaks = [place for place in range(first + 1, last) if words.all[place].after_break]
    return not breaks or (len(breaks) == 1 and words.text[words.all[breaks[0] - 1].end] == ",")


def _misspelt(ground: Ground) -> Iterator[Named]:
    """Find names with one word that the collection does not know, put right."""
    words = ground.words
    for place in range(len(words)):
        rights = ground.vocabulary.corrections(words[place])
        found = next(filter(None, (_put_right(ground, place, right) for right in rights)), None)
        if found is not None:
            yield found


def _put_right(ground: Ground, place: int, right: str) -> Named | None:
    words = ground.words
    for first in range(max(0, place - _MOST_BEFORE), place + 1):
        for last in range(min(place + _MOST_BEFORE, len(words)), place, -1):
            spelt = [right if i == place else words[i] for i in range(first, last)]
            people = _people(ground.vocabulary.look_up(" ".join(spelt))[0])
            if people:
                is_full = people[0].kind is PhraseKind.NAME
                return Named(first, last, people, is_full, is_corrected=True)
    return None


def _people(meanings: Sequence[Meaning]) -> tuple[Meaning, ...]:
    """Find whose name it is; where it is the full name of some, those with the mere surname go."""
    full = tuple(m for m in meanings if m.kind is PhraseKind.NAME)
    return full or tuple(m for m in meanings if m.kind is PhraseKind.SURNAME)
