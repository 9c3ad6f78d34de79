"""`vasari bench rerank`: whether reranking is worth its time on one's own judged queries."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import Json, console, print_json, print_table, progress_bars
from core.errors import InputError
from core.rerank import LONGEST_DEADLINE_MS, MOST_RERANKED, Rerank
from core.settings import load_settings

if TYPE_CHECKING:
    from bench.quality.rerank import Comparison

JudgedFile = Annotated[
    Path,
    typer.Option("--queries", exists=True, dir_okay=False, help="Judged queries, JSON a line."),
]
Home = Annotated[Path | None, typer.Option(help="Installation to ask, if not VASARI_HOME.")]
Depth = Annotated[
    int | None,
    typer.Option(min=1, max=MOST_RERANKED, help="Artworks that it looks at; as set if left out."),
]
Deadline = Annotated[
    int | None,
    typer.Option(min=1, max=LONGEST_DEADLINE_MS, help="Milliseconds of a query; likewise."),
]


def rerank(
    *,
    queries: JudgedFile,
    home: Home = None,
    depth: Depth = None,
    deadline_ms: Deadline = None,
    json: Json = False,
) -> None:
    """Say whether to switch reranking on: your judged queries, answered with and without it.

    The reranker is the one that VASARI_RERANKER names. Nothing is changed.
    """
    from bench.quality.judged import load_judged
    from bench.quality.rerank import ask_both_ways, compare
    from search.build import build_engine

    settings = load_settings()
    if not settings.reranker:
        raise InputError("rerank", "no reranker is set: VASARI_RERANKER names one")
    engine = build_engine(replace(settings, home=home or settings.home))
    judged = load_judged(queries)
    engine.warm_up()
    with progress_bars() as progress:
        asked = ask_both_ways(engine, judged.queries, Rerank(depth, deadline_ms), progress)
    found = compare(asked)
    if json:
        print_json(found)
        return
    _show(found)


def _show(found: "Comparison") -> None:
    print_table(
        ("", "nDCG@10", "95 % interval"),
        (
            (name, f"{m.value:.3f}", f"{m.low:.3f} to {m.high:.3f}")
            for name, m in (
                ("without", found.without),
                ("reranked", found.reranked),
                ("gain", found.gain),
            )
        ),
    )
    console.print(
        f"{found.gain.queries} queries; {found.pairs:.0f} of {found.of:.0f} reranked in the mean; "
        f"{found.added_p50_ms:.0f} ms added at p50, {found.added_p95_ms:.0f} ms at p95",
        style="dim",
    )
    console.print(found.advice, markup=False, highlight=False, soft_wrap=True)
