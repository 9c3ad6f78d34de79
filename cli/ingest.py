"""`vasari ingest`: bring collections into the catalogue."""

from pathlib import Path
from typing import Annotated

import typer

from cli.ingest_download import local_dump
from cli.ingest_pictures import pictures
from cli.ingest_report import report
from cli.ingest_run import AllowGone, Force, How, Json, Partial, Publish, ingest_source, run_ingest
from cli.ingest_sources import iiif, inspect, open_s3, own

app = typer.Typer(
    help="Bring a collection into the catalogue. Running it again takes what is new or changed; "
    "a run that was stopped goes on where it was.",
    no_args_is_help=True,
)

app.command()(report)
app.command()(pictures)
app.command()(inspect)
app.command()(iiif)
app.command()(own)

Mapping = Annotated[
    str, typer.Option(help="What the columns mean: a TOML file, or the name of a shipped mapping.")
]


@app.command()
def sample(*, publish: Publish = False, json: Json = False) -> None:
    """Load the bundled sample collection."""
    run_ingest("sample", How(json, publish=publish))


@app.command()
def table(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, Parquet, JSON Lines or a JSON array.")],
    *,
    mapping: Mapping,
    force: Force = False,
    allow_gone: AllowGone = False,
    partial: Partial = False,
    publish: Publish = False,
    json: Json = False,
) -> None:
    """Load a table by a mapping of its columns."""
    how = How(json, force, allow_gone, partial, publish)
    run_ingest("table", how, path=file, mapping=mapping)


@app.command()
def folder(
    path: Annotated[
        str,
        typer.Argument(
            help="Folder of pictures, or `s3://bucket/prefix`; those below it count too."
        ),
    ],
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
    force: Force = False,
    allow_gone: AllowGone = False,
    partial: Partial = False,
    publish: Publish = False,
    json: Json = False,
) -> None:
    """Load a folder of pictures."""
    how = How(json, force, allow_gone, partial, publish)
    if path.startswith("s3://"):
        ingest_source(open_s3(path, mapping=mapping, table=table, name=name), how)
        return
    run_ingest("folder", how, path=Path(path), mapping=mapping, table=table, name=name)


@app.command()
def nga(
    *,
    path: Annotated[
        str,
        typer.Option(
            "--from", help="Folder with the dump's CSV files, or its address (https://…)."
        ),
    ],
    force: Force = False,
    allow_gone: AllowGone = False,
    partial: Partial = False,
    publish: Publish = False,
    json: Json = False,
) -> None:
    """Load the National Gallery of Art's open data."""
    how = How(json, force, allow_gone, partial, publish)
    run_ingest("nga", how, path=local_dump(path, quiet=json))
