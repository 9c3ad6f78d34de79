"""What every approximate index gives, whatever it visits."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.queries import Strategy
from core.types import Matrix
from index.vectors.owners import Matching


@dataclass(frozen=True, slots=True)
class FoundRows:
    """Rows that an approximate index takes for the best, best first."""

    rows: NDArray[np.int64]  # all match; fewer than were asked for where it found no more
    strategy: Strategy
    visited: int  # matching rows that were looked at, about
    nprobe: int | None = None  # cells visited
    beyond: float = np.inf  # no matching row that is not among `rows` has a better score


class Approximate(Protocol):
    """An approximate index over the rows of a space; safe to use from many threads."""

    @property
    def strategy(self) -> Strategy:
        """What its estimate is called."""

    @property
    def efforts(self) -> tuple[float, ...]:
        """Efforts that are worth measuring, ascending."""

    def find(self, query: Matrix, count: int, within: Matching, effort: float) -> FoundRows:
        """Find about the `count` best of the matching rows; `query` is (1, dim)."""
