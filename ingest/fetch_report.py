"""What a run of fetching did, and which pictures could not be had, for people and programs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from core.fetching import FetchReport, FetchState, PictureFetch
from core.types import Json


def fetch_report_json(report: FetchReport) -> Json:
    """Write a run as JSON; `asked` is the sum of what became of the pictures."""
    return asdict(report) | {"in_peace": list(report.in_peace)}


def fetch_report_text(report: FetchReport) -> str:
    """Write a run as a few lines of plain text."""
    r = report
    lines = [f"pictures: {r.wanted:,} wanted, {r.due:,} due, {r.asked:,} asked for"]
    if r.withheld:
        lines.append(f"  withheld  {r.withheld:,} images whose rights are not said to be open")
    if r.asked:
        lines.append(
            f"  asked     {r.asked:,} = {r.stored:,} stored + {r.changed:,} changed "
            f"+ {r.unchanged:,} unchanged + {r.dead:,} dead + {r.refused:,} refused "
            f"+ {r.postponed:,} postponed"
        )
        lines.append(f"  received  {r.size_bytes / 1e6:,.1f} MB")
    if r.filled:
        lines.append(f"  catalogue {r.filled:,} images got their copy")
    lines += [f"  left in peace: {host}" for host in r.in_peace]
    return "\n".join(lines)


def pictures_json(counts: Mapping[FetchState, int], lines: Sequence[PictureFetch]) -> Json:
    """Write how many pictures are in each state, and the ones that could not be had."""
    return {
        "counts": {state.value: counts.get(state, 0) for state in FetchState},
        "pictures": [picture_json(line) for line in lines],
    }


def picture_json(line: PictureFetch) -> Json:
    """Write one line of the ledger as JSON."""
    return asdict(line) | {
        "state": line.state.value,
        "fetched_at": line.fetched_at.isoformat() if line.fetched_at else None,
        "next_try_at": line.next_try_at.isoformat() if line.next_try_at else None,
    }
