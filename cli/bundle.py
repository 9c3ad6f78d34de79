"""`vasari export` and `vasari import`: a whole collection in one file."""

from pathlib import Path
from typing import Annotated

import typer

from cli.output import Json, console, print_json, progress_bars
from core.settings import load_settings

File = Annotated[Path, typer.Argument(metavar="FILE", help="The bundle: a ZIP file.")]


def export(
    file: File,
    *,
    pictures: Annotated[
        bool, typer.Option("--pictures", help="With the pictures, not only their thumbnails.")
    ] = False,
    only_open: Annotated[
        bool, typer.Option("--only-open", help="Leave out pictures whose rights are not open.")
    ] = False,
    json: Json = False,
) -> None:
    """Write catalogue, embeddings, thumbnails and judgements to one file, with hashes and licences.

    `vasari import` takes it in another installation, without a network.
    """
    from exchange.bundle_export import BundleOptions, export_bundle
    from search.build import build_services

    options = BundleOptions(pictures=pictures, only_open=only_open)
    with progress_bars() as progress:
        report = export_bundle(file, build_services(load_settings()), progress, options)
    if json:
        print_json(report)
        return
    console.print(f"{file}: {report.size_bytes / 1e6:.1f} MB", markup=False, highlight=False)
    for what, count in report.counts.items():
        console.print(f"  {count:,} {what}", highlight=False)
    for note in report.notes:
        console.print(note, style="yellow", markup=False)


def import_file(file: File, *, json: Json = False) -> None:
    """Take a bundle that `vasari export` wrote; all of it is checked before anything is kept.

    The same command goes on where it was stopped, and changes nothing once all is there.
    """
    from exchange.bundle_import import import_bundle
    from search.build import build_services

    with progress_bars() as progress:
        report = import_bundle(file, build_services(load_settings()), progress)
    if json:
        print_json(report)
        return
    console.print(
        f"artworks: {report.created:,} new, {report.changed:,} changed, "
        f"{report.unchanged:,} as they were"
    )
    for done in report.spaces:
        own = "" if done.is_own else "; no encoder that is set here made them: a space of their own"
        console.print(
            f"{done.space}: {done.written:,} vectors taken, {done.present:,} were there{own}",
            markup=False,
            highlight=False,
        )
    withheld = f", {report.pictures_withheld:,} withheld" if report.pictures_withheld else ""
    console.print(
        f"pictures: {report.pictures_new:,} files new, {report.pictures_known:,} known{withheld}"
    )
    if report.judgements:
        console.print(f"judged queries: VASARI_GATE_QUERIES={report.judgements}", markup=False)
    console.print("`vasari index build` brings it into search", style="dim")
