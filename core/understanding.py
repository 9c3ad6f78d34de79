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
