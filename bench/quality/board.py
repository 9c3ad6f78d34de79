"""The figures of one run, by where they belong."""

from dataclasses import dataclass

from bench.quality.results import ALL, INDEXED, SKIPPED, Place, place_of
from bench.record import Row


@dataclass(frozen=True)
class Board:
    """What one run measured."""

    rows: list[Row]

    def find(self, place: Place) -> Row | None:
        """Find the row of one figure."""
        return next((row for row in self.rows if place_of(row) == place), None)

    def figure(
        self, name: str, measure: str, config: str, *, part: str, kind: str = ALL,
        subjects: str = INDEXED,
    ) -> Row | None:  # fmt: skip
        """Find a figure by its words."""
        return self.find(Place(name, part, subjects, kind, config, measure))

    def values(self, field: str, **wanted: str) -> list[str]:
        """List the values of a field over rows that have others, in their order."""
        found = (row[field] for row in self.rows if _has(row, wanted))
        return list(dict.fromkeys(found))

    def skipped(self) -> list[Row]:
        """List what was not measured, with the reasons."""
        return [row for row in self.rows if row["measure"] == SKIPPED]


def _has(row: Row, wanted: dict[str, str]) -> bool:
    return wanted.items() <= row.items()
