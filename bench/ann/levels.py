"""Selectivities: how much of a collection a filter leaves."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Level:
    """One selectivity, by the name that stands in the rows of results."""

    name: str
    share: float  # of the rows, about


UNFILTERED = "none"
LEVELS = (
    Level("57%", 0.57),  # Turner as sole artist in the Tate collection
    Level("10%", 0.10),
    Level("1%", 0.01),
    Level("0.1%", 0.001),
    Level("0.01%", 0.0001),
)
LEVEL_NAMES = (UNFILTERED, *(level.name for level in LEVELS))
PREDICATES = 8  # of each level; the queries take them in turn
