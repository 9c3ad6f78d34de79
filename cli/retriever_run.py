"""`vasari retriever run` and `explain`: ask a retriever from the command line."""

import base64
import json as jsonlib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.output import Json, console, print_json, print_table
from core.errors import InputError
from core.settings import load_settings

Name = Annotated[str, typer.Argument(help="Name of a retriever, or a version as `name@3`.")]
Inputs = Annotated[
    list[str] | None,
    typer.Option(
        "--input",
        "-i",
        metavar="NAME=VALUE",
        help="An input, as `text=a storm`; `image=@file.jpg` reads a file, `years=:[1800, 1900]` "
        "JSON. May be repeated.",
    ),
]
Limit = Annotated[int, typer.Option(min=1, max=100, help="Hits on a page.")]
Cursor = Annotated[str | None, typer.Option(help="`cursor` of the answer before.")]


def run(
    name: Name,
    *,
    given: Inputs = None,
    limit: Limit = 10,
    cursor: Cursor = None,
    json: Json = False,
) -> None:
    """Run a retriever over the live snapshot."""
    from api.render import build_executor
    from search.build import build_services
    from search.retrievers.prepare import Request

    executor = build_executor(build_services(load_settings()))
    request = Request(read_inputs(given or ()), limit, cursor)
    answer = jsonlib.loads(executor.run(executor.prepare(name, request)).body)
    print_json(answer) if json else _show(answer)


def explain(name: Name, *, given: Inputs = None, json: Json = False) -> None:
    """Tell how a retriever would search; nothing is encoded, nothing searched."""
    from api.render import build_executor
    from api.render_execute import explanation
    from search.build import build_services
    from search.retrievers.prepare import Request

    executor = build_executor(build_services(load_settings()))
    foreseen = executor.explain(executor.prepare(name, Request(read_inputs(given or ()))))
    told = explanation(foreseen).model_dump(mode="json")
    print_json(told) if json else _show_plan(told)


def read_inputs(options: Sequence[str]) -> dict[str, Any]:
    """Read inputs as options give them. Raises InputError."""
    inputs: dict[str, Any] = {}
    for option in options:
        name, equals, value = option.partition("=")
        if not equals:
            raise InputError("input", f"{option!r} is not NAME=VALUE")
        inputs[name] = _value(name, value)
    return inputs


def _value(name: str, text: str) -> Any:  # noqa: ANN401 - whatever JSON may hold
    if text.startswith("@"):
        return base64.b64encode(Path(text[1:]).read_bytes()).decode()
    if not text.startswith(":"):
        return text
    try:
        return jsonlib.loads(text[1:])
    except ValueError as error:
        raise InputError(f"inputs.{name}", f"is not JSON: {error}") from error


def _show(answer: dict[str, Any]) -> None:
    print_table(
        ("", "artwork", "title", "artist", "date", "found by"),
        (
            (
                hit["rank"],
                hit["artwork"]["id"],
                hit["artwork"]["title"] or "(untitled)",
                ", ".join(artist["name"] for artist in hit["artwork"]["artists"]),
                hit["artwork"]["date"],
                " ".join(f"{leg['name']}#{leg['rank']}" for leg in hit["legs"]),
            )
            for hit in answer["hits"]
        ),
        whole=("artwork",),
    )
    console.print(
        f"{len(answer['hits'])} of {answer['window']} hits, {answer['total']} works match · "
        f"{answer['duration_ms']:.0f} ms · {answer['snapshot']}",
        style="dim",
    )
    console.print()
    print_table(
        ("stage", "ms", "in", "out", "left out because"),
        (
            (
                stage["name"],
                f"{stage['duration_ms']:.2f}",
                stage["input_count"],
                stage["output_count"],
                stage["skipped"] or stage["degraded"] or _left_out(stage),
            )
            for stage in answer["pipeline"]
        ),
    )


def _left_out(stage: dict[str, Any]) -> str:
    return "; ".join(f"{one['part']}: {one['reason']}" for one in stage["left_out"])


def _show_plan(told: dict[str, Any]) -> None:
    print_table(
        ("leg", "weight", "strategy", "matching", "to score", "expected ms", "left out because"),
        (
            (
                leg["name"],
                leg["weight"],
                leg["strategy"],
                leg["rows_matching"],
                leg["rows_scored_estimate"],
                leg["estimate_ms"],
                leg["skipped"],
            )
            for leg in told["legs"]
        ),
    )
    for stage in told["stages"]:
        if reason := stage["skipped"] or _left_out(stage):
            console.print(f"{stage['name']} would leave out {reason}", markup=False)
    console.print(f"{told['total']} works match · {told['snapshot']}", style="dim")
