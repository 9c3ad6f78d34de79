"""Which readings of a query become filters, and what they come to together."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from core.filters import Filter, Leaf, Or
from core.understanding import ReadingKind
from search.understand.candidate import CERTAIN, Candidate, overlap
from search.understand.words import Words

FEWEST = 3  # artworks that several filters must leave, where a subject is searched for as well
_MADE = (ReadingKind.MEDIUM, ReadingKind.CLASSIFICATION)
_COMPANY = (*_MADE, ReadingKind.ARTIST)
# What is given up first when the filters leave nothing: what the query could do without.
_GIVEN_UP = (
    ReadingKind.MOVEMENT,
    ReadingKind.CLASSIFICATION,
    ReadingKind.GENDER,
    ReadingKind.MEDIUM,
    ReadingKind.DATE,
    ReadingKind.ARTIST,
)


@dataclass(frozen=True, slots=True)
class Group:
    """Readings of which one must hold: "paintings and drawings", "Turner and Constable"."""

    members: tuple[Candidate, ...]

    @property
    def where(self) -> Filter:
        """Say it as a filter."""
        parts = tuple(m.where for m in self.members if m.where is not None)
        return parts[0] if len(parts) == 1 else Or(parts)

    @property
    def label(self) -> str:
        """Say it for people."""
        return " or ".join(member.label for member in self.members)


def choose(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Choose the certain readings, longer ones first, no word twice."""
    chosen: list[Candidate] = []
    for one in sorted(candidates, key=lambda c: (-len(c.places), -c.confidence, c.first)):
        if one.is_certain and not any(overlap(one, other) for other in chosen):
            chosen.append(one)
    return sorted(chosen, key=lambda c: c.first)


def believe_years(candidates: Iterable[Candidate], words: Words) -> list[Candidate]:
    """Take a bare year at the end for a date where something else says what was made then."""
    listed = list(candidates)
    is_about_works = any(c.is_certain and c.kind in _COMPANY for c in listed)
    return [
        replace(c, confidence=0.75)
        if c.is_bare_year and c.last == len(words) and is_about_works
        else c
        for c in listed
    ]


def group(chosen: Sequence[Candidate], words: Words) -> list[Group]:
    """Put together the readings of which one must hold."""
    groups: list[list[Candidate]] = []
    for one in chosen:
        home = next((g for g in groups if _belongs(one, g, words)), None)
        if home is None:
            groups.append([one])
        else:
            home.append(one)
    return [Group(tuple(members)) for members in groups]


def keep_fitting(
    groups: Sequence[Group], fits: Callable[[Sequence[Group]], bool]
) -> tuple[list[Group], list[Group]]:
    """Give up groups, the least certain first, until the rest fits; return the rest and those."""
    kept, given_up = list(groups), []
    while kept and not fits(kept):
        weakest = min(kept, key=lambda g: (_GIVEN_UP.index(g.members[0].kind), _confidence(g)))
        kept.remove(weakest)
        given_up.append(weakest)
    return kept, given_up


def _belongs(one: Candidate, home: Sequence[Candidate], words: Words) -> bool:
    other = home[-1]
    if _key(one) == _key(other):
        return True
    if one.kind not in _MADE or other.kind not in _MADE:
        return False
    between = words.phrase(other.taken_last, one.taken_first)
    return between in ("and", "or") or (not between and words.all[one.first].after_break)


def _key(one: Candidate) -> tuple[ReadingKind, str]:
    role = one.where.role if isinstance(one.where, Leaf) else ""
    return one.kind, role


def _confidence(one: Group) -> float:
    return min((member.confidence for member in one.members), default=CERTAIN)
