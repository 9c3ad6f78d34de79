"""What a query does not want: "without people", "no boats", "not a portrait"."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.text import word_set
from search.understand import curated
from search.understand.words import Words

_TRIGGERS = tuple(
    phrase.split()
    for phrase in (
        "but not", "other than", "apart from", "with no", "and no", "there are no", "there is no",
        "and not", "except for", "without", "excluding", "except", "not", "no", "minus",
    )
)  # fmt: skip
# "No man's land", "Composition No. 5", "to be or not to be".
_NOT_AFTER = {
    "no": word_set("man one more longer title entry exit way idea end"),
    "not": word_set("to far only yet quite so very titled known all being much just even always i"),
}
_STOPS = word_set(
    "but with in by from on at before after against under near while who which that made painted "
    "during since through into for"
)
_LINKS = frozenset({"and", "or", "nor"})
_SKIPPED = word_set("a an the any of")
_MOST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Negative:
    """Words that are not wanted."""

    first: int  # of the words that go, "without" included
    last: int
    parts: tuple[tuple[int, int], ...]  # each thing that is not wanted: first word, one beyond last


def read_negatives(words: Words) -> Iterator[Negative]:
    """Read what is not wanted, from the left."""
    place = 0
    while place < len(words):
        start = _after_trigger(words, place)
        found = _negative(words, place, start) if start is not None else None
        if found is None:
            place += 1
            continue
        yield found
        place = found.last


def _after_trigger(words: Words, place: int) -> int | None:
    for trigger in _TRIGGERS:
        last = place + len(trigger)
        if words.phrase(place, last).split() == trigger and not words.all[place].is_possessive:
            following = words.after(last)  # "" after a dot, as of "No. 5"
            banned = _NOT_AFTER.get(trigger[-1], frozenset())
            is_other = not following or following in banned or following.isdigit()
            return None if is_other else last
    return None


def _negative(words: Words, place: int, start: int) -> Negative | None:
    parts: list[tuple[int, int]] = []
    first = last = start
    while last < len(words) and not (words.all[last].after_break and last > start):
        word = words[last]
        if word in _LINKS:
            if not _goes_on(words, last):
                break
            parts.append((first, last))
            first = last + 1
        elif word in _SKIPPED and last == first:
            first += 1
        elif (word in _STOPS and last > first) or last - first >= _MOST_WORDS:
            break
        last += 1
    parts.append((first, last))
    wanted = tuple((a, b) for a, b in parts if a < b)
    return Negative(place, last, wanted) if wanted else None


def _goes_on(words: Words, link: int) -> bool:
    """Tell whether what follows "and" is one more thing that is not wanted."""
    following = words.after(link + 1)
    if words[link] == "and" and following in curated.DETERMINERS:
        return False
    return bool(following) and following not in _STOPS
