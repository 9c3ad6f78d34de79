"""The rows of one run, by where they belong."""

from collections.abc import Iterable
from dataclasses import dataclass

from bench.ann.levels import UNFILTERED
from bench.ann.results import BUILD, CELL, CURVE, FLOOR, SWEEP
from bench.record import Row

US = "vasari"


@dataclass(frozen=True)
class Board:
    """What one run measured."""

    rows: list[Row]

    def cell(
        self, dataset: str, contender: str, level: str = UNFILTERED, threads: int = 1
    ) -> Row | None:
        """Find a cell that was measured."""
        wanted = {
            "measure": CELL,
            "dataset": dataset,
            "contender": contender,
            "selectivity": level,
            "threads": threads,
        }
        found = next((row for row in self.rows if wanted.items() <= row.items()), None)
        return found if found and found.get("p50_ms") is not None else None

    def build(self, dataset: str, contender: str = US) -> Row | None:
        """Find the build row of a contender."""
        wanted = {"measure": BUILD, "dataset": dataset, "contender": contender}
        return next((row for row in self.rows if wanted.items() <= row.items()), None)

    def datasets(self) -> list[str]:
        """List the data sets that cells were measured of."""
        return list(dict.fromkeys(r["dataset"] for r in self.rows if r["measure"] == CELL))

    def contenders(self, dataset: str) -> list[str]:
        """List the contenders of a data set, ours first."""
        found = dict.fromkeys(r["contender"] for r in self.of(CELL) if r["dataset"] == dataset)
        return sorted(found, key=lambda name: (not name.startswith(US), list(found).index(name)))

    def threads(self, dataset: str) -> list[int]:
        """List the numbers of calling threads that a data set was measured with."""
        return sorted({r["threads"] for r in self.of(CELL) if r["dataset"] == dataset})

    def of(self, measure: str) -> list[Row]:
        """List the rows of one kind."""
        return [row for row in self.rows if row["measure"] == measure]

    def floor_ms(self, dataset: str, size_bytes: float) -> float | None:
        """Tell the least time in which memory gives so many bytes, from the nearest measured."""
        floors = [r for r in self.of(FLOOR) if r["dataset"] == dataset and r["cache"] == "flushed"]
        if not floors:
            return None
        nearest = min(floors, key=lambda r: abs(r["bytes"] - size_bytes))
        return float(nearest["p50_ms"]) * size_bytes / float(nearest["bytes"])

    def sweeps(self, dataset: str, level: str = UNFILTERED) -> dict[str, list[Row]]:
        """List the settings that were tried of each contender, in the order of their recall."""
        found: dict[str, list[Row]] = {}
        for row in self.of(SWEEP):
            if (row["dataset"], row["selectivity"]) == (dataset, level):
                found.setdefault(row["contender"], []).append(row)
        return {name: sorted(rows, key=lambda r: r["recall"]) for name, rows in found.items()}

    def curve(self) -> Row | None:
        """Find the row that tells how hard the synthetic sets are."""
        return next(iter(self.of(CURVE)), None)


def faster(ours: Row | None, theirs: Row | None) -> float | None:
    """Tell how many times faster we are."""
    if ours is None or theirs is None:
        return None
    return float(theirs["p50_ms"]) / float(ours["p50_ms"])


def side_by_side(ours: Row, theirs: Row) -> bool:
    """Tell whether two cells took turns in one measurement."""
    return theirs["contender"] in str(ours.get("beside", "")).split(",") and (
        ours.get("beside") == theirs.get("beside")
    )


def total(rows: Iterable[Row], name: str) -> int:
    """Add up a count over rows that have it."""
    return sum(int(row.get(name) or 0) for row in rows)
