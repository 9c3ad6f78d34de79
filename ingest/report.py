"""What an ingest run did, for people and for programs; the counts add up."""

from collections.abc import Iterator
from dataclasses import asdict

from core.ledger import COMPARED, difference
from core.records import IngestRun, RightsCount, WorkState
from core.types import Json

SHOWN_FAULTS = 20
SHOWN_RIGHTS = 6


def took_nothing(run: IngestRun) -> bool:
    """Tell whether no row that was read is in the catalogue."""
    return not run.kept and run.no_op_of is None


def report_json(run: IngestRun, before: IngestRun | None = None) -> Json:
    """Write a run as JSON; the rows but `read` add up to it."""
    return {
        "run": run.id,
        "source": run.source,
        "fingerprint": run.fingerprint,
        "state": run.state.value,
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "duration_s": _duration_s(run),
        "no_op_of": run.no_op_of,
        "rows": {
            "read": run.position,
            "created": run.created,
            "changed": run.changed,
            "unchanged": run.unchanged,
            "quarantined": run.quarantined,
            "duplicates": run.duplicates,
        },
        "corrected": run.corrected,
        "gone": run.gone,
        "returned": run.returned,
        "pictures": {
            "stored": run.pictures_stored,
            "unchanged": run.pictures_unchanged,
            "failed": run.pictures_failed,
            "withheld": run.pictures_withheld,
        },
        "rules": {kind: dict(counts) for kind, counts in run.rules.items()},
        "rights": [asdict(one) for one in run.rights],
        "difference": difference(run, before),
        "faults": list(run.faults),
        "error": run.error,
    }


def report_text(
    run: IngestRun, before: IngestRun | None = None, *, shown_faults: int = SHOWN_FAULTS
) -> str:
    """Write a run as a few lines of plain text."""
    lines = [_headline(run)]
    if run.no_op_of is None:
        lines += _counts(run)
        lines += _details(run, before)
    lines += [f"  {fault}" for fault in run.faults[:shown_faults]]
    if (more := _faults(run) - min(len(run.faults), shown_faults)) > 0:
        lines.append(f"  … and {more:,} more")
    if run.error is not None:
        lines.append(f"  error     {run.error}")
    return "\n".join(lines)


def _counts(run: IngestRun) -> Iterator[str]:
    yield (
        f"  rows      {run.position:,} read = {run.created:,} created + {run.changed:,} changed "
        f"+ {run.unchanged:,} unchanged + {run.quarantined:,} set aside "
        f"+ {run.duplicates:,} duplicates"
    )
    if run.corrected:
        yield f"  corrected {run.corrected:,} of those kept"
    if run.gone or run.returned:
        yield f"  gone      {run.gone:,}, returned {run.returned:,}"
    if run.pictures_stored or run.pictures_unchanged or run.pictures_failed:
        yield (
            f"  pictures  {run.pictures_stored:,} stored, {run.pictures_unchanged:,} unchanged, "
            f"{run.pictures_failed:,} could not be read"
        )
    if run.pictures_withheld:
        yield f"  withheld  {run.pictures_withheld:,} pictures whose rights are not said to be open"


def _details(run: IngestRun, before: IngestRun | None) -> Iterator[str]:
    for kind, rules in run.rules.items():
        counts = sorted(rules.items(), key=lambda pair: (-pair[1], pair[0]))
        yield f"  {kind:<11} " + ", ".join(f"{rule} {count:,}" for rule, count in counts)
    most = sorted(run.rights, key=lambda one: -one.count)[:SHOWN_RIGHTS]
    yield from (f"  rights    {_rights(one)}" for one in most)
    if (left := len(run.rights) - len(most)) > 0:
        yield f"  rights    … and {left:,} more decisions"
    changes = difference(run, before) or {}
    changed = [f"{name} {changes[name]:+,}" for name in COMPARED if changes.get(name)]
    if changed:
        yield f"  last run  {', '.join(changed)}"


def _rights(one: RightsCount) -> str:
    said = f"{one.source_field} = {one.value}" if one.value else one.source_field
    withheld = f"; {one.withheld:,} withheld" if one.withheld else ""
    where = "; ".join(part for part in (said, one.statement) if part)
    return f"{one.of}: {one.count:,} {one.status}{f' ({where})' if where else ''}{withheld}"


def _faults(run: IngestRun) -> int:
    """Count the lines that say what is wrong; runs of before have their reasons alone."""
    wrong = (rules for kind, rules in run.rules.items() if kind not in ("gone", "returned"))
    return sum(sum(rules.values()) for rules in wrong) or len(run.faults)


def _headline(run: IngestRun) -> str:
    duration = _duration_s(run)
    after = f" after {duration:.1f} s" if duration is not None else ""
    if run.no_op_of is not None:
        return f"{run.source}: nothing to do: run {run.no_op_of} has read the same data"
    if run.state is WorkState.SUCCEEDED and took_nothing(run):
        return f"{run.source}: nothing was taken: every row was set aside; finished{after}"
    return f"{run.source}: {run.state.value}{after}"


def _duration_s(run: IngestRun) -> float | None:
    return (run.finished_at - run.started_at).total_seconds() if run.finished_at else None
