"""The report of a run: tables in Markdown beside its rows, and plots."""

from pathlib import Path

from bench.ann import tables
from bench.ann.board import Board
from bench.ann.plots import write_plots
from bench.ann.results import last_run, of_run
from bench.record import Row, read_rows
from bench.synthetic import REAL_CONTRAST
from core.errors import ConfigurationError

_HOW = """\
Each contender is tuned by its own knob to the smallest setting with recall@10 ≥ 0.99 (by score, so
that ties count), where it has one; else its best recall stands in brackets. They take turns in one
process, a slice of queries each, over at least three rounds. Two threads are two calling threads.
Vasari, qdrant-edge, lancedb, pgvector and sqlite-vec evaluate the filter inside the clock; faiss
and hnswlib are handed row numbers, a bitmap or flags. † marks contenders that were measured apart.
"""


def write_report(rows_path: Path) -> Path:
    """Write the tables and plots of the last run beside its rows.

    Raises:
        ConfigurationError: nothing has been measured yet.
    """
    rows = read_rows(rows_path)
    if not rows:
        raise ConfigurationError("nothing is measured yet: run `vasari bench ann`")
    board = Board(of_run(rows, last_run(rows)))
    path = rows_path.with_suffix(".md")
    plots = write_plots(board, path.parent, path.stem)
    path.write_text(markdown(board, [plot.name for plot in plots]), encoding="utf-8")
    return path


def markdown(board: Board, plots: list[str]) -> str:
    """Write the whole report."""
    parts = ["# Nearest neighbours, side by side", _origin(board.rows[-1]), _HOW]
    parts += ["## Goals", tables.goal_table(board)]
    parts += [f"![{Path(name).stem}]({name})" for name in plots]
    for dataset in board.datasets():
        parts += _dataset(board, dataset)
    if curve := board.curve():
        parts += ["## How hard the synthetic sets are", _curve(curve)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _dataset(board: Board, dataset: str) -> list[str]:
    row = next(row for row in board.rows if row["dataset"] == dataset and "dim" in row)
    parts = [f"## {dataset}: {row['n']:,} × {row['dim']}"]
    for threads in board.threads(dataset):
        name = "One thread" if threads == 1 else f"{threads} calling threads"
        parts += [f"### {name}", tables.latency_table(board, dataset, threads)]
        parts.append(tables.ratio_table(board, dataset, threads))
        if threads > 1:
            parts.append(tables.throughput_table(board, dataset, threads))
    parts += ["### Settings, builds, memory floor", tables.settings_table(board, dataset)]
    if board.sweeps(dataset):
        parts.append(tables.promise_table(board, dataset))
    return [*parts, tables.build_table(board, dataset), tables.floor_table(board, dataset)]


def _origin(row: Row) -> str:
    machine, versions = row["machine"], row["versions"]
    listed = ", ".join(f"{name} {version}" for name, version in versions.items())
    return (
        f"Run `{row['run_id']}`, {row['date'][:10]}, commit `{row['commit']}`; {machine['cpu']}, "
        f"{machine['cores']} cores, {machine['memory_gb']} GB; {listed}."
    )


def _curve(row: Row) -> str:
    probes = [name.removeprefix("recall_nprobe_") for name in row if name.startswith("recall_")]
    rows = [
        [f"nprobe {n}", f"{row[f'recall_nprobe_{n}']:.3f}", f"{row[f'real_nprobe_{n}']:.2f}"]
        for n in probes
    ]
    for rank, real in REAL_CONTRAST.items():
        name = f"deviations by which row {rank} stands out"
        rows.append([name, tables.number(row[f"contrast_{rank}"], 2), f"{real:g}"])
    table = tables.markdown_table([f"recall@10 of {row['index']}", row["dataset"], "real"], rows)
    return table + ("" if row["is_calibrated"] else "\n\n**Off by more than 0.05.**")
