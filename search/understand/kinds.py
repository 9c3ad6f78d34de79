"""Media, techniques and kinds of works in a query, where they say what a work is."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.filters import Field, Leaf, Op
from core.understanding import Meaning, PhraseKind, ReadingKind
from search.understand import curated
from search.understand.candidate import Candidate, Ground
from search.understand.terms import (
    BY_FORM,
    CARVED,
    DRESSES,
    MADE_WITH,
    SAID_WITH_IN,
    Style,
    Term,
)
from search.understand.words import Words

_LONGEST = 6  # words of a term or a value
_SURE, _UNSURE = 0.85, 0.4


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a term stands, and which words other readings have taken."""

    words: Words
    first: int
    last: int
    taken: frozenset[int]

    @property
    def is_head(self) -> bool:
        """Whether nothing but readings and small words stand before it."""
        return all(
            i in self.taken or self.words[i] in curated.SMALL_WORDS or self._links(i)
            for i in range(self.first)
        )

    def _links(self, place: int) -> bool:
        return self.words[place] in ("and", "or") and place - 1 in self.taken

    @property
    def is_followed(self) -> bool:
        """Whether what follows can follow the noun that a query is about."""
        following = self.words.after(self.last)
        return not following or following in curated.FOLLOWERS or self.last in self.taken

    @property
    def is_plural(self) -> bool:
        return self.words[self.last - 1].endswith("s")

    @property
    def is_blocked(self) -> bool:
        """Whether what stands before makes it a thing that is shown: "looking at prints"."""
        if self.first - 1 in self.taken or self._links(self.first - 1):
            return False
        before = self.words.before(self.first)
        blocking = curated.PREPOSITIONS | curated.DETERMINERS | {"his", "her", "their"}
        return before in blocking or before.endswith("ing")

    @property
    def is_noun(self) -> bool:
        """Whether the query is about works of this kind."""
        is_verb = self.words[self.last - 1].endswith("ing")
        if self.is_head:
            return self.is_followed or self.is_plural
        return self.is_followed and not self.is_blocked and not is_verb


def read_kinds(ground: Ground, taken: frozenset[int]) -> Iterator[Candidate]:
    """Read media and kinds of works; `taken` are places of words that are read otherwise."""
    place = 0
    while place < len(ground.words):
        found = _term_at(ground, place, taken) if place not in taken else None
        if found is None:
            place += 1
            continue
        yield found
        taken |= found.taken if found.is_certain else frozenset()
        place = max(found.last, found.taken_last if found.is_certain else 0)


def _term_at(ground: Ground, first: int, taken: frozenset[int]) -> Candidate | None:
    """Read the longest run of words that is a term, or a value as the collection writes it."""
    words = ground.words
    for last in range(min(first + _LONGEST, len(words)), first, -1):
        if _crosses(words, first, last):
            continue
        place = _Place(words, first, last, taken)
        term = BY_FORM.get(words.phrase(first, last))
        found = _read_term(ground, term, place) if term else None
        found = found or _read_value(ground, place)
        if found is not None:
            return found
    return None


def _crosses(words: Words, first: int, last: int) -> bool:
    return any(words.all[i].after_break for i in range(first + 1, last))


def _read_term(ground: Ground, term: Term, place: _Place) -> Candidate | None:
    """Ask the collection what the term means in it; None where it has no such works."""
    for field, values in term.wanted:
        found = tuple(v for v in values if ground.count(Leaf(field, Op.WORDS, (v,))))
        if found:
            confidence, taken_first, taken_last = _weigh(term, place)
            return _candidate(
                Leaf(field, Op.WORDS, found),
                term.label,
                place,
                confidence=confidence,
                taken=(taken_first, taken_last),
            )
    return None


def _weigh(term: Term, place: _Place) -> tuple[float, int, int]:
    """Say how sure it is, and which words go with it."""
    words, first, last = place.words, place.first, place.last
    if term.style is Style.WHOLE:
        return 0.9, first - _in_before(place), last
    if _in_before(place) and term.label in SAID_WITH_IN and place.is_followed:
        return _SURE, first - 1, last
    if words.after(last) in MADE_WITH and _is_medium(term):
        pair = _Place(words, first, last + 1, place.taken)
        return (_SURE if pair.is_noun else _UNSURE), first, last + 1
    if term.style is Style.MATERIAL:
        return _weigh_material(place), first, last
    return (_SURE if place.is_noun else _UNSURE), first, last


def _weigh_material(place: _Place) -> float:
    words = place.words
    if words.after(place.last) in CARVED:
        pair = _Place(words, place.first, place.last + 1, place.taken)
        return _SURE if pair.is_noun else _UNSURE
    is_after_artist = place.first - 1 in place.taken and place.is_followed
    return 0.75 if is_after_artist else _UNSURE


def _in_before(place: _Place) -> bool:
    if place.words.before(place.first) != "in":
        return False
    return place.words.before(place.first - 1) not in DRESSES


def _is_medium(term: Term) -> bool:
    return all(field is Field.MEDIUM for field, _ in term.wanted)


def _read_value(ground: Ground, place: _Place) -> Candidate | None:
    """Read a value of the collection: "porcelain", "reliefs"."""
    for meaning in _values(ground, place.first, place.last):
        field = _FIELDS.get(meaning.kind)
        if field is not None:
            return _candidate(
                _value_leaf(field, meaning.value),
                meaning.label,
                place,
                confidence=_weigh_value(place, meaning.kind),
                taken=(place.first, place.last),
            )
    return None


def _values(ground: Ground, first: int, last: int) -> tuple[Meaning, ...]:
    """Give what words stand for, a single one also without its plural "s"."""
    found = ground.meanings.get((first, last), ())
    word = ground.words[first]
    if found or last - first > 1 or not word.endswith("s"):
        return found
    return ground.vocabulary.look_up(word[:-1])[0]


_FIELDS = {
    PhraseKind.MEDIUM: Field.MEDIUM,
    PhraseKind.CLASSIFICATION: Field.CLASSIFICATION,
}


def _value_leaf(field: Field, value: str) -> Leaf:
    """A medium is found in longer ones too; a classification is one of a few."""
    return Leaf(field, Op.WORDS if field is Field.MEDIUM else Op.IN, (value,))


def _weigh_value(place: _Place, kind: PhraseKind) -> float:
    phrase = place.words.phrase(place.first, place.last)
    if " on " in phrase and phrase.count(" ") > 1:
        return 0.9 if place.is_followed else 0.6
    if kind is PhraseKind.CLASSIFICATION and place.is_noun and (place.is_plural or " " in phrase):
        return _SURE
    return _weigh_material(place)


def _candidate(
    where: Leaf, label: str, place: _Place, *, confidence: float, taken: tuple[int, int]
) -> Candidate:
    is_medium = where.field is Field.MEDIUM
    return Candidate(
        kind=ReadingKind.MEDIUM if is_medium else ReadingKind.CLASSIFICATION,
        first=place.first,
        last=place.last,
        label=label,
        where=where,
        confidence=confidence,
        taken_first=taken[0],
        taken_last=taken[1],
    )
