"""`vasari search` and `vasari similar`: ask the index from the command line."""

import json as jsonlib
from pathlib import Path
from typing import Annotated

import typer

from cli.output import console, print_json, print_table
from core.errors import FilterError, InputError
from core.filter_json import parse_filter
from core.filters import And, Filter
from core.plain_filters import plain_filter
from core.queries import (
    DEFAULT_RECALL,
    EXACT,
    LEAST_RECALL,
    LONGEST_TEXT,
    Query,
    Recall,
    SearchPage,
)
from core.settings import load_settings
from core.text import blank_to_none
from core.types import Pixels
from search.build import build_decoder, build_engine

Texts = list[str] | None
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="Hits to show.")]
Json = Annotated[bool, typer.Option("--json", help="Write JSON to standard output.")]
Share = Annotated[
    float, typer.Option(min=LEAST_RECALL, max=EXACT, help="Share of the true neighbours to find.")
]
Explain = Annotated[bool, typer.Option("--explain", help="Show how the search was run.")]


def search(
    text: Annotated[str | None, typer.Argument(help="What you remember of it.")] = None,
    *,
    picture: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A picture to look like.")
    ] = None,
    like: Annotated[Texts, typer.Option(help="Id of an artwork to be like; repeatable.")] = None,
    artist: Annotated[Texts, typer.Option(help="Words of an artist's name, or an id.")] = None,
    begin: Annotated[int | None, typer.Option("--from", help="First year.")] = None,
    end: Annotated[int | None, typer.Option("--to", help="Last year.")] = None,
    medium: Annotated[Texts, typer.Option(help="Words of the medium.")] = None,
    classification: Annotated[Texts, typer.Option(help="Words of the classification.")] = None,
    subject: Annotated[Texts, typer.Option(help="Words of a subject.")] = None,
    where: Annotated[
        str | None, typer.Option("--filter", help="A filter tree as JSON, as the API takes it.")
    ] = None,
    exact: Annotated[bool, typer.Option("--exact", help="Search exactly: a recall of 1.")] = False,
    recall: Share = DEFAULT_RECALL,
    limit: Limit = 10,
    explain: Explain = False,
    json: Json = False,
) -> None:
    """Search the live snapshot by words, by picture, by example, or by all of them."""
    settings = load_settings()
    values = {
        "artist": artist or [],
        "medium": medium or [],
        "classification": classification or [],
        "subject": subject or [],
    }
    query = Query(
        text=_checked_text(text),
        picture=_read_picture(picture),
        like=tuple(like or ()),
        where=_both(plain_filter(values, begin, end), _parse_tree(where)),
        limit=limit,
        recall=EXACT if exact else recall,
    )
    _show(build_engine(settings).search(query), explain=explain, json=json)


def similar(
    artwork: Annotated[str, typer.Argument(help="Id of an artwork, as `source:number`.")],
    *,
    limit: Limit = 10,
    explain: Explain = False,
    json: Json = False,
) -> None:
    """Find artworks like one of the collection."""
    page = build_engine(load_settings()).search(Query(like=(artwork,), limit=limit))
    _show(page, explain=explain, json=json)


def _checked_text(text: str | None) -> str | None:
    """Refuse what no encoder can read; a blank text is none."""
    if text is not None and len(text) > LONGEST_TEXT:
        raise InputError("text", f"has {len(text)} characters; at most {LONGEST_TEXT} are allowed")
    try:
        (text or "").encode()
    except UnicodeEncodeError as error:
        raise InputError("text", "is not UTF-8") from error
    return blank_to_none(text)


def _read_picture(path: Path | None) -> Pixels | None:
    return None if path is None else build_decoder(load_settings())(path.read_bytes())


def _parse_tree(text: str | None) -> Filter | None:
    if text is None:
        return None
    try:
        return parse_filter(jsonlib.loads(text))
    except ValueError as error:
        raise FilterError("filter", f"is not JSON: {error}") from error


def _both(one: Filter | None, other: Filter | None) -> Filter | None:
    parts = tuple(part for part in (one, other) if part is not None)
    return And(parts) if len(parts) > 1 else next(iter(parts), None)


def _show(page: SearchPage, *, explain: bool, json: bool) -> None:
    if json:
        print_json(page)
        return
    print_table(
        ("", "artwork", "title", "artist", "date", "found by"),
        (
            (
                hit.rank,
                hit.artwork["id"],
                hit.artwork["title"] or "(untitled)",
                ", ".join(a["name"] for a in hit.artwork["artists"]),
                hit.artwork["date"],
                " ".join(f"{leg.name}#{leg.rank}" for leg in hit.legs),
            )
            for hit in page.hits
        ),
        whole=("artwork",),
    )
    counts = f"{len(page.hits)} of {page.total} works, {page.window} of them ranked"
    console.print(f"{counts} · {page.duration_ms:.0f} ms · {page.snapshot}", style="dim")
    if explain:
        _show_plan(page)


def _show_plan(page: SearchPage) -> None:
    console.print()
    print_table(
        ("leg", "strategy", "recall", "matching", "scored", "refined", "nprobe", "expected ms"),
        (
            (
                plan.leg,
                plan.strategy,
                _recall_text(plan.recall),
                plan.rows_matching,
                plan.rows_scored,
                plan.rows_refined,
                plan.nprobe,
                " ".join(f"{way} {ms:.2f}" for way, ms in plan.estimates_ms.items()),
            )
            for plan in page.plan
        ),
    )
    console.print()
    print_table(
        ("stage", "ms", "in", "out", "left out because"),
        (
            (s.name, f"{s.duration_ms:.2f}", s.input_count, s.output_count, s.skipped or s.degraded)
            for s in page.stages
        ),
    )


def _recall_text(recall: Recall) -> str:
    if recall.target is None:
        return recall.kind
    return f"{recall.kind} {recall.measured:.3f} for {recall.target:g}"
