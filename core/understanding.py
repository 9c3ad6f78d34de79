"""What the words of a query were taken for, and whether anything fits it."""

from dataclasses import dataclass
from enum import StrEnum

from core.filters import Filter


class Understand(StrEnum):
    """What is done with words that name a filter."""

    OFF = "off"
    SUGGEST = "suggest"  # the answer lists them, the search is as it was asked
    APPLY = "apply"  # those that are certain become filters


class ReadingKind(StrEnum):
    """What some words of a query may be taken for."""

    ARTIST = "artist"
    DATE = "date"
    MEDIUM = "medium"
    CLASSIFICATION = "classification"
    GENDER = "gender"  # of the artist
    MOVEMENT = "movement"
    PLACE = "place"
    NEGATIVE = "negative"  # "without boats": what the hits should not be


class PhraseKind(StrEnum):
    """What a phrase of a collection stands for in it."""

    NAME = "name"  # of an artist, in several words
    SURNAME = "surname"  # or a name that is one word
    ROLE = "role"
    GENDER = "gender"
    MEDIUM = "medium"
    CLASSIFICATION = "classification"
    MOVEMENT = "movement"
    PLACE = "place"


# Words that people leave off when they name a movement.
MOVEMENT_TAILS = frozenset({"brotherhood", "group", "movement", "art", "school", "club"})


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a phrase stands for in a collection."""

    kind: PhraseKind
    value: str  # id of an artist, else the value as the collection writes it
    label: str
    works: int  # artworks that have it; of an artist: that they made


@dataclass(frozen=True, slots=True)
class WordUse:
    """How a collection uses a word in its titles, subjects and other texts."""

    works: int = 0
    lower: int = 0  # of them with the word in lower case: an ordinary word, not a name


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that some words may be taken for."""

    kind: ReadingKind
    label: str  # for people: "Joseph Mallord William Turner", "1700 to 1799"
    where: Filter | None  # None where it is not a filter
    matching: int  # artworks of the collection that pass it
    confidence: float  # from 0 to 1
    is_applied: bool = False


@dataclass(frozen=True, slots=True)
class SpanReadings:
    """Some words of a query with all that they may be taken for, the likeliest first."""

    begin: int  # first character
    end: int  # one beyond the last
    text: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Understanding:
    """How a query's text was read, and what is searched for instead of it."""

    mode: Understand
    spans: tuple[SpanReadings, ...] = ()
    text: str | None = None  # what is left for the encoder; None: nothing but filters
    ranked_by: str | None = None  # then: all words but those that are not wanted, if there are any
    away: tuple[str, ...] = ()  # texts that the hits should be far from
    where: Filter | None = None  # what was applied, without the filter of the request
    note: str | None = None  # why less was applied than was understood
    language: str | None = None  # ISO 639-1, where the text encoder does not read it


class MatchLevel(StrEnum):
    """Whether anything fits a query."""

    GOOD = "good"
    WEAK = "weak"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Match:
    """How unusual the best hit's similarity is for this model and this collection."""

    level: MatchLevel
    score: float  # from 0 to 1: share of off-topic queries whose best hit is less similar
    cut: int = 0  # hits left out by `min_match`
