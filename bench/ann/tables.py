"""Markdown tables of a run."""

from collections.abc import Iterable, Sequence

from bench.ann.board import US, Board, faster, side_by_side
from bench.ann.goals import TARGET, Goal, goals
from bench.ann.levels import LEVEL_NAMES
from bench.ann.results import FLOOR
from bench.record import Row

_BUILD_FIGURES = (
    "build_s", "train_s", "add_s", "int8_s", "calibrate_s", "disk_mb", "rss_mb",
    "rss_above_bare_mb", "server_mb", "cold_s", "cold_library_s",
)  # fmt: skip


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; bars inside cells are escaped."""

    def line(cells: Sequence[str]) -> str:
        return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"

    rule = "|---" + "|---:" * (len(header) - 1) + "|"
    return "\n".join([line(header), rule, *map(line, rows)])


def number(value: float | None, digits: int = 3) -> str:
    """Write a figure to some significant digits; a dash where there is none."""
    if value is None:
        return "–"
    shown = f"{value:.{digits}g}"
    return shown if "e" not in shown else f"{value:,.0f}"


def latency_table(board: Board, dataset: str, threads: int) -> str:
    """Write p50 in milliseconds; the recall beside it where it missed the target."""
    rows = [
        [name, *(_latency(board.cell(dataset, name, level, threads)) for level in LEVEL_NAMES)]
        for name in board.contenders(dataset)
    ]
    return markdown_table(["p50 ms", *LEVEL_NAMES], rows)


def _latency(row: Row | None) -> str:
    if row is None:
        return "–"
    short = f", {row['short']} short" if row["short"] else ""
    false = f", {row['violations']} false" if row["violations"] else ""
    missed = f" (recall {row['recall']:.3f}{short})" if row["recall"] < TARGET or short else ""
    return f"{number(row['p50_ms'])}{missed}{false}"


def throughput_table(board: Board, dataset: str, threads: int) -> str:
    """Write the queries per second of all calling threads together."""
    rows = []
    for name in board.contenders(dataset):
        cells = [board.cell(dataset, name, level, threads) for level in LEVEL_NAMES]
        rows.append([name, *(number(row["qps"]) if row else "–" for row in cells)])
    return markdown_table(["queries a second", *LEVEL_NAMES], rows)


def ratio_table(board: Board, dataset: str, threads: int) -> str:
    """Write how many times faster Vasari is; † where the two did not take turns."""
    rows = []
    for name in board.contenders(dataset):
        if name == US:
            continue
        cells = [_ratio(board, dataset, name, level=lv, threads=threads) for lv in LEVEL_NAMES]
        rows.append([name, *cells])
    return markdown_table(["times faster than", *LEVEL_NAMES], rows)


def _ratio(board: Board, dataset: str, name: str, *, level: str, threads: int) -> str:
    ours, theirs = (board.cell(dataset, who, level, threads) for who in (US, name))
    ratio = faster(ours, theirs)
    if ratio is None or ours is None or theirs is None:
        return "–"
    return number(ratio) + ("" if side_by_side(ours, theirs) else " †")


def build_table(board: Board, dataset: str) -> str:
    """Write what each build took and takes."""
    found = [(name, board.build(dataset, name)) for name in board.contenders(dataset)]
    rows = [
        [name, *(number(row.get(figure)) for figure in _BUILD_FIGURES)]
        for name, row in found
        if row
    ]
    return markdown_table(["build", *_BUILD_FIGURES], rows)


def settings_table(board: Board, dataset: str) -> str:
    """Write what each knob was tuned to."""
    rows = []
    for name in board.contenders(dataset):
        cells = [board.cell(dataset, name, level) for level in LEVEL_NAMES]
        rows.append([name, *(number(row["knob_value"], 4) if row else "–" for row in cells)])
    return markdown_table(["knob", *LEVEL_NAMES], rows)


def promise_table(board: Board, dataset: str) -> str:
    """Write the recall that was measured where one was asked of Vasari."""
    found = {level: board.sweeps(dataset, level).get(US, []) for level in LEVEL_NAMES}
    asked = sorted({row["knob_value"] for rows in found.values() for row in rows})

    def cell(level: str, recall: float) -> str:
        measured = [row["recall"] for row in found[level] if row["knob_value"] == recall]
        return f"{measured[0]:.4f}" if measured else "–"

    rows = [[f"{recall:g}", *(cell(level, recall) for level in LEVEL_NAMES)] for recall in asked]
    return markdown_table(["recall asked of Vasari", *LEVEL_NAMES], rows)


def floor_table(board: Board, dataset: str) -> str:
    """Write how fast this machine reads, with one thread."""
    rows = [
        [
            f"{row['bytes'] / 1e6:,.1f} MB, {row['cache']}",
            number(row["p50_ms"]),
            number(row["gb_per_s"]),
            str(row["reader"]),
        ]
        for row in board.of(FLOOR)
        if row["dataset"] == dataset
    ]
    return markdown_table(["bytes", "ms", "GB/s", "best reader"], rows)


def goal_table(board: Board) -> str:
    """Write every goal, what was measured, and whether it is reached."""
    rows = [
        [
            goal.text,
            f"{'≥' if goal.at_least else '≤'} {number(goal.limit)}",
            number(goal.got),
            _verdict(goal),
        ]
        for goal in goals(board)
    ]
    return markdown_table(["goal", "limit", "measured", ""], rows)


def _verdict(goal: Goal) -> str:
    words = {True: "reached", False: "**not reached**", None: "not measured"}[goal.reached]
    return f"{words}; {goal.remark}" if goal.remark else words
