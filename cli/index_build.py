"""What `vasari index build` prints: what was made, or would be."""

from typing import TYPE_CHECKING

from cli.output import console, print_table

if TYPE_CHECKING:
    from core.snapshots import Check
    from search.dry_run import DryRun
    from search.publish import BuildReport

_GIB = 2**30


def print_build(report: "BuildReport") -> None:
    """Print what was embedded, what the snapshot was checked for, and whether it is live."""
    for done in report.spaces:
        console.print(f"{done.space}: {done.encoded} encoded, {done.present} were there")
        for fault in done.faults[:20]:
            console.print(f"  {fault}", style="yellow")
    print_checks(report.checks)
    state = "live" if report.published else "built; `vasari index publish` makes it live"
    console.print(f"snapshot {report.snapshot}: {report.artworks} artworks, {state}")


def print_checks(checks: "tuple[Check, ...]") -> None:
    """Print a line for each check."""
    for check in checks:
        console.print(
            f"check {check.name}: {'passed' if check.passed else 'FAILED'}, {check.detail}",
            style="dim" if check.passed else "red",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )


def print_dry_run(plan: "DryRun") -> None:
    """Print what a build would do."""
    changes, disk = plan.changes, plan.disk
    print_table(
        ("space", "there", "missing", "would be embedded"),
        ((of.space, of.present, of.missing, f"{of.to_embed} {of.unit}") for of in plan.spaces),
    )
    since = f"snapshot {changes.snapshot}" if changes.snapshot else "nothing is live"
    console.print(
        f"{plan.artworks} artworks; since {since}: {changes.added} new, {changes.changed} changed, "
        f"{changes.gone} gone",
        soft_wrap=True,
    )
    console.print(
        f"disk: about {disk.needed_bytes / _GIB:.2f} GiB needed, {disk.free_bytes / _GIB:.1f} free",
        style=None if disk.is_enough else "red",
        soft_wrap=True,
    )
