"""`vasari index`: build, list, publish, roll back and verify snapshots; withdraw artworks."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.audit import by_hand
from cli.index_build import print_build, print_checks, print_dry_run
from cli.index_show import show_facts, show_manifest
from cli.output import Json, console, print_json, print_table, progress_bars
from core.audit import AuditAction
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
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done.")
    ] = False,
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
    services = _services()
    if dry_run:
        with progress_bars() as progress:
            plan = services.publisher.dry_run(progress, options)
        print_json(plan) if json else print_dry_run(plan)
        return
    audit = by_hand(AuditAction.REINDEX, open_log=lambda: services.audit)
    with audit as about, progress_bars() as progress:
        report = services.publisher.build(progress, options)
        about.name = report.snapshot
    print_json(report) if json else print_build(report)


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
        pin_minutes = load_settings().pin_minutes
        show_manifest(opened.id, opened.manifest)
        show_facts(next(f for f in snapshots.facts(pin_minutes) if f.entry.id == opened.id))


@app.command()
def publish(snapshot: Annotated[str, typer.Argument(help="Id, as `index list` shows it.")]) -> None:
    """Check a kept snapshot and make it the live one."""
    services = _services()
    with (
        by_hand(AuditAction.PUBLISH, snapshot, lambda: services.audit),
        progress_bars() as progress,
    ):
        checks = services.publisher.publish(snapshot, progress)
    print_checks(checks)
    console.print(f"snapshot {snapshot} is live")


@app.command()
def rollback(
    snapshot: Annotated[
        str | None, typer.Argument(help="Id of a kept one; the one before if left out.")
    ] = None,
) -> None:
    """Make the snapshot that was live before live again, or one that is named."""
    services = _services()
    with by_hand(AuditAction.ROLLBACK, snapshot, lambda: services.audit) as about:
        about.name = live = services.publisher.rollback(snapshot)
    console.print(f"snapshot {live} is live again")


@app.command()
def push() -> None:
    """Make what is live here live for all replicas, and share what is withdrawn."""
    from search.build_sharing import pushing

    with progress_bars() as progress:
        snapshot = pushing(_snapshots()).push(progress)
    console.print(f"snapshot {snapshot} is live in all replicas that follow")


@app.command()
def pull() -> None:
    """Serve what others published: look once, and bring what is new here."""
    from search.build_sharing import build_puller
    from search.replicas import describe

    settings = load_settings()
    puller = build_puller(_snapshots(), settings)
    with progress_bars() as progress:
        pulled = puller.pull(progress)
    console.print(describe(pulled, puller.address))


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
    with by_hand(AuditAction.WITHDRAW, ", ".join(ids)):
        count = withdrawals.withdraw(ids, snapshots, lambda: _services().catalogue)
    console.print(f"withdrawn: {count}; withdrawn in all: {len(snapshots.withdrawn())}")


@app.command()
def restore(ids: Ids) -> None:
    """Show withdrawn artworks again, at once."""
    from search import withdrawals

    snapshots = _snapshots()
    with by_hand(AuditAction.RESTORE, ", ".join(ids)):
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
