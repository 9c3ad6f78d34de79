"""The gender of artists in a query: "women artists", "by a woman"."""

from collections.abc import Iterator

from core.filters import Field, Leaf, Op
from core.understanding import ReadingKind
from search.understand import curated
from search.understand.candidate import Candidate, Ground
from search.understand.words import Words


def read_gender(ground: Ground) -> Iterator[Candidate]:
    """Read words that say whether women or men made a work."""
    words = ground.words
    for place in range(len(words)):
        is_female = curated.WOMEN.get(words[place])
        if is_female is None:
            continue
        found = _span(words, place)
        values = tuple(v for v in curated.GENDER_VALUES[is_female] if _has(ground, v))
        if found and values:
            yield _candidate(place, found, values, "women" if is_female else "men")


def _span(words: Words, place: int) -> tuple[int, int, float] | None:
    """Find the words that go with it, and how sure it is."""
    if words.after(place + 1) in curated.ARTIST_NOUNS:
        first = _by_first(words, place)
        is_shown = words.before(place) in ("of", "the", "two") or _is_of(words, place)
        return (place if first is None else first, place + 2, 0.4 if is_shown else 0.9)
    first = _by_first(words, place)
    if first is None:
        return None
    return first, place + 1, 0.85 if words.after(place + 1) in curated.FOLLOWERS | {""} else 0.4


def _is_of(words: Words, place: int) -> bool:
    return words.before(place) == "a" and words.before(place - 1) in ("of", "showing")


def _by_first(words: Words, place: int) -> int | None:
    """Find where "painted by a" begins before a place; None where it is not said who made it."""
    by = place - 1 - (words.before(place) in ("a", "an", "the"))
    if by < 0 or words[by] != "by" or words.before(place) == "":
        return None
    verb = words.before(by)
    if verb in curated.MAKING:
        return by - 1
    is_passive = verb.endswith("ed") or verb in curated.IRREGULAR_PASSIVES
    return None if is_passive or verb.endswith("ing") else by


def _has(ground: Ground, value: str) -> bool:
    return bool(ground.count(Leaf(Field.GENDER, Op.IN, (value,))))


def _candidate(
    place: int, found: tuple[int, int, float], values: tuple[str, ...], label: str
) -> Candidate:
    first, last, confidence = found
    return Candidate(
        kind=ReadingKind.GENDER,
        first=place,
        last=last,
        label=f"by {label}",
        where=Leaf(Field.GENDER, Op.IN, values),
        confidence=confidence,
        taken_first=first,
        taken_last=last,
    )
