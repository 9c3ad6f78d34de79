"""Markdown tables of a run."""

from collections.abc import Sequence

from bench.ann.tables import markdown_table
from bench.quality import choices, fit, latency, readings
from bench.quality.board import Board
from bench.quality.configs import BY_HAND, NAMES, PLAIN, WHOLE
from bench.quality.goals import goals
from bench.quality.judged import Part
from bench.quality.judging import LOST, MAIN
from bench.quality.results import ALL, BOTH, FACETS, NO_FACETS
from bench.quality.scoring import MEASURES
from bench.record import Row

COMPARED = (WHOLE, PLAIN, BY_HAND, *NAMES.values())


def interval(row: Row | None, digits: int = 3) -> str:
    """Write a figure with its interval; a dash where there is none."""
    if row is None:
        return "–"
    value = f"{row['value']:.{digits}f}"
    if row["ci_low"] is None:
        return value
    return f"{value} ({row['ci_low']:.{digits}f} to {row['ci_high']:.{digits}f})"


def goal_table(board: Board) -> str:
    """Write every goal, what was measured, and whether it is reached."""
    rows = [
        [
            goal.text,
            f"{'≥' if goal.at_least else '≤'} {goal.limit:g}",
            interval(goal.row),
            str(goal.row["queries"]) if goal.row else "–",
            goal.verdict,
        ]
        for goal in goals(board)
    ]
    return markdown_table(["goal", "limit", "measured (95 %)", "queries", ""], rows)


def set_table(board: Board, name: str, subjects: str) -> str:
    """Write every measure of every way to answer a set."""
    rows = []
    for part in board.values("part", set=name, subjects=subjects, measure=MAIN):
        where = {"set": name, "subjects": subjects, "part": part, "measure": MAIN}
        for config in board.values("config", **where):
            found = [
                board.figure(name, measure, config, part=part, subjects=subjects)
                for measure in MEASURES
            ]
            cells = [interval(found[0]), *(_plain(row) for row in found[1:])]
            rows.append([config, part, *cells, str(found[0]["queries"]) if found[0] else "–"])
    return markdown_table(["way to answer", "part", *MEASURES, "queries"], rows)


def _plain(row: Row | None) -> str:
    return f"{row['value']:.3f}" if row else "–"


def kind_table(board: Board, name: str, subjects: str) -> str:
    """Write nDCG@10 of each kind of query under the ways that are compared."""
    where = {"set": name, "subjects": subjects, "measure": MAIN}
    ways = [way for way in COMPARED if way in board.values("config", **where)]
    rows = []
    for part in board.values("part", **where):
        for kind in board.values("kind", **where, part=part):
            found = [
                board.figure(name, MAIN, way, part=part, kind=kind, subjects=subjects)
                for way in ways
            ]
            count = next((str(row["queries"]) for row in found if row), "–")
            rows.append([kind, part, count, *(_plain(row) for row in found)])
    return markdown_table([f"{MAIN} by kind", "part", "queries", *ways], rows)


def gain_table(board: Board, name: str, subjects: str) -> str:
    """Write what one way adds to another, on the same queries."""
    where = {"set": name, "subjects": subjects, "measure": f"gain {MAIN}"}
    rows = []
    for config in board.values("config", **where):
        for part in board.values("part", **where, config=config):
            found = [
                board.figure(name, f"gain {MAIN}", config, part=part, kind=kind, subjects=subjects)
                for kind in (ALL, FACETS, NO_FACETS)
            ]
            rows.append([config, part, *map(interval, found)])
    return markdown_table([f"gain of {MAIN}", "part", ALL, FACETS, NO_FACETS], rows)


def lost_list(board: Board, name: str, subjects: str) -> str:
    """Name the queries that understanding left without a relevant hit."""
    found = [
        f"{row['part']}: {row['lost']}"
        for row in board.rows
        if (row["set"], row["subjects"], row["measure"]) == (name, subjects, LOST) and row["lost"]
    ]
    return f"Lost all relevant hits of the top ten by understanding: {'; '.join(found)}." * bool(
        found
    )


def other_tables(board: Board) -> list[str]:
    """Write what is measured beside rankings: readings, false alarms and misses, latency."""
    parts: list[Sequence[str]] = [
        ("## Readings of queries", _readings(board)),
        ("## No good match", _fit(board)),
        ("## Latency of understanding", _latency(board)),
        ("## What was chosen, and by what", _choices(board)),
    ]
    return [text for title, table in parts if table for text in (title, table)]


def _readings(board: Board) -> str:
    found = [row for row in board.rows if row["measure"] == readings.RIGHT]
    rows = [[row["part"], interval(row), str(row["queries"]), row["wrong"]] for row in found]
    return markdown_table(["part", readings.RIGHT, "cases", "wrong"], rows) if rows else ""


def _fit(board: Board) -> str:
    names = (fit.MISS, fit.FALSE_ALARM, fit.FALSE_GOOD)
    rows = [
        [
            row["set"],
            row["subjects"],
            row["part"],
            row["measure"],
            interval(row),
            str(row["queries"]),
        ]
        for row in board.rows
        if row["measure"] in names
    ]
    header = ["set", "subjects", "part", "rate", "share (95 %)", "queries"]
    return markdown_table(header, rows) if rows else ""


def _latency(board: Board) -> str:
    rows = []
    for config, kind in ((WHOLE, latency.STAGE), (WHOLE, ALL), (PLAIN, ALL)):
        found = [
            board.figure(latency.SET, name, config, part=BOTH, kind=kind) for name in ("p50", "p95")
        ]
        if found[0]:
            what = "the stage alone" if kind == latency.STAGE else f"a search, {config}"
            rows.append([what, *map(interval, found), str(found[0]["queries"])])
    return markdown_table(["ms", "p50", "p95", "queries"], rows) if rows else ""


def _choices(board: Board) -> str:
    ways = board.values("config", set=choices.SET)
    kinds = board.values("subjects", set=choices.SET)
    rows = [[way, *(interval(_choice(board, way, subjects)) for subjects in kinds)] for way in ways]
    return markdown_table([MAIN, *(f"subjects {name}" for name in kinds)], rows) if rows else ""


def _choice(board: Board, way: str, subjects: str) -> Row | None:
    return board.figure(choices.SET, MAIN, way, part=Part.TUNED, subjects=subjects)


def parts_in_words() -> str:
    """Say what the two parts are."""
    return (
        f"`{Part.TUNED}` queries were looked at while choices were made, `{Part.ASIDE}` ones not."
    )
