"""What is asked of a reranker, and what it did."""

from dataclasses import dataclass

MOST_RERANKED = 200  # their scores travel in the cursor, which then has 1,500 characters
LONGEST_DEADLINE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Rerank:
    """That the best of a ranking is to be put in the order of a reranker, within a deadline."""

    depth: int | None = None  # artworks that it looks at; None: as configured
    deadline_ms: int | None = None  # that it may take in all; None: as configured


@dataclass(frozen=True, slots=True)
class Reranked:
    """How much of a ranking was reranked, and by what."""

    reranker: str | None  # None: it could not be loaded
    count: int  # artworks that stand in its order
    of: int  # artworks that were to be
    deadline_ms: int
    overshoot_ms: float | None  # beyond the deadline; None: the order is that of the first page

    @property
    def summary(self) -> str:
        """Say it in words."""
        return f"{self.count} of {self.of}"
