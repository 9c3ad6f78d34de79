"""`vasari bench`: measure this machine, and other engines on it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.bench_rerank import rerank
from cli.output import console, notes
from core.errors import MissingExtraError

if TYPE_CHECKING:
    from bench.ann.options import Options

app = typer.Typer(
    help="Measure searches: how good, and how fast beside other engines.", no_args_is_help=True
)

app.command()(rerank)

_SETS = "tate, synthetic-69k, synthetic-120k or synthetic-1m; repeatable."
_LEVELS = "none, 57%, 10%, 1%, 0.1% or 0.01%; repeatable."
Datasets = Annotated[list[str] | None, typer.Option("--dataset", help=_SETS)]
Contenders = Annotated[
    list[str] | None, typer.Option("--contender", help="Measure this one only; repeatable.")
]
Levels = Annotated[list[str] | None, typer.Option("--level", help=_LEVELS)]
Threads = Annotated[
    list[int] | None, typer.Option(min=1, max=64, help="Calling threads; repeatable.")
]
Rounds = Annotated[int, typer.Option(min=3, help="Turns of each contender.")]
Queries = Annotated[int, typer.Option(min=10, max=1000, help="Queries of each level.")]
Budget = Annotated[
    float, typer.Option(min=0.1, help="Seconds of a contender in a round of a cell.")
]
Rows = Annotated[
    int | None, typer.Option(min=1000, help="Cut the data sets, to try something out.")
]
Quick = Annotated[
    bool, typer.Option("--quick", help="The real set and the nearest peers, in minutes.")
]
Fresh = Annotated[
    bool, typer.Option("--fresh/--resume", help="Begin a new run; or go on with the last one.")
]
Prepare = Annotated[bool, typer.Option("--prepare", help="Only make the data sets and indexes.")]
Report = Annotated[bool, typer.Option("--report", help="Only write the tables and plots again.")]


@app.command()
def ann(
    *,
    datasets: Datasets = None,
    contenders: Contenders = None,
    levels: Levels = None,
    threads: Threads = None,
    rounds: Rounds = 3,
    queries: Queries = 200,
    budget_s: Budget = 4.0,
    rows: Rows = None,
    quick: Quick = False,
    fresh: Fresh = False,
    prepare: Prepare = False,
    report: Report = False,
) -> None:
    """Search nearest neighbours side by side, each engine tuned to the same recall.

    What is not installed is skipped. A run that is stopped goes on where it was. Rows are kept in
    bench/results/ann.jsonl, tables in ann.md beside it; those of --quick and --rows apart.
    """
    try:
        from bench.ann.options import Options
        from bench.ann.options import quick as cut_down
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "a package", "bench-ann") from error
    base = Options()
    options = Options(
        datasets=tuple(datasets or base.datasets),
        contenders=tuple(contenders or ()),
        levels=tuple(levels or base.levels),
        threads=tuple(threads or base.threads),
        rounds=rounds,
        queries=queries,
        budget_s=budget_s,
        rows=rows,
        fresh=fresh,
    )
    _run(cut_down(options) if quick else options, prepare=prepare, report=report)


Part = Annotated[
    list[str] | None,
    typer.Option(
        "--part",
        help="sample, known-items, tate, readings, fit, latency, choices, art-images; repeatable.",
    ),
]
Sample = Annotated[bool, typer.Option("--quick", help="The bundled sample alone, in a minute.")]
JudgedFile = Annotated[
    Path | None, typer.Option("--queries", help="Judged queries of your own, a JSON object a line.")
]
Home = Annotated[
    Path | None, typer.Option(help="Installation that they are asked of, if not VASARI_HOME.")
]
Nga = Annotated[
    Path | None, typer.Option(help="A full dump of the National Gallery of Art, for known items.")
]


@app.command()
def quality(
    *,
    parts: Part = None,
    quick: Sample = False,
    queries: JudgedFile = None,
    home: Home = None,
    nga: Nga = None,
    fresh: Fresh = False,
    report: Report = False,
) -> None:
    """Measure how well judged queries are answered: whole, and with parts switched off.

    A run that is stopped goes on where it was. Rows are kept in bench/results/quality.jsonl, tables
    in quality.md beside it; those of --quick and --queries apart.
    """
    from bench.quality.options import Options
    from bench.quality.report import write_report
    from bench.quality.run import run

    options = Options(
        parts=tuple(parts or ()),
        quick=quick,
        fresh=fresh,
        nga=nga,
        queries=queries,
        home=home,
    )
    try:
        path = write_report(options.results) if report else run(options)
    except KeyboardInterrupt:
        notes.print("stopped; the same command goes on where it was")
        raise
    console.print(f"written: {path}", highlight=False)


def _run(options: "Options", *, prepare: bool, report: bool) -> None:
    from bench.ann.report import write_report
    from bench.ann.run import prepare_all, run

    if report:
        console.print(f"written: {write_report(options.results)}", highlight=False)
        return
    try:
        if prepare:
            prepare_all(options)
            return
        console.print(f"written: {run(options)}", highlight=False)
    except KeyboardInterrupt:
        notes.print("stopped; the same command goes on where it was")
        raise
