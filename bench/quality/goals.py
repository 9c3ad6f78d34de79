"""What the suite is to show, and whether it does."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.quality import latency, readings
from bench.quality.board import Board
from bench.quality.configs import NAMES, PLAIN, WHOLE
from bench.quality.judged import Part
from bench.quality.judging import LOST, MAIN
from bench.quality.results import ALL, BOTH, FACETS, INDEXED, WITHHELD
from bench.record import Row
from core.queries import Leg

DEV = "tate-dev"
MADE = ("made-facets", "made-subjects")
REACH = {
    (INDEXED, ALL): 0.72,
    (INDEXED, FACETS): 0.65,
    (WITHHELD, ALL): 0.53,
    (WITHHELD, FACETS): 0.62,
}
GAIN, READ_RIGHT, ADDED_MS = 0.05, 0.95, 3.0
_ALONE = (NAMES[Leg.LEXICAL], NAMES[Leg.CATALOGUE])


@dataclass(frozen=True, slots=True)
class Goal:
    """One figure to reach; `row` is None where it was not measured."""

    text: str
    limit: float
    row: Row | None
    at_least: bool = True  # else at most

    @property
    def verdict(self) -> str:
        """Say whether it is reached, and whether the interval leaves that open."""
        if self.row is None:
            return "not measured"
        said = "reached" if self._passes(self.row["value"]) else "**not reached**"
        ends = (self.row["ci_low"], self.row["ci_high"])
        if None not in ends and len({self._passes(end) for end in ends}) > 1:
            said += "; the limit lies inside the interval"
        return said

    def _passes(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit


def goals(board: Board) -> list[Goal]:
    """List every goal with what was measured."""
    return [*_reach(board), *_gains(board), *_understanding(board)]


def _reach(board: Board) -> Iterator[Goal]:
    for (subjects, kind), limit in REACH.items():
        row = board.figure(DEV, MAIN, WHOLE, part=Part.TUNED, kind=kind, subjects=subjects)
        yield Goal(f"{DEV}, subjects {subjects}, {kind}: {MAIN}", limit, row)


def _gains(board: Board) -> Iterator[Goal]:
    for subjects in (INDEXED, WITHHELD):
        found = [
            board.figure(
                DEV, f"gain {MAIN}", f"{WHOLE} over {name}", part=Part.TUNED, subjects=subjects
            )
            for name in _ALONE
        ]
        measured = [row for row in found if row]
        least = min(measured, key=lambda row: float(row["value"])) if measured else None
        text = f"{DEV}, subjects {subjects}: gain over the better of {' and '.join(_ALONE)}"
        yield Goal(text, GAIN, least)


def _understanding(board: Board) -> Iterator[Goal]:
    for part in Part:
        row = board.figure(readings.SET, readings.RIGHT, WHOLE, part=part)
        yield Goal(f"cases of understanding, {part}: share read right", READ_RIGHT, row)
    for name in (DEV, *MADE):
        for subjects in (INDEXED, WITHHELD):
            for part in Part:
                row = board.figure(
                    name, LOST, f"{WHOLE} over {PLAIN}", part=part, subjects=subjects
                )
                if row:
                    text = f"{name}, {part}, subjects {subjects}: queries that lost all their hits"
                    yield Goal(text, 0, row, at_least=False)
    added = board.figure(latency.SET, "p95", WHOLE, part=BOTH, kind=latency.STAGE)
    yield Goal("p95 of what understanding adds, ms", ADDED_MS, added, at_least=False)
