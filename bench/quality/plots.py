"""Plots of a run, as pictures of modest size."""

from pathlib import Path
from typing import Any

from bench.ann.bars import notes
from bench.quality.board import Board
from bench.quality.judged import Part
from bench.quality.judging import MAIN
from bench.quality.results import ALL, FACETS, INDEXED, WITHHELD
from bench.quality.tables import COMPARED

_DPI, _COLUMNS = 90, 4
_COLOURS = {INDEXED: "C0", WITHHELD: "C1"}


def write_plots(board: Board, folder: Path, stem: str) -> list[Path]:
    """Draw each set's ways to answer; without matplotlib, or rows, there are none."""
    try:
        import matplotlib as mpl
    except ImportError:
        notes.print("no plots: pip install -e '.[bench-ann]' brings matplotlib", markup=False)
        return []
    mpl.use("Agg")
    drawn = []
    for kind in (ALL, FACETS):
        path = folder / f"{stem}-{kind}.png"
        path.unlink(missing_ok=True)
        names = [(name, part) for name in board.values("set", measure=MAIN, kind=kind)
                 for part in board.values("part", measure=MAIN, kind=kind, set=name)]  # fmt: skip
        if names:
            _draw(board, path, names, kind)
            drawn.append(path)
    return drawn


def _draw(board: Board, path: Path, names: list[tuple[str, str]], kind: str) -> None:
    from matplotlib import pyplot

    rows = -(-len(names) // _COLUMNS)
    columns = min(len(names), _COLUMNS)
    figure, grid = pyplot.subplots(
        rows, columns, figsize=(3.3 * columns, 3.6 * rows), squeeze=False, sharey=True,
        layout="constrained",
    )  # fmt: skip
    for axes, (name, part) in zip(grid.flat, names, strict=False):
        _panel(board, axes, name, part=part, kind=kind)
    for axes in grid.flat[len(names) :]:
        axes.set_visible(False)
    figure.supylabel(f"{MAIN}, 95 % interval", fontsize=9)
    figure.suptitle(f"Ways to answer, {kind} queries", fontsize=11)
    figure.savefig(path, dpi=_DPI)
    pyplot.close(figure)


def _panel(board: Board, axes: Any, name: str, *, part: str, kind: str) -> None:  # noqa: ANN401 - matplotlib may be missing
    ways = [way for way in COMPARED if way in board.values("config", set=name, measure=MAIN)]
    for place, subjects in enumerate((INDEXED, WITHHELD)):
        rows = [
            board.figure(name, MAIN, way, part=part, kind=kind, subjects=subjects) for way in ways
        ]
        points = [(x + 0.15 * (2 * place - 1), row) for x, row in enumerate(rows) if row]
        if points:
            values = [row["value"] for _, row in points]
            lower = [row["value"] - row["ci_low"] for _, row in points]
            upper = [row["ci_high"] - row["value"] for _, row in points]
            axes.errorbar(
                [x for x, _ in points], values, yerr=[lower, upper], fmt="o", ms=4, capsize=2,
                color=_COLOURS[subjects], label=f"subjects {subjects}",
            )  # fmt: skip
    axes.set_xticks(range(len(ways)), ways, rotation=40, ha="right", fontsize=8)
    axes.set_ylim(0, 1)
    axes.set_title(name if part == Part.TUNED else f"{name}, {part}", fontsize=10)
    axes.grid(visible=True, axis="y", alpha=0.3)
    axes.legend(fontsize=7)
