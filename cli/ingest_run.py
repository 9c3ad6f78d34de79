"""A run of `vasari ingest`: read, account for, report, and publish where that is asked for."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import console, print_json, progress_bars
from core.errors import NoSnapshotError
from core.records import IngestRun
from core.rights import RightsPolicy
from core.settings import load_settings

if TYPE_CHECKING:
    from core.ports import Source
    from search.build import Services

Json = Annotated[bool, typer.Option("--json", help="Write the report as JSON.")]
Force = Annotated[
    bool, typer.Option("--force", help="Read the data also if the last run has read just this.")
]
AllowGone = Annotated[
    bool, typer.Option("--allow-gone", help="Let more than a fifth of the artworks go.")
]
Partial = Annotated[
    bool, typer.Option("--partial", help="The data is a part of the source: nothing is gone.")
]
Publish = Annotated[
    bool,
    typer.Option("--publish", help="Then build and publish a snapshot, if anything changed."),
]


@dataclass(frozen=True, slots=True)
class How:
    """What every source may be told about its run."""

    json: bool = False
    force: bool = False
    allow_gone: bool = False
    partial: bool = False
    publish: bool = False


def run_ingest(
    kind: str,
    how: How,
    *,
    path: Path | None = None,
    mapping: str | None = None,
    table: Path | None = None,
    name: str | None = None,
) -> None:
    """Ingest a source and report it; a run that takes nothing ends with exit code 1."""
    from ingest.registry import SourceOptions, open_source

    ingest_source(open_source(kind, SourceOptions(path, mapping, table, name)), how)


def ingest_source(source: "Source", how: How) -> None:
    """Ingest a source that is open, and report it; as `run_ingest` does."""
    from ingest.options import IngestOptions
    from ingest.pipeline import ingest
    from search.build import build_services
    from search.withdrawals import keep_gone

    services = build_services(settings := load_settings())
    options = IngestOptions(
        rights=RightsPolicy(settings.rights),
        force=how.force,
        allow_gone=how.allow_gone,
        partial=how.partial,
        longest=settings.picture_longest,
    )
    with progress_bars() as progress:
        run = ingest(
            source,
            catalogue=services.catalogue,
            blobs=services.blobs,
            runs=services.runs,
            progress=progress,
            options=options,
        )
    keep_gone(services.catalogue, services.snapshots)
    _report(run, services.runs.before(run), json=how.json)
    if how.publish:
        _publish(services, quiet=how.json)
    elif run.has_changed and not how.json:
        console.print("`vasari index build` brings it into search", style="dim")


def _report(run: IngestRun, before: IngestRun | None, *, json: bool) -> None:
    from ingest.report import report_json, report_text, took_nothing

    if json:
        print_json(report_json(run, before))
    else:
        console.print(report_text(run, before), markup=False, highlight=False, soft_wrap=True)
    if took_nothing(run):
        raise typer.Exit(1)


def _publish(services: "Services", *, quiet: bool) -> None:
    """Build and publish, unless the live snapshot is younger than the last change.

    Whether this run changed anything is not asked: the one before may have been killed in between.
    """
    if not _is_outdated(services):
        if not quiet:
            console.print("nothing has changed since the live snapshot", style="dim")
        return
    with progress_bars() as progress:
        built = services.publisher.build(progress)
    if not quiet:
        console.print(f"snapshot {built.snapshot}: {built.artworks} artworks, live")


def _is_outdated(services: "Services") -> bool:
    changed_at = services.catalogue.changed_at()
    if changed_at is None:
        return False
    try:
        live = services.snapshots.current()
    except NoSnapshotError:
        return True
    return changed_at >= datetime.fromisoformat(live.manifest["built_at"])
