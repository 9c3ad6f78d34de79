"""`vasari index`: build, list, publish, roll back and verify snapshots."""

from typing import Annotated

import typer

from cli.output import console, print_json, print_table, progress_bars
from core.settings import load_settings
from core.types import SpaceField
from search.build import build_services, build_snapshots
from search.publish import BuildOptions

app = typer.Typer(help="Build, publish and check the index.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Write JSON to standard output.")]


@app.command()
def build(
    *,
    space: Annotated[
        list[SpaceField] | None,
        typer.Option(help="Make missing embeddings of this space only; repeatable."),
    ] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Encode everything again, also what is there.")
    ] = False,
    publish: Annotated[bool, typer.Option(help="Make the new snapshot the live one.")] = True,
    json: Json = False,
) -> None:
    """Embed what is missing and build a snapshot beside the live one.

    A build that is stopped goes on where it was: embeddings are kept as they are made.
    """
    services = build_services(load_settings())
    options = BuildOptions(tuple(space or SpaceField), anew=anew, publish=publish)
    with progress_bars() as progress:
        report = services.publisher.build(progress, options)
    if json:
        print_json(report)
        return
    for done in report.spaces:
        console.print(f"{done.space}: {done.encoded} encoded, {done.present} were there")
        for fault in done.faults[:20]:
            console.print(f"  {fault}", style="yellow")
    state = "live" if publish else "built; `vasari index publish` makes it live"
    console.print(f"snapshot {report.snapshot}: {report.artworks} artworks, {state}")


@app.command("list")
def list_snapshots(*, json: Json = False) -> None:
    """List the snapshots that are kept, newest first."""
    entries = build_snapshots(load_settings()).entries()
    if json:
        print_json(entries)
        return
    print_table(
        ("snapshot", "artworks", "MB", "state", "spaces"),
        (
            (
                e.id,
                e.artworks,
                f"{e.size_bytes / 2**20:.1f}",
                "live" if e.is_live else "previous" if e.is_previous else "",
                ", ".join(e.spaces),
            )
            for e in entries
        ),
    )


@app.command()
def publish(snapshot: Annotated[str, typer.Argument(help="Id, as `index list` shows it.")]) -> None:
    """Check a kept snapshot and make it the live one."""
    build_services(load_settings()).publisher.publish(snapshot)
    console.print(f"snapshot {snapshot} is live")


@app.command()
def rollback() -> None:
    """Make the snapshot that was live before live again."""
    snapshot = build_services(load_settings()).publisher.rollback()
    console.print(f"snapshot {snapshot} is live again")


@app.command()
def verify(
    snapshot: Annotated[str | None, typer.Argument(help="Id; the live one if left out.")] = None,
) -> None:
    """Recompute the checksums and counts of a snapshot."""
    snapshots = build_snapshots(load_settings())
    id = snapshot or snapshots.current().id
    faults = snapshots.verify(id)
    for fault in faults:
        console.print(fault, style="red")
    if faults:
        console.print(f"snapshot {id} is damaged: roll back, or build it anew")
        raise typer.Exit(1)
    console.print(f"snapshot {id}: whole")
