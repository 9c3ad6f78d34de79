"""`vasari ingest report`: what a run read, kept, corrected and set aside, and why."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from cli.ingest_run import Json
from cli.output import console, print_json, print_table
from core.errors import InputError, NotFoundError
from core.fetching import FetchState
from core.ports import RunStore
from core.records import IngestRun, LineChoice, LineKind
from core.settings import load_settings


def report(
    run: Annotated[
        str | None, typer.Argument(help="Id of a run, or how it begins; the latest if left out.")
    ] = None,
    *,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Write its lines to this file; - for the output.")
    ] = None,
    kind: Annotated[LineKind | None, typer.Option(help="Only lines of this kind.")] = None,
    rule: Annotated[str | None, typer.Option(help="Only lines of this rule.")] = None,
    list_runs: Annotated[bool, typer.Option("--list", help="List the runs instead.")] = False,
    json: Json = False,
) -> None:
    """Show what an ingest run did; --csv writes every line of its ledger."""
    from ingest.report import report_json, report_text
    from search.build import build_services

    services = build_services(load_settings())
    runs = services.runs
    if list_runs:
        _list(runs, json=json)
        return
    if csv is None and (kind or rule):
        raise InputError("kind" if kind else "rule", "chooses lines for --csv: give that too")
    found = _find(runs, run)
    if csv is not None:
        _write(runs, found.id, LineChoice(kind, rule), csv)
    elif json:
        fetched = {"fetched_pictures": services.pictures.counts()}
        print_json(report_json(found, runs.before(found)) | fetched)
    else:
        text = report_text(found, runs.before(found))
        console.print(text, markup=False, highlight=False, soft_wrap=True)
        _say_fetched(services.pictures.counts())


def _say_fetched(fetched: Mapping[FetchState, int]) -> None:
    """Tell what fetching has come to, over all sources: it is no part of one run."""
    counted = ", ".join(f"{count:,} {state}" for state, count in fetched.items() if count)
    if counted:
        console.print(f"  fetched   {counted}: `vasari ingest pictures --report`", style="dim")


def _find(runs: RunStore, wanted: str | None) -> IngestRun:
    latest = runs.latest(1000)
    if wanted is None:
        if not latest:
            raise NotFoundError("run", "latest")
        return latest[0]
    found = [run for run in latest if run.id.startswith(wanted)]
    if len(found) > 1:
        raise InputError("run", f"{len(found)} runs begin with {wanted!r}")
    return found[0] if found else runs.get(wanted)


def _list(runs: RunStore, *, json: bool) -> None:
    from ingest.report import report_json

    latest = runs.latest(100)
    if json:
        print_json([report_json(run) for run in latest])
        return
    header = ("run", "source", "started", "state", "read", "kept", "set aside", "gone")
    rows = [
        (run.id[:12], run.source, f"{run.started_at:%Y-%m-%d %H:%M}", run.state.value,
         run.position, run.kept, run.quarantined + run.duplicates, run.gone)
        for run in latest
    ]  # fmt: skip
    print_table(header, rows)


def _write(runs: RunStore, run: str, choice: LineChoice, path: Path) -> None:
    from exchange.files import replacing
    from search.ledger_lines import csv_lines

    if str(path) == "-":
        for piece in csv_lines(runs, run, choice):
            typer.echo(piece, nl=False)
        return
    with replacing(path) as prepared, prepared.open("w", encoding="utf-8", newline="") as file:
        file.writelines(csv_lines(runs, run, choice))
    console.print(f"written: {path}", style="dim")
