"""A filter as plain conditions over four columns, which every engine of the bench can compile."""

from dataclasses import dataclass
from typing import TypeAlias

from core.filters import And, Field, Filter, Leaf, Op

# What a leaf of years means where one end of the dates of a work is open.
OPEN_BEGIN, OPEN_END = -1_000_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Has:
    """The column, a list of words or names, holds the value."""

    column: str  # "artist" or "medium"
    value: str


@dataclass(frozen=True, slots=True)
class AtMost:
    """The year is there, and is not later."""

    column: str  # "begin"
    year: int


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The year is there, and is not earlier."""

    column: str  # "end"
    year: int


Condition: TypeAlias = Has | AtMost | AtLeast


def conditions_of(where: Filter) -> tuple[Condition, ...]:
    """List the conditions that must all hold.

    Raises:
        ValueError: the filter is of a kind that the bench does not ask.
    """
    match where:
        case And(parts):
            return tuple(condition for part in parts for condition in conditions_of(part))
        case Leaf(Field.YEAR, Op.OVERLAPS):
            begin = where.begin if where.begin is not None else OPEN_BEGIN
            end = where.end if where.end is not None else OPEN_END
            return AtMost("begin", end), AtLeast("end", begin)
        case Leaf(Field.ARTIST, Op.IN) if len(where.folded) == 1:
            return (Has("artist", next(iter(where.folded))),)
        case Leaf(Field.MEDIUM, Op.WORDS) if len(where.wanted_words) == 1:
            return tuple(Has("medium", word) for word in dict.fromkeys(where.wanted_words[0]))
    raise ValueError(f"the bench does not ask {where}")
