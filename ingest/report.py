"""What an ingest run did, for people and for programs; the counts add up."""

from core.records import IngestRun, WorkState
from core.types import Json

SHOWN_FAULTS = 20


def took_nothing(run: IngestRun) -> bool:
    """Tell whether no row that was read is in the catalogue."""
    return not (run.created or run.changed or run.unchanged)


def report_json(run: IngestRun) -> Json:
    """Write a run as JSON; `read` is created + changed + unchanged + quarantined."""
    return {
        "run": run.id,
        "source": run.source,
        "fingerprint": run.fingerprint,
        "state": run.state.value,
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "duration_s": _duration_s(run),
        "rows": {
            "read": run.position,
            "created": run.created,
            "changed": run.changed,
            "unchanged": run.unchanged,
            "quarantined": run.quarantined,
        },
        "pictures": {
            "stored": run.pictures_stored,
            "unchanged": run.pictures_unchanged,
            "failed": run.pictures_failed,
        },
        "faults": list(run.faults),
        "error": run.error,
    }


def report_text(run: IngestRun, shown_faults: int = SHOWN_FAULTS) -> str:
    """Write a run as a few lines of plain text."""
    lines = [
        _headline(run),
        f"  rows      {run.position:,} read = {run.created:,} created + {run.changed:,} changed "
        f"+ {run.unchanged:,} unchanged + {run.quarantined:,} set aside",
    ]
    if run.pictures_stored or run.pictures_unchanged or run.pictures_failed:
        lines.append(
            f"  pictures  {run.pictures_stored:,} stored, {run.pictures_unchanged:,} unchanged, "
            f"{run.pictures_failed:,} could not be read"
        )
    lines += [f"  {fault}" for fault in run.faults[:shown_faults]]
    if (more := len(run.faults) - shown_faults) > 0:
        lines.append(f"  … and {more:,} more")
    if run.error is not None:
        lines.append(f"  error     {run.error}")
    return "\n".join(lines)


def _headline(run: IngestRun) -> str:
    duration = _duration_s(run)
    after = f" after {duration:.1f} s" if duration is not None else ""
    if run.state is WorkState.SUCCEEDED and took_nothing(run):
        return f"{run.source}: nothing was taken: every row was set aside; finished{after}"
    return f"{run.source}: {run.state.value}{after}"


def _duration_s(run: IngestRun) -> float | None:
    return (run.finished_at - run.started_at).total_seconds() if run.finished_at else None
