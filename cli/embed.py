"""`vasari embed`: make embeddings without a snapshot, and show how far they are."""

import signal
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import Json, console, notes, print_json, print_table, progress_bars
from core.leases import DEFAULT_LEASE_S, LeaseRules, LeaseState, WorkCounts
from core.settings import load_settings
from core.types import SpaceField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.embed import EmbedReport
    from search.embedding.runs import SpaceState

app = typer.Typer(help="Make embeddings without building a snapshot.", no_args_is_help=True)

Spaces = Annotated[
    list[SpaceField] | None, typer.Option("--space", help="This space only; repeatable.")
]


@app.command()
def run(
    *,
    space: Spaces = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Encode everything again, also what is there.")
    ] = False,
    json: Json = False,
) -> None:
    """Make the missing embeddings; `vasari index build` then finds them there.

    A run that is stopped, however it was, goes on where it was: at most the shards under way are
    encoded again (256 pictures, 2,048 texts). Searches go on meanwhile, on the live snapshot.
    """
    from search.build import build_services
    from search.publish import BuildOptions

    options = BuildOptions(tuple(space or SpaceField), anew=anew)
    with progress_bars() as progress:
        reports = build_services(load_settings()).publisher.embed(progress, options)
    print_reports(reports, json=json)


@app.command()
def work(
    *,
    space: Spaces = None,
    lease: Annotated[
        float, typer.Option("--lease", min=2, help="Seconds until silence counts as death.")
    ] = DEFAULT_LEASE_S,
    retry: Annotated[
        bool, typer.Option("--retry", help="Try what was set aside once more.")
    ] = False,
    json: Json = False,
) -> None:
    """Make missing embeddings beside other workers, on any machines that share the database.

    Shards are taken under leases: a worker that is killed loses its own after the seconds of
    `--lease`, and another worker does them; Ctrl-C gives them back at once.
    """
    from search.build_embedding import build_shared_embedding

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # gives back, as Ctrl-C does
    shared = build_shared_embedding(load_settings(), LeaseRules(lasts_s=lease))
    with progress_bars() as progress:
        reports = [shared.work(one, progress, retry=retry) for one in space or SpaceField]
    if json:
        print_json(reports)
        return
    for done in reports:
        console.print(f"{done.space}: {done.encoded} encoded here, in {done.shards} shards")
        if done.lost or done.failed:
            console.print(f"  {done.lost} shards lost to others, {done.failed} attempts failed")
        for fault in done.faults[:20]:
            console.print(f"  {fault}", style="yellow", markup=False, highlight=False)


@app.command()
def status(*, space: Spaces = None, json: Json = False) -> None:
    """Show what of each space is embedded and missing, and how far workers are that share it."""
    from search.build_embedding import build_shared_embedding

    shared = build_shared_embedding(load_settings(), LeaseRules())
    with progress_bars() as progress:
        found = shared.state(progress, tuple(space or SpaceField))
    if json:
        print_json([asdict(state) | {"shared": asdict(counts)} for state, counts in found])
        return
    print_table(
        ("space", "key", "embedded", "missing", "of"),
        ((s.space, s.key, f"{s.present:,}", f"{s.missing:,}", s.unit) for s, _ in found),
        whole=("space", "key"),
    )
    for state, counts in found:
        _say_finished(state)
        if counts.items:
            _say_shared(state.space, counts)


def _say_finished(state: "SpaceState") -> None:
    if state.finished_shards:
        notes.print(
            f"{state.space}: {state.finished_shards} finished shards of a run that was "
            "stopped; the next one takes them over",
            markup=False,
        )


def _say_shared(space: str, counts: WorkCounts) -> None:
    states = ", ".join(f"{counts.items.get(state, 0)} {state}" for state in LeaseState)
    rate = f"; {counts.contents_per_s:.1f} contents/s" if counts.contents_per_s else ""
    notes.print(f"{space}: shared shards: {states}{rate}", markup=False)
    for error in counts.errors:
        notes.print(f"  set aside: {error}", style="yellow", markup=False)


def print_reports(reports: "Sequence[EmbedReport]", *, json: bool) -> None:
    """Say what was encoded of each space, with the first of what could not be."""
    if json:
        print_json(reports)
        return
    for done in reports:
        console.print(f"{done.space}: {done.encoded} encoded, {done.present} were there")
        for fault in done.faults[:20]:
            console.print(f"  {fault}", style="yellow", markup=False, highlight=False)
