"""`vasari retriever`: keep searches under a name, in versions that never change."""

import json as jsonlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from cli import retriever_run
from cli.audit import by_hand
from cli.output import Json, console, print_json, print_table
from cli.retriever_files import read_definition
from core.audit import AuditAction
from core.errors import InputError
from core.retrievers import KeptVersion, RetrieverVersion
from core.settings import load_settings

if TYPE_CHECKING:
    from search.retrievers.registry import Retrievers

app = typer.Typer(
    help="Searches with a name: stages over inputs, in versions that never change.",
    no_args_is_help=True,
)

File = Annotated[
    str, typer.Argument(metavar="FILE", help="JSON with `inputs` and `stages`; - reads it here.")
]
Name = Annotated[str, typer.Argument(help="Name of a retriever.")]
Reference = Annotated[
    str, typer.Argument(metavar="NAME", help="Name of a retriever, or a version as `name@3`.")
]
NewName = Annotated[str | None, typer.Option("--name", help="Its name; else that of the file.")]
Publish = Annotated[
    bool, typer.Option("--publish", help="Let the bare name mean it; a first version is anyway.")
]


@app.command()
def create(
    file: File, *, name: NewName = None, publish: Publish = False, json: Json = False
) -> None:
    """Check a definition and keep it as the first or the next version of its name."""
    definition = read_definition(file)
    wanted, publish = _taken(definition, name, publish=publish)
    with by_hand(AuditAction.RETRIEVER_CREATE, wanted) as about:
        kept = _retrievers().create(wanted, definition, publish=publish)
        about.name = kept.version.label
    _tell(kept, json=json)


@app.command()
def check(file: File, *, json: Json = False) -> None:
    """Check a definition without keeping it; no database is needed."""
    from search.retrievers.definition import parse_definition

    definition = read_definition(file)
    for key in ("name", "publish"):
        definition.pop(key, None)
    pipeline = parse_definition(definition)
    if json:
        print_json({"hash": pipeline.hash})
        return
    stages = ", ".join(stage.type for stage in pipeline.definition.stages)
    console.print(f"{file}: whole; {stages}", markup=False, highlight=False, soft_wrap=True)


@app.command("list")
def list_retrievers(*, json: Json = False) -> None:
    """List what each name means now."""
    _list(_retrievers().all(), json=json)


@app.command()
def versions(name: Name, *, json: Json = False) -> None:
    """List the versions of a retriever, newest first."""
    _list(_retrievers().versions(name), json=json)


@app.command()
def show(name: Reference, *, json: Json = False) -> None:
    """Show the definition of a retriever."""
    version = _retrievers().get(name)
    if json:
        print_json(version)
        return
    console.print(f"{version.label}, {_state(version)}, {version.hash}", highlight=False)
    print_json(version.definition)


@app.command()
def schema(name: Reference) -> None:
    """Write what a retriever may be asked by, as JSON Schema."""
    from search.retrievers.input_schema import json_schema

    print_json(json_schema(_retrievers().resolve(name).pipeline.definition))


@app.command()
def clone(
    source: Reference,
    name: Annotated[str, typer.Argument(metavar="COPY", help="Name of the copy.")],
    *,
    changes: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="JSON with what is different; - reads it here."),
    ] = None,
    description: Annotated[str | None, typer.Option(help="What the copy finds, in words.")] = None,
    publish: Publish = False,
    json: Json = False,
) -> None:
    """Keep a copy of a retriever, with some parts of its definition replaced."""
    changed = read_definition(changes) if changes else {}
    if description is not None:
        changed["description"] = description
    with by_hand(AuditAction.RETRIEVER_CLONE, name) as about:
        kept = _retrievers().clone(source, name, changed, publish=publish)
        about.name = kept.version.label
    _tell(kept, json=json)


@app.command()
def publish(name: Reference, *, json: Json = False) -> None:
    """Let a name mean the version `name@3`, or its newest one."""
    with by_hand(AuditAction.RETRIEVER_PUBLISH, name):
        version = _retrievers().publish(name)
    if json:
        print_json(version)
        return
    console.print(f"{version.name} means {version.label} now", highlight=False)


@app.command()
def delete(name: Reference, *, json: Json = False) -> None:
    """Delete a retriever with all its versions, or one version."""
    with by_hand(AuditAction.RETRIEVER_DELETE, name):
        gone = _retrievers().delete(name)
    if json:
        print_json({"name": name.partition("@")[0], "versions": gone})
        return
    numbers = ", ".join(map(str, gone))
    console.print(f"{name} is deleted: version {numbers}", highlight=False, markup=False)


@app.command()
def stages(
    stage: Annotated[str | None, typer.Argument(help="Just this kind, with its schema.")] = None,
    *,
    json: Json = False,
) -> None:
    """List the kinds of stages, in the order in which they stand in a retriever."""
    from search.retrievers.stages import stage_schemas

    kinds = stage_schemas()
    if stage is not None:
        kinds = [kind for kind in kinds if kind["type"] == stage]
        if not kinds:
            known = ", ".join(kind["type"] for kind in stage_schemas())
            raise InputError("stage", f"{stage!r} is none of {known}")
    if json or stage is not None:
        print_json(kinds if stage is None else kinds[0])
        return
    print_table(
        ("stage", "what it does", "parameters, for example"),
        ((one["type"], one["description"], jsonlib.dumps(one["example"])) for one in kinds),
        whole=("stage",),
    )


app.command()(retriever_run.run)
app.command()(retriever_run.explain)


def _taken(definition: dict[str, object], name: str | None, *, publish: bool) -> tuple[str, bool]:
    """Take name and publish out of a file that is a body of the API as well."""
    named, published = definition.pop("name", None), definition.pop("publish", False)
    wanted = named if name is None else name
    if not isinstance(wanted, str):
        raise InputError("name", "is missing: give --name, or a `name` in the file")
    if not isinstance(published, bool):
        raise InputError("publish", "must be true or false")
    return wanted, publish or published


def _tell(kept: KeptVersion, *, json: bool) -> None:
    version = kept.version
    if json:
        print_json(kept)
        return
    how = "is kept" if kept.is_new else "has this content already"
    console.print(f"{version.label} {how}, {_state(version)}", highlight=False)
    if not version.is_published:
        console.print(f"`vasari retriever publish {version.label}` publishes it", style="dim")


def _state(version: RetrieverVersion) -> str:
    if version.is_builtin:
        return "ships with Vasari"
    return "published" if version.is_published else "not published"


def _list(listed: Iterable[RetrieverVersion], *, json: bool) -> None:
    if json:
        print_json(list(listed))
        return
    print_table(
        ("retriever", "state", "made", "what it finds"),
        (
            (
                version.label,
                _state(version),
                version.created_at and f"{version.created_at:%Y-%m-%d %H:%M}",
                version.definition.get("description"),
            )
            for version in listed
        ),
        whole=("retriever", "state"),
    )


# What is below search is imported by the command that needs it: `vasari --help` loads none of it.


def _retrievers() -> "Retrievers":
    from search.build import build_services

    return build_services(load_settings()).retrievers
