"""`vasari vectors`: give embeddings away as Parquet, take those that others publish."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import Json, console, print_json, print_table, progress_bars
from core.settings import load_settings
from core.types import SpaceField

if TYPE_CHECKING:
    from exchange.vector_import import ImportReport
    from search.build import Services

app = typer.Typer(help="Export embeddings, and import those of others.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(metavar="FILE", help="A Parquet file.")]


@app.command()
def export(
    file: File,
    *,
    space: Annotated[SpaceField, typer.Option(help="Whose embeddings.")] = SpaceField.CATALOGUE,
    licence: Annotated[str | None, typer.Option(help="Licence of the vectors: a URI.")] = None,
    source_uri: Annotated[
        str | None, typer.Option("--source-uri", help="Where they are published.")
    ] = None,
    json: Json = False,
) -> None:
    """Write the embeddings that the encoder now set has made, each with its artwork."""
    from exchange.files import replacing
    from exchange.vector_export import OwnVectors, export_vectors
    from exchange.vector_writer import Origin

    services = _services()
    vectors = OwnVectors(services.embedding.embedder(space).contents, services.embeddings)
    told = Origin(licence, source_uri, datetime.now().astimezone().date())
    with progress_bars() as progress, replacing(file) as prepared:
        report = export_vectors(prepared, vectors, services.catalogue, progress, origin=told)
    if json:
        print_json(report)
        return
    console.print(f"{report.space}: {report.rows:,} vectors in {file}", markup=False)
    if report.missing:
        console.print(
            f"{report.missing:,} contents have no embedding and are left out; `vasari embed run` "
            "makes them",
            style="yellow",
        )


@app.command("import")
def import_file(
    file: File,
    *,
    name: Annotated[str | None, typer.Option(help="What to call them; the file's name.")] = None,
    source: Annotated[
        str | None,
        typer.Option(help="The file has the ids of this source: put SOURCE: before each."),
    ] = None,
    skip_unknown: Annotated[
        bool, typer.Option("--skip-unknown", help="Leave out artworks that are not here.")
    ] = False,
    space: Annotated[
        SpaceField | None, typer.Option(help="Of an OEmbeddings file: only what was embedded so.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Of an OEmbeddings file: only vectors of this model.")
    ] = None,
    json: Json = False,
) -> None:
    """Take vectors that somebody publishes; all are checked before one is kept.

    Those of an encoder that is set here are used as our own. All others become a space of their
    own; `vasari index build` then takes it into the snapshot.
    """
    from exchange.formats import Choice, open_vectors
    from exchange.open_stores import vector_stores
    from exchange.vector_import import ImportOptions, import_vectors

    services = _services()
    opened = open_vectors(file, Choice(space, model))
    options = ImportOptions(name or file.stem, source, skip_unknown)
    with services.embedding.alone(), progress_bars() as progress:
        report = import_vectors(opened, vector_stores(services), progress, options)
    if json:
        print_json(report)
    else:
        _show(report)


@app.command("list")
def list_imported(*, json: Json = False) -> None:
    """List the spaces that were imported."""
    imported = _services().imported.all()
    if json:
        print_json(imported)
        return
    print_table(
        ("name", "key", "space", "vectors", "licence", "source"),
        ((i.name, i.space.key, i.space.name, i.vectors, i.licence, i.source_uri) for i in imported),
        whole=("key",),
    )


@app.command()
def remove(key: Annotated[str, typer.Argument(help="Key, as `vectors list` shows it.")]) -> None:
    """Forget an imported space; the next build leaves it out."""
    _services().imported.remove(key)
    console.print(f"{key} is removed; snapshots that have it keep it")


def _show(report: "ImportReport") -> None:
    console.print(
        f"{report.space}: {report.written:,} vectors taken, {report.present:,} were there",
        markup=False,
        highlight=False,
    )
    for count, what in (
        (report.stale, "are of a text or picture that the artwork does not have; left out"),
        (report.unknown, "are of artworks that are not in the catalogue; left out"),
        (report.normalised, "were not of unit length; they are now"),
    ):
        if count:
            console.print(f"{count:,} {what}", style="yellow")
    used = "used as our own" if report.is_own else f"a space of their own, {report.key}"
    console.print(f"{used}; `vasari index build` takes them into the snapshot", style="dim")


def _services() -> "Services":
    from search.build import build_services

    return build_services(load_settings())
