"""Plots of a run, as pictures of modest size."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.ann.board import Board
from bench.ann.levels import LEVEL_NAMES, UNFILTERED

GROWING = ("synthetic-69k", "synthetic-120k", "synthetic-1m")
_DPI = 90


def write_plots(board: Board, folder: Path, stem: str) -> list[Path]:
    """Draw what was measured; without matplotlib, or rows, there are none."""
    try:
        import matplotlib as mpl
    except ImportError:
        return []
    mpl.use("Agg")
    drawn = []
    for name, draw in PLOTS.items():
        path = folder / f"{stem}-{name}.png"
        path.unlink(missing_ok=True)
        if draw(board, path):
            drawn.append(path)
    return drawn


def _recall_latency(board: Board, path: Path) -> bool:
    datasets = [name for name in board.datasets() if board.sweeps(name)]

    def panel(axes: Any, dataset: str) -> None:  # noqa: ANN401 - matplotlib may be missing
        for contender, rows in board.sweeps(dataset).items():
            recalls, times = [r["recall"] for r in rows], [r["p50_ms"] for r in rows]
            colour = _colour(board, contender)
            axes.plot(recalls, times, "o-", color=colour, ms=3, label=contender)
        axes.set(xlabel="recall@10", ylabel="p50, ms", yscale="log", xlim=(0.5, 1.005))

    return _panels(path, "Unfiltered, one thread: what recall costs", datasets, panel)


def _selectivity(board: Board, path: Path) -> bool:
    def panel(axes: Any, dataset: str) -> None:  # noqa: ANN401 - as above
        for contender in board.contenders(dataset):
            cells = [(lv, board.cell(dataset, contender, lv)) for lv in LEVEL_NAMES]
            points = [(LEVEL_NAMES.index(lv), row["p50_ms"]) for lv, row in cells if row]
            if points:
                colour = _colour(board, contender)
                axes.plot(*zip(*points, strict=True), "o-", color=colour, ms=3, label=contender)
            missed = [(lv, row) for lv, row in cells if row and not row["reached"]]
            places = [LEVEL_NAMES.index(lv) for lv, _ in missed]
            axes.plot(places, [row["p50_ms"] for _, row in missed], "x", color="black", ms=7)
        axes.set(xlabel="rows left by the filter", ylabel="p50, ms", yscale="log")
        axes.set_xticks(range(len(LEVEL_NAMES)), LEVEL_NAMES)

    title = "One thread, each tuned to recall@10 ≥ 0.99; × where it was not reached"
    return _panels(path, title, [d for d in board.datasets() if 1 in board.threads(d)], panel)


def _growth(board: Board, path: Path) -> bool:
    grown = [name for name in GROWING if name in board.datasets()]
    levels = [UNFILTERED, "1%"] if len(grown) > 1 else []

    def panel(axes: Any, level: str) -> None:  # noqa: ANN401 - as above
        for contender in board.contenders(grown[0]):
            cells = [row for name in grown if (row := board.cell(name, contender, level))]
            if len(cells) > 1:
                sizes, times = [row["n"] for row in cells], [row["p50_ms"] for row in cells]
                colour = _colour(board, contender)
                axes.plot(sizes, times, "o-", color=colour, ms=3, label=contender)
        axes.set(xlabel="rows, 768-d", ylabel="p50, ms", xscale="log", yscale="log")

    return _panels(path, "Growth with the rows, one thread", levels, panel)


def _colour(board: Board, contender: str) -> str:
    """Give a contender one colour in all plots."""
    names = dict.fromkeys(name for data in board.datasets() for name in board.contenders(data))
    return f"C{list(names).index(contender) % 10}"


def _panels(path: Path, title: str, names: list[str], draw: Callable[[Any, str], None]) -> bool:
    from matplotlib import pyplot

    if not names:
        return False
    figure, grid = pyplot.subplots(
        1, len(names), figsize=(4.6 * len(names), 4.2), squeeze=False, layout="constrained"
    )
    for axes, name in zip(grid[0], names, strict=True):
        draw(axes, name)
        axes.set_title(name, fontsize=10)
        axes.grid(visible=True, which="major", alpha=0.3)
        if axes.get_legend_handles_labels()[0]:
            axes.legend(fontsize=7)
    figure.suptitle(title, fontsize=11)
    figure.savefig(path, dpi=_DPI)
    pyplot.close(figure)
    return True


PLOTS: dict[str, Callable[[Board, Path], bool]] = {
    "recall-latency": _recall_latency,
    "selectivity": _selectivity,
    "growth": _growth,
}
