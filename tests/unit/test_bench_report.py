import pytest

from bench.ann.board import Board, faster
from bench.ann.goals import Goal, goals
from bench.ann.report import markdown
from bench.ann.tables import latency_table, markdown_table, number, ratio_table
from bench.record import Row

COMMON: Row = {
    "run_id": "r", "date": "2026-11-22T00:00:00", "commit": "c", "versions": {"numpy": "2"},
    "machine": {"cpu": "c", "cores": 2, "memory_gb": 8},
}  # fmt: skip


def cell(contender: str, p50_ms: float, *, recall: float = 1.0, **more: object) -> Row:
    row: Row = {
        "measure": "cell", "dataset": "tate", "n": 69_202, "dim": 384, "contender": contender,
        "selectivity": "none", "threads": 1, "recall": recall, "short": 0, "violations": 0,
        "knob_value": 1.0, "matching_mean": 69_202.0, "beside": "qdrant-edge,vasari",
        "p50_ms": p50_ms,
    }  # fmt: skip
    return {**COMMON, **row, **more}


def goal(board: Board, text: str) -> Goal:
    return next(goal for goal in goals(board) if text in goal.text)


def test_a_table_is_markdown_and_escapes_its_bars() -> None:
    table = markdown_table(["a", "b"], [["1|2", "3"]])

    assert table.splitlines() == ["| a | b |", "|---|---:|", "| 1\\|2 | 3 |"]


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "–"), (0.01234, "0.0123"), (12.345, "12.3"), (12345.6, "12,346")]
)
def test_figures_keep_three_significant_digits(value: float | None, shown: str) -> None:
    assert number(value) == shown


def test_a_recall_below_the_target_and_short_answers_stand_beside_the_latency() -> None:
    board = Board([cell("vasari", 1.0), cell("hnswlib", 9.0, recall=0.5, short=100)])

    lines = latency_table(board, "tate", 1).splitlines()

    assert lines[2].startswith("| vasari | 1 |")
    assert lines[3].startswith("| hnswlib | 9 (recall 0.500, 100 short) |")


def test_a_ratio_of_contenders_that_did_not_take_turns_is_marked() -> None:
    apart = cell("hnswlib", 6.0, beside="hnswlib")
    board = Board([cell("vasari", 2.0), cell("qdrant-edge", 5.0), apart])

    lines = ratio_table(board, "tate", 1).splitlines()

    assert lines[2].startswith("| qdrant-edge | 2.5 |")
    assert lines[3].startswith("| hnswlib | 3 † |")


def test_faster_is_their_time_over_ours() -> None:
    assert faster(cell("vasari", 2.0), cell("qdrant-edge", 7.0)) == 3.5
    assert faster(None, cell("qdrant-edge", 7.0)) is None


def test_a_goal_is_reached_not_reached_or_not_measured() -> None:
    board = Board([cell("vasari", 2.0), cell("qdrant-edge", 7.0), cell("faiss-ivfflat", 10.0)])

    assert goal(board, "tate, none: times faster than qdrant-edge").reached is True
    assert goal(board, "tate, none: times faster than IVF,Flat").reached is False
    assert goal(board, "tate, 57%: times faster than qdrant-edge").reached is None


def test_speed_at_too_low_a_recall_reaches_no_goal() -> None:
    board = Board([cell("vasari", 2.0, recall=0.98), cell("qdrant-edge", 70.0)])

    missed = goal(board, "tate, none: times faster than qdrant-edge")

    assert missed.reached is None
    assert missed.remark == "ours at recall 0.980"


def test_exact_scans_are_held_against_the_memory_floor_of_their_bytes() -> None:
    size = 69_202 * 384 * 4
    floor: Row = {
        **COMMON, "measure": "floor", "dataset": "tate", "contender": "floor", "cache": "flushed",
        "bytes": size // 2, "p50_ms": 4.0,
    }  # fmt: skip

    found = goal(Board([floor, cell("vasari-exact", 10.0)]), "tate, none: exact scan")

    assert found.got == pytest.approx(10 / 8)
    assert found.reached is True


def test_one_short_answer_misses_the_goal_of_none() -> None:
    board = Board([cell("vasari", 2.0, short=1), cell("vasari-exact", 2.0)])

    assert goal(board, "counted as short").reached is False
    assert goal(board, "counted as violations").reached is True


def test_the_report_has_every_data_set_and_goal() -> None:
    board = Board([cell("vasari", 2.0), cell("qdrant-edge", 7.0)])

    text = markdown(board, ["ann-selectivity.png"])

    assert "## tate: 69,202 × 384" in text
    assert "| tate, none: times faster than qdrant-edge | ≥ 3 | 3.5 | reached |" in text
    assert "![ann-selectivity](ann-selectivity.png)" in text
