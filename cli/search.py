"""`vasari search` and `vasari similar`: ask the index from the command line."""

import json as jsonlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from cli import search_options as opt
from cli.output import Json, console, print_json, print_table
from core.errors import FilterError
from core.filter_json import parse_filter
from core.filters import Filter, all_of
from core.plain_filters import plain_filter
from core.queries import DEFAULT_RECALL, EXACT, Aspect, Hit, Plan, Query, Recall, SearchPage
from core.rerank import Rerank
from core.settings import load_settings
from core.types import Pixels
from core.understanding import MatchLevel, Understand, Understanding


def search(
    text: opt.Words = None,
    *,
    picture: opt.Picture = None,
    like: opt.Like = None,
    more: opt.More = None,
    minus: opt.Minus = None,
    unlike: opt.Unlike = None,
    weight: opt.Weights = None,
    artist: opt.Artist = None,
    begin: opt.Begin = None,
    end: opt.End = None,
    medium: opt.Medium = None,
    classification: opt.Classification = None,
    subject: opt.Subject = None,
    where: opt.Where = None,
    exact: opt.Exact = False,
    recall: opt.Share = DEFAULT_RECALL,
    understand: opt.Reads = Understand.APPLY,
    min_match: opt.LeastMatch = None,
    collapse: opt.Collapse = False,
    group_by: opt.Groups = None,
    diversity: opt.Diversity = 0.0,
    rerank: opt.Reranks = False,
    limit: opt.Limit = 10,
    explain: opt.Explain = False,
    json: Json = False,
) -> None:
    """Search the live snapshot by words, by picture, by example, or by all of them."""
    values = {"artist": artist, "medium": medium, "classification": classification}
    query = Query(
        text=opt.checked_text(text), picture=_read_picture(picture), like=tuple(like or ()),
        inputs=opt.read_inputs(more, minus, unlike), weights=opt.read_weights(weight),
        where=all_of((_plain({**values, "subject": subject}, begin, end), _parse_tree(where))),
        limit=limit, recall=EXACT if exact else recall, min_match=min_match, understand=understand,
        collapse=collapse, group_by=group_by, diversity=diversity,
        rerank=Rerank() if rerank else None,
    )  # fmt: skip
    _show(_search(query), explain=explain, json=json)


def similar(
    artwork: Annotated[str, typer.Argument(help="Id of an artwork, as `source:number`.")],
    *,
    aspect: opt.Aspects = None,
    minus: opt.Minus = None,
    weight: opt.Weights = None,
    collapse: opt.Collapse = False,
    group_by: opt.Groups = None,
    diversity: opt.Diversity = 0.0,
    limit: opt.Limit = 10,
    explain: opt.Explain = False,
    json: Json = False,
) -> None:
    """Find artworks like one of the collection."""
    query = Query(
        like=(artwork,), aspects=tuple(aspect or Aspect), inputs=opt.read_inputs(None, minus),
        weights=opt.read_weights(weight), limit=limit,
        collapse=collapse, group_by=group_by, diversity=diversity,
    )  # fmt: skip
    _show(_search(query), explain=explain, json=json)


def _search(query: Query) -> SearchPage:
    from search.build import build_engine

    return build_engine(load_settings()).search(query)


def _read_picture(path: Path | None) -> Pixels | None:
    if path is None:
        return None
    from search.build import build_decoder

    return build_decoder(load_settings())(path.read_bytes())


def _parse_tree(text: str | None) -> Filter | None:
    if text is None:
        return None
    try:
        return parse_filter(jsonlib.loads(text))
    except ValueError as error:
        raise FilterError("filter", f"is not JSON: {error}") from error


def _plain(values: Mapping[str, opt.Texts], begin: int | None, end: int | None) -> Filter | None:
    return plain_filter({name: texts or [] for name, texts in values.items()}, begin, end)


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
                " ".join((*_found_by(hit), *_stands_for(hit))),
            )
            for hit in page.hits
        ),
        whole=("artwork",),
    )
    counts = f"{len(page.hits)} of {page.window} hits, {page.total} works match"
    if page.reranked:
        counts += f", {page.reranked.summary} reranked"
    console.print(f"{counts} · {page.duration_ms:.0f} ms · {page.snapshot}", style="dim")
    for line in _readings(page.understanding):
        console.print(line, style="cyan", markup=False, highlight=False)
    for line in _remarks(page):
        console.print(line, style="yellow", markup=False, highlight=False)
    if explain:
        _show_plan(page)


def _readings(found: Understanding | None) -> Iterator[str]:
    """Say what the words were taken for: filters with "=", suggestions with "?"."""
    for span in found.spans if found else ():
        first = span.readings[0]
        sign, works = "=" if first.is_applied else "?", f"{first.matching:,} works"
        count = "" if first.where is None else f" · {works}"
        yield f"{span.text} {sign} {first.kind} {first.label}{count}"


def _remarks(page: SearchPage) -> Iterator[str]:
    """Say what is amiss with an answer."""
    if page.match and page.match.level is not MatchLevel.GOOD:
        fits = "nothing fits" if page.match.level is MatchLevel.NONE else "hardly anything fits"
        yield f"{fits}: match {page.match.score:.3f}"
    if page.match and page.match.cut:
        yield f"{page.match.cut} hits are below --min-match"
    yield from (stage.degraded for stage in page.stages if stage.degraded)


def _found_by(hit: Hit) -> Iterator[str]:
    yield from (f"{leg.name}#{leg.rank}" for leg in hit.legs)
    if hit.rerank_score is not None:
        yield f"reranked {hit.rerank_score:.3f}"


def _stands_for(hit: Hit) -> Iterator[str]:
    """Say how many other works a hit stands for."""
    if hit.duplicates:
        yield f"+{len(hit.duplicates)} alike"
    if hit.group:
        yield f"{hit.group.count} of {hit.group.value}"


def _show_plan(page: SearchPage) -> None:
    console.print()
    print_table(
        (
            "leg",
            "weight",
            "searched by",
            "strategy",
            "recall",
            "matching",
            "scored",
            "refined",
            "nprobe",
            "expected ms",
        ),
        (
            (
                plan.leg,
                f"{plan.weight:g}",
                _inputs_text(plan),
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


def _inputs_text(plan: Plan) -> str:
    return ", ".join(
        f"{'' if i.weight == 1 else f'{i.weight:g}*'}{i.value or i.kind}" for i in plan.inputs
    )


def _recall_text(recall: Recall) -> str:
    if recall.target is None:
        return recall.kind
    return f"{recall.kind} {recall.measured:.3f} for {recall.target:g}"
