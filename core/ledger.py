"""The arithmetic of a run's ledger: lines become counts by kind and rule."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from core.records import IngestRun, LineKind, RunLine
from core.types import Json

MAX_FAULTS = 20  # reasons kept with a run for its report; all of them are lines
MAX_RULES = 200  # rules counted apart in each kind; a source that makes more up is in "other"
OTHER_RULE = "other"
COMPARED = (
    "position",
    "created",
    "changed",
    "unchanged",
    "quarantined",
    "duplicates",
    "corrected",
    "gone",
    "returned",
    "pictures_stored",
    "pictures_unchanged",
    "pictures_failed",
    "pictures_withheld",
)
_NO_FAULT = frozenset({LineKind.GONE, LineKind.RETURNED})


def with_lines(run: IngestRun, lines: Iterable[RunLine]) -> IngestRun:
    """Add lines to a run's counts by rule, and to the reasons that its report shows."""
    listed = list(lines)
    if not listed:
        return run
    rules = {kind: dict(counts) for kind, counts in run.rules.items()}
    for (kind, rule), count in Counter((line.kind, line.rule) for line in listed).items():
        counts = rules.setdefault(kind.value, {})
        known = rule if rule in counts or len(counts) < MAX_RULES else OTHER_RULE
        counts[known] = counts.get(known, 0) + count
    room = max(MAX_FAULTS - len(run.faults), 0)
    # A row that is set aside for its picture has two lines, which say the same.
    faults = dict.fromkeys(written(line) for line in listed if line.kind not in _NO_FAULT)
    return replace(run, rules=rules, faults=run.faults + tuple(islice(faults, room)))


def written(line: RunLine) -> str:
    """Write a line for people."""
    where = f"{line.table}, " if line.table else ""
    return f"{where}row {line.row}: {line.reason}" if line.row is not None else line.reason


def difference(run: IngestRun, before: IngestRun | None) -> Json | None:
    """Tell how much higher each count is than in the run before; None where there is none."""
    if before is None:
        return None
    more = {name: getattr(run, name) - getattr(before, name) for name in COMPARED}
    return {"run": before.id, **more}
