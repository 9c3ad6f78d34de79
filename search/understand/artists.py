"""Names of artists in a query as filters: "Turner's", "after Turner", "by Turner and Girtin"."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.filters import Field, Leaf, Op
from core.types import DEFAULT_ROLE
from core.understanding import Meaning, ReadingKind
from search.understand import curated
from search.understand.candidate import Candidate, Ground
from search.understand.evidence import is_marked, name_confidence, taken_first
from search.understand.names import Named, find_names
from search.understand.words import Words

_MOST_PEOPLE = 50  # artists of one surname that a filter names
_MOST_COUNTED = 10  # artists of one surname whose followers are told apart
_DOMINANT = 0.75  # share of a name's works at which one artist is meant


def read_artists(ground: Ground) -> Iterator[Candidate]:
    """Read the names of artists."""
    for named in find_names(ground):
        yield from _readings(ground, named)


def _readings(ground: Ground, named: Named) -> Iterator[Candidate]:
    words = ground.words
    first = named.first - (words.before(named.first) in curated.TITLES)
    role_first, role = _role_before(words, first)
    confidence = name_confidence(ground, named, first, role)
    named = _by_role(ground, named, role)
    best, *others = named.people
    is_one = not others or best.works >= _DOMINANT * max(named.works, 1)
    # A lead does not decide between two who share a surname; "by" and "'s" say that one is meant.
    is_meant = role != DEFAULT_ROLE or is_marked(words, named, first)
    share = 1.0 if is_one or named.is_full or is_meant else 0.7
    chosen = named.people[:1] if is_one else named.people[:_MOST_PEOPLE]
    begin = taken_first(words, first, role_first)
    for people, sure in (
        (chosen, share),
        *(((one,), 0.4) for one in named.people[: 3 * bool(others)]),
    ):
        if len(people) == 1 and sure < 1 and people == chosen:
            continue
        yield Candidate(
            kind=ReadingKind.ARTIST,
            first=role_first if role != DEFAULT_ROLE else named.first,
            last=named.last,
            label=_label(people, role),
            where=Leaf(Field.ARTIST_ID, Op.IN, tuple(p.value for p in people), role=role),
            confidence=round(confidence * sure, 2),
            taken_first=begin,
            taken_last=named.last,
        )


def _by_role(ground: Ground, named: Named, role: str) -> Named:
    """Count what was made after each, where that is asked for, instead of what each made."""
    if role == DEFAULT_ROLE:
        return named
    counted = [
        replace(p, works=ground.count(Leaf(Field.ARTIST_ID, Op.IN, (p.value,), role=role)))
        for p in named.people[:_MOST_COUNTED]
    ]
    return replace(named, people=tuple(sorted(counted, key=lambda p: (-p.works, p.value))))


def _label(people: Sequence[Meaning], role: str) -> str:
    names = sorted({person.label for person in people})
    who = names[0] if len(people) == 1 else f"{len(people)} artists: {', '.join(names[:3])}"
    if len(names) > 3:
        who += ", …"
    return who if role == DEFAULT_ROLE else f"{role} {who}"


def _role_before(words: Words, first: int) -> tuple[int, str]:
    """Find what ties a work to the name that begins here: where it is said, and the role."""
    if first and words.all[first].after_break:
        return first, DEFAULT_ROLE
    found = [
        (start, role)
        for phrase, role in curated.ROLE_PHRASES.items()
        if (start := words.ends_with(first, phrase)) is not None
    ]
    return min(found, default=(first, DEFAULT_ROLE))
