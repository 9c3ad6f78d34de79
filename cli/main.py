"""The command line: `vasari`."""

import sys
from typing import Annotated

import typer

from cli import (
    audit,
    bench,
    bundle,
    cache,
    cluster,
    doctor,
    embed,
    index,
    ingest,
    retriever,
    search,
    serve,
    vectors,
)
from cli.output import notes
from core.errors import InputError, VasariError

app = typer.Typer(
    help="Semantic search for art collections, on your own machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command()(serve.demo)
app.add_typer(ingest.app, name="ingest")
app.add_typer(embed.app, name="embed")
app.add_typer(index.app, name="index")
app.add_typer(cache.app, name="cache")
app.add_typer(bench.app, name="bench")
app.command()(search.search)
app.command()(search.similar)
app.add_typer(retriever.app, name="retriever")
app.command()(serve.serve)
app.command()(doctor.doctor)
app.command()(audit.audit)
app.add_typer(cluster.app, name="cluster")
app.add_typer(vectors.app, name="vectors")
app.command("export")(bundle.export)
app.command("import")(bundle.import_file)


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
) -> None:
    """Semantic search for art collections, on your own machine."""
    if show:
        from importlib.metadata import version as installed

        typer.echo(f"vasari {installed('vasari')}")
        raise typer.Exit


def main() -> None:
    """Run a command; an error of ours or of the system is told in words, without a traceback."""
    try:
        app()
    except VasariError as error:
        notes.print(f"error: {error}", style="red", markup=False, highlight=False)
        sys.exit(2 if isinstance(error, InputError) else 1)
    except OSError as error:  # a full disk, a home that is no folder
        where = f"{error.filename}: " if error.filename else ""
        told = f"error: {where}{error.strerror or error}"
        notes.print(told, style="red", markup=False, highlight=False)
        sys.exit(1)
