"""Rows of the suite, and what a run that goes on need not measure again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.record import Figure, Recorder, Row, machine

ALL, FACETS, NO_FACETS = "all", "facets", "no facets"
INDEXED, WITHHELD = "indexed", "withheld"
BOTH = "both"  # of figures that no query was set aside for
SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure belongs."""

    set: str
    part: str
    subjects: str
    kind: str
    config: str
    measure: str


@dataclass(frozen=True, slots=True)
class Figures:
    """One figure with its interval."""

    value: float
    ci_low: float | None
    ci_high: float | None
    queries: int


def record(
    recorder: Recorder,
    place: Place,
    figures: Figures,
    about: Mapping[str, Figure] | None = None,
) -> None:
    """Keep one figure."""
    recorder.row(
        place.measure,
        {
            "set": place.set,
            "part": place.part,
            "subjects": place.subjects,
            "kind": place.kind,
            "config": place.config,
            "value": figures.value,
            "ci_low": figures.ci_low,
            "ci_high": figures.ci_high,
            "queries": figures.queries,
            **(about or {}),
        },
    )


def last_run(rows: Sequence[Row]) -> str | None:
    """Name the run of this machine that was begun last."""
    found = [row["run_id"] for row in rows if row["machine"] == machine()]
    return found[-1] if found else None


def of_run(rows: Iterable[Row], run_id: str | None) -> list[Row]:
    """Take the rows of one run; of what was measured twice, the later."""
    kept = {place_of(row): row for row in rows if row["run_id"] == run_id}
    return list(kept.values())


def place_of(row: Row) -> Place:
    """Tell where a row's figure belongs."""
    return Place(*(row[name] for name in Place.__slots__))


def done_keys(rows: Iterable[Row]) -> frozenset[tuple[str, str, str, str]]:
    """List what was measured: set, subjects, config, and the key of what answered."""
    return frozenset((r["set"], r["subjects"], r["config"], r.get("key", "")) for r in rows)
