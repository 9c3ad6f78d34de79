"""Rows of results, and what a run that goes on need not measure again."""

from collections.abc import Iterable
from dataclasses import dataclass

from bench.ann.options import Options
from bench.record import Row, machine

# Kinds of rows, as their `measure` says.
CELL, BUILD, FLOOR, CURVE, SWEEP = "cell", "build", "floor", "curve", "sweep"
FAILED = "failed"  # why a cell has no figures; it is measured again


@dataclass(frozen=True, slots=True)
class CellKey:
    """What makes a measured cell the one that is asked for."""

    dataset: str
    dataset_key: str
    contender: str
    build_key: str
    selectivity: str
    threads: int
    k: int
    target_recall: float
    queries: int
    rounds: int


def last_run(rows: Iterable[Row]) -> str | None:
    """Name the run that was begun last."""
    found = [row["run_id"] for row in rows]
    return found[-1] if found else None


def of_machine(rows: Iterable[Row]) -> list[Row]:
    """Take the rows of this machine: those of another one are not gone on with."""
    return [row for row in rows if row["machine"] == machine()]


def of_run(rows: Iterable[Row], run_id: str | None) -> list[Row]:
    """Take the rows of one run; of what was measured twice, the later."""
    kept: dict[tuple[object, ...], Row] = {}
    for row in rows:
        if row["run_id"] == run_id:
            kept[_place(row)] = row
    return list(kept.values())


def _place(row: Row) -> tuple[object, ...]:
    names = (
        "measure", "dataset", "contender", "selectivity", "threads", "k", "bytes", "cache",
        "knob_value" if row["measure"] == SWEEP else "",
    )  # fmt: skip
    return tuple(row.get(name) for name in names)


def cell_key(row: Row) -> CellKey | None:
    """Name the cell that a row measured; None for other rows, and where the contender failed."""
    if row.get("measure") != CELL or row.get("skipped") == FAILED:
        return None
    return CellKey(**{name: row[name] for name in CellKey.__slots__})


def missing_cells(
    rows: Iterable[Row],
    options: Options,
    *,
    dataset: tuple[str, str],
    builds: dict[str, str],
    threads: int,
) -> dict[str, list[str]]:
    """List the contenders that each level still has to be measured with, by level.

    Args:
        rows: what the run has measured so far.
        options: what is asked for.
        dataset: name and key of the data set.
        builds: key of the build of each contender.
        threads: calling threads.
    """
    done = {cell_key(row) for row in rows}

    def is_done(level: str, contender: str) -> bool:
        key = CellKey(
            *dataset, contender, builds[contender], level, threads,
            options.k, options.target_recall, options.queries, options.rounds,
        )  # fmt: skip
        return key in done

    todo = {
        level: [name for name in builds if not is_done(level, name)] for level in options.levels
    }
    return {level: names for level, names in todo.items() if names}


def has_row(rows: Iterable[Row], wanted: Row) -> bool:
    """Tell whether a row has these figures."""
    return any(wanted.items() <= row.items() for row in rows)
