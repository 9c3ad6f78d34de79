"""`vasari ingest inspect`, `iiif`, `own`: a table to look at, IIIF, a museum's own reader."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.ingest_run import AllowGone, Force, How, Json, Partial, Publish, ingest_source
from cli.output import console, notes, print_json, print_table, progress_bars
from core.errors import SourceError
from core.locks import try_lock
from core.settings import Settings, load_settings

if TYPE_CHECKING:
    from core.ports import Source
    from ingest.build_fetcher import Manners
    from ingest.drafting.profile import TableProfile
    from ingest.iiif.mirror import Mirror

DEFAULT_ROWS = 100_000

Rows = Annotated[int, typer.Option(min=0, help="Rows to read at most; 0: all.")]
Write = Annotated[
    Path | None, typer.Option(help="Write the mapping to a new file; nothing is overwritten.")
]
IiifMapping = Annotated[
    str, typer.Option(help="What a manifest's labels mean: a TOML file, or a shipped mapping.")
]
Name = Annotated[
    str | None,
    typer.Option(help="First half of the artwork ids; made of the address if left out."),
]
Language = Annotated[
    list[str] | None, typer.Option(help="Language that is wanted, the best first; English.")
]
Contact = Annotated[str | None, typer.Option(help="Mail or web address that servers are told.")]
Rate = Annotated[
    float, typer.Option(min=0.001, max=100, help="Requests per second of a host, at most.")
]
AllowPrivate = Annotated[
    list[str] | None,
    typer.Option(help="Host that may lie in a private network; may be repeated."),
]


def inspect(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, Parquet, JSON Lines or a JSON array.")],
    *,
    write: Write = None,
    rows: Rows = DEFAULT_ROWS,
    json: Json = False,
) -> None:
    """Profile the columns of a table, and draft a mapping that reads it."""
    from ingest.drafting.inspect_file import inspect_file, write_draft

    with progress_bars() as progress:
        found = inspect_file(file, most_rows=rows or None, progress=progress)
    if write is not None:
        write_draft(found.mapping, write)
    if json:
        print_json({"profile": found.profile, "mapping": found.mapping})
    elif write is not None:
        _print_profile(found.profile)
        then = f"look at {write}, then: vasari ingest table {file} --mapping {write}"
        notes.print(then, markup=False, soft_wrap=True)  # on one line, to be copied
    else:
        typer.echo(found.mapping, nl=False)  # as it is, to be piped into a file


def iiif(
    address: Annotated[
        str,
        typer.Argument(
            help="A IIIF collection, manifest or stream of changes; or a folder of manifests, or a "
            "file with one address on each line."
        ),
    ],
    *,
    mapping: IiifMapping = "iiif",
    name: Name = None,
    language: Language = None,
    contact: Contact = None,
    rate: Rate = 1.5,
    allow_private: AllowPrivate = None,
    force: Force = False,
    allow_gone: AllowGone = False,
    partial: Partial = False,
    publish: Publish = False,
    json: Json = False,
) -> None:
    """Load what IIIF manifests describe; a second run asks only for what has changed."""
    from ingest.build_fetcher import Manners
    from ingest.iiif.naming import iiif_name
    from ingest.mapping_file import load_mapping
    from ingest.sources.iiif import IiifSource

    settings, own = load_settings(), iiif_name(address, name)
    table = load_mapping(mapping)
    manners = Manners(contact or settings.fetch_contact, rate, 1, None, tuple(allow_private or ()))
    how = How(json, force, allow_gone, partial, publish)
    with _mirror(settings, own) as folder:
        mirror = _harvest(address, folder, manners, quiet=json)
        source = IiifSource(mirror, table, name=own, languages=language or ("en",))
        ingest_source(source, how)


def own(
    reader: Annotated[
        str, typer.Argument(help="A Python file and the class in it: `museum.py:MuseumSource`.")
    ],
    *,
    path: Annotated[Path, typer.Option("--from", help="What the class is given to read.")],
    force: Force = False,
    allow_gone: AllowGone = False,
    partial: Partial = False,
    publish: Publish = False,
    json: Json = False,
) -> None:
    """Load a collection by a reader of your own. Its code runs as you: look at it first."""
    from ingest.sources.own import open_own_source

    ingest_source(open_own_source(reader, path), How(json, force, allow_gone, partial, publish))


def open_s3(url: str, *, mapping: str | None, table: Path | None, name: str | None) -> "Source":
    """Open the pictures below a prefix of a bucket."""
    from ingest.registry import SourceOptions, open_bucket
    from search.build import build_object_reader

    objects = build_object_reader(load_settings(), url)
    return open_bucket(url, objects, SourceOptions(None, mapping, table, name))


def _harvest(address: str, folder: Path, manners: "Manners", *, quiet: bool) -> "Mirror":
    from ingest.build_fetcher import build_fetcher
    from ingest.iiif.documents import OnDemand
    from ingest.iiif.harvest import harvest
    from ingest.iiif.mirror import Mirror

    mirror = Mirror(folder)
    with progress_bars() as progress:
        done = harvest(address, mirror, OnDemand(lambda: build_fetcher(manners)), progress)
    if not quiet:
        notes.print(
            f"{done.manifests:,} manifests: {done.fetched:,} documents fetched, "
            f"{done.unchanged:,} unchanged, {done.failed:,} not to be had"
        )
    return mirror


@contextmanager
def _mirror(settings: Settings, name: str) -> Iterator[Path]:
    """Hold the mirror of a source: two harvests at once would spoil each other's."""
    work = settings.home / "work" / "iiif"
    work.mkdir(parents=True, exist_ok=True)
    descriptor = try_lock(work / f"{name}.lock")
    if descriptor is None:
        raise SourceError(f"{name} is being harvested already")
    try:
        yield work / name
    finally:
        os.close(descriptor)


def _print_profile(profile: "TableProfile") -> None:
    from ingest.drafting.draft import describe

    console.print(f"{profile.rows:,} rows", highlight=False)
    print_table(
        ("column", "what stands in it"),
        [(column.name, describe(column)) for column in profile.columns],
        whole=("column",),
    )
