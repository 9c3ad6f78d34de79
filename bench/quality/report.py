"""The report of a run: tables in Markdown beside its rows, and plots."""

from pathlib import Path

from bench.quality import tables
from bench.quality.board import Board
from bench.quality.judging import MAIN
from bench.quality.plots import write_plots
from bench.quality.results import of_run
from bench.record import Row, read_rows
from core.errors import ConfigurationError

_HOW = f"""\
Measures are those of ir_measures, with judgements of yes or no; a query with no hit scores 0. The
intervals come from drawing the queries again (10,000 bootstrap samples): a difference inside them
is none. {tables.parts_in_words()}
`vasari` is the product as it is; `without understanding` searches
for the words as they are typed; `filters by hand` sets the filters that the judgements name, with
the words unchanged; the others leave only the named legs, without understanding unless they say so.
*Subjects withheld* means that the collection was indexed without its subject tags, which the
judgements were made from: with them, the index holds what it is judged by. Judgements by rule miss
what their tags miss, so nobody reaches 1.
"""


def write_report(rows_path: Path) -> Path:
    """Write the tables and plots of the last run beside its rows.

    Raises:
        ConfigurationError: nothing has been measured yet.
    """
    rows = read_rows(rows_path)
    if not rows:
        raise ConfigurationError("nothing is measured yet: run `vasari bench quality`")
    board = Board(of_run(rows, rows[-1]["run_id"]))
    path = rows_path.with_suffix(".md")
    plots = write_plots(board, path.parent, path.stem)
    path.write_text(markdown(board, [plot.name for plot in plots]), encoding="utf-8")
    return path


def markdown(board: Board, plots: list[str]) -> str:
    """Write the whole report."""
    parts = ["# Retrieval quality", _origin(board.rows[-1]), _HOW]
    parts += ["## Goals", tables.goal_table(board)]
    parts += [f"![{Path(name).stem}]({name})" for name in plots]
    for name in board.values("set", measure=MAIN):
        parts += _set(board, name)
    parts += tables.other_tables(board)
    if skipped := board.skipped():
        parts.append("## Not measured")
        parts += [f"- {row['set']}: {row['reason']}" for row in skipped]
    parts += ["## Judgements and runs", _sources(board)]
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"


def _set(board: Board, name: str) -> list[str]:
    parts = []
    for subjects in board.values("subjects", set=name, measure=MAIN):
        parts += [f"## {name}, subjects {subjects}", tables.set_table(board, name, subjects)]
        if len(board.values("kind", set=name, subjects=subjects, measure=MAIN)) > 1:
            parts.append(tables.kind_table(board, name, subjects))
        parts += [
            tables.gain_table(board, name, subjects),
            tables.lost_list(board, name, subjects),
        ]
    return parts


def _sources(board: Board) -> str:
    files = {row["judgements"]: row["judgements_sha256"] for row in board.rows
             if row.get("judgements_sha256")}  # fmt: skip
    lines = [f"- judgements `{name}`: SHA-256 `{digest}`" for name, digest in files.items()]
    lines += [
        f"- runs `{row['file']}` ({row['bytes']:,} bytes): SHA-256 `{row['sha256']}`"
        for row in board.rows
        if row["measure"] == "runs"
    ]
    return "\n".join(lines)


def _origin(row: Row) -> str:
    machine, versions = row["machine"], row["versions"]
    listed = ", ".join(f"{name} {version}" for name, version in versions.items())
    return (
        f"Run `{row['run_id']}`, {row['date'][:10]}, commit `{row['commit']}`; {machine['cpu']}, "
        f"{machine['cores']} cores, {machine['memory_gb']} GB; {listed}."
    )
