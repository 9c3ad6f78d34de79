"""`vasari ingest`: bring collections into the catalogue."""

from pathlib import Path
from typing import Annotated

import typer

from cli.output import console, print_json, progress_bars
from core.settings import load_settings
from ingest.pipeline import ingest
from ingest.registry import SourceOptions, open_source
from ingest.report import report_json, report_text, took_nothing
from search.build import build_services

app = typer.Typer(
    help="Bring a collection into the catalogue. Running it again takes what is new or changed; "
    "a run that was stopped goes on where it was.",
    no_args_is_help=True,
)

Json = Annotated[bool, typer.Option("--json", help="Write the report as JSON.")]
Mapping = Annotated[
    str, typer.Option(help="What the columns mean: a TOML file, or the name of a shipped mapping.")
]


@app.command()
def sample(*, json: Json = False) -> None:
    """Load the bundled sample collection."""
    _ingest("sample", SourceOptions(), json=json)


@app.command()
def table(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, Parquet, JSON Lines or a JSON array.")],
    *,
    mapping: Mapping,
    json: Json = False,
) -> None:
    """Load a table by a mapping of its columns."""
    _ingest("table", SourceOptions(path=file, mapping=mapping), json=json)


@app.command()
def folder(
    path: Annotated[Path, typer.Argument(help="Folder of pictures; those below it count too.")],
    *,
    table: Annotated[
        Path | None, typer.Option(help="Table of what is known of the pictures.")
    ] = None,
    mapping: Annotated[
        str | None, typer.Option(help="What the table's columns mean; needed with --table.")
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(help="First half of the artwork ids; the folder's name if left out."),
    ] = None,
    json: Json = False,
) -> None:
    """Load a folder of pictures."""
    options = SourceOptions(path=path, mapping=mapping, table=table, name=name)
    _ingest("folder", options, json=json)


@app.command()
def nga(
    *,
    path: Annotated[Path, typer.Option("--from", help="Folder with the dump's CSV files.")],
    json: Json = False,
) -> None:
    """Load the National Gallery of Art's open data."""
    _ingest("nga", SourceOptions(path=path), json=json)


def _ingest(kind: str, options: SourceOptions, *, json: bool) -> None:
    source = open_source(kind, options)
    services = build_services(load_settings())
    with progress_bars() as progress:
        run = ingest(
            source,
            catalogue=services.catalogue,
            blobs=services.blobs,
            runs=services.runs,
            progress=progress,
        )
    if json:
        print_json(report_json(run))
    else:
        console.print(report_text(run), markup=False, highlight=False)
    if took_nothing(run):
        raise typer.Exit(1)
    if (run.created or run.changed) and not json:
        console.print("`vasari index build` makes it searchable", style="dim")
