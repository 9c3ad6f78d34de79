"""`vasari index`: build, list, publish, roll back and verify snapshots; withdraw artworks."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.index_show import show_manifest
from cli.output import Json, console, print_json, print_table, progress_bars
from core.errors import InputError, NotFoundError, SnapshotGoneError
from core.settings import Settings, load_settings
from core.types import SpaceField

if TYPE_CHECKING:
    from core.ports import SnapshotStore
    from search.build import Services
    from search.publish import GateFile

app = typer.Typer(help="Build, publish and check the index.", no_args_is_help=True)

JudgedFile = Annotated[
    Path | None, typer.Option(help="Judged queries that it must answer well to go live.")
]
Least = Annotated[float | None, typer.Option(min=0, max=1, help="Least mean nDCG@10 on them.")]
Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="Artwork ids: source:source_id.")]


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
    gate: JudgedFile = None,
    gate_least: Least = None,
    json: Json = False,
) -> None:
    """Embed what is missing and build a snapshot beside the live one.

    A build that is stopped goes on where it was: embeddings are kept as they are made.
    """
    from search.publish import BuildOptions

    wanted = _gate(load_settings(), gate, gate_least)
    options = BuildOptions(tuple(space or SpaceField), anew=anew, publish=publish, gate=wanted)
    with progress_bars() as progress:
        report = _services().publisher.build(progress, options)
    if json:
        print_json(report)
        return
    for done in report.spaces:
        console.print(f"{done.space}: {done.encoded} encoded, {done.present} were there")
        for fault in done.faults[:20]:
            console.print(f"  {fault}", style="yellow")
    state = "live" if publish else "built; `vasari index publish` makes it live"
    console.print(f"snapshot {report.snapshot}: {report.artworks} artworks, {state}")


def _gate(settings: Settings, path: Path | None, least: float | None) -> "GateFile | None":
    from search.publish import GateFile

    file = path or settings.gate_queries
    if file is None:
        if least is not None:
            raise InputError("gate-least", "needs --gate, the file of judged queries")
        return None
    return GateFile(file, settings.gate_least if least is None else least)


@app.command("list")
def list_snapshots(*, json: Json = False) -> None:
    """List the snapshots that are kept, newest first."""
    snapshots = _snapshots()
    entries = snapshots.entries()
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
    withdrawn = len(snapshots.withdrawn())
    if withdrawn:
        console.print(f"withdrawn from search: {withdrawn}; `vasari index withdrawn` names them")


@app.command()
def show(
    snapshot: Annotated[str | None, typer.Argument(help="Id; the live one if left out.")] = None,
    *,
    json: Json = False,
) -> None:
    """Show how each space is indexed: drift, costs of exact search, calibration."""
    snapshots = _snapshots()
    try:
        opened = snapshots.get(snapshot) if snapshot else snapshots.current()
    except SnapshotGoneError as error:
        raise NotFoundError("snapshot", snapshot or "") from error
    if json:
        print_json(opened.manifest)
    else:
        show_manifest(opened.id, opened.manifest)


@app.command()
def publish(snapshot: Annotated[str, typer.Argument(help="Id, as `index list` shows it.")]) -> None:
    """Check a kept snapshot and make it the live one."""
    _services().publisher.publish(snapshot)
    console.print(f"snapshot {snapshot} is live")


@app.command()
def rollback() -> None:
    """Make the snapshot that was live before live again."""
    snapshot = _services().publisher.rollback()
    console.print(f"snapshot {snapshot} is live again")


@app.command()
def verify(
    snapshot: Annotated[str | None, typer.Argument(help="Id; the live one if left out.")] = None,
) -> None:
    """Recompute the checksums and counts of a snapshot."""
    snapshots = _snapshots()
    id = snapshot or snapshots.current().id
    faults = snapshots.verify(id)
    for fault in faults:
        console.print(fault, style="red")
    if faults:
        console.print(f"snapshot {id} is damaged: roll back, or build it anew")
        raise typer.Exit(1)
    console.print(f"snapshot {id}: whole")


@app.command()
def withdraw(ids: Ids) -> None:
    """Show artworks in no search: at once, without a build, and after every later build."""
    from search import withdrawals

    snapshots = _snapshots()
    count = withdrawals.withdraw(ids, snapshots, lambda: _services().catalogue)
    console.print(f"withdrawn: {count}; withdrawn in all: {len(snapshots.withdrawn())}")


@app.command()
def restore(ids: Ids) -> None:
    """Show withdrawn artworks again, at once."""
    from search import withdrawals

    snapshots = _snapshots()
    count = withdrawals.restore(ids, snapshots)
    console.print(f"restored: {count}; withdrawn still: {len(snapshots.withdrawn())}")


@app.command("withdrawn")
def list_withdrawn(*, json: Json = False) -> None:
    """List the artworks that are withdrawn from search."""
    ids = _snapshots().withdrawn()
    if json:
        print_json(ids)
        return
    for id in ids:
        console.print(id, markup=False, highlight=False)


# What is below search is imported by the command that needs it: `vasari --help` loads none of it.


def _services() -> "Services":
    from search.build import build_services

    return build_services(load_settings())


def _snapshots() -> "SnapshotStore":
    from search.build import build_snapshots

    return build_snapshots(load_settings())
