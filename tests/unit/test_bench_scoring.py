import numpy as np
import pytest

from bench.ann.scoring import Judged, Truth, judge, summarise
from core.types import Mask, Matrix

# Scores with the query (1, 0): 0.9, 0.8, 0.8, 0.8, 0.1
ROWS: Matrix = np.array([[0.9, 0], [0.8, 0], [0.8, 0.1], [0.8, 0.2], [0.1, 0]], np.float32)
QUERY = np.array([1, 0], np.float32)


def judged(answer: list[int], *, wanted: int, kth: float, mask: Mask | None = None) -> Judged:
    return judge(answer, Truth(wanted, kth), query=QUERY, rows=ROWS, mask=mask)


@pytest.mark.parametrize("answer", [[0, 1], [0, 2], [0, 3]])
def test_a_row_that_ties_with_the_last_true_one_counts(answer: list[int]) -> None:
    found = judged(answer, wanted=2, kth=0.8)

    assert found == Judged(1.0, is_short=False, is_violation=False)


def test_half_of_the_true_rows_are_a_recall_of_one_half() -> None:
    found = judged([0, 4], wanted=2, kth=0.8)

    assert found == Judged(0.5, is_short=False, is_violation=False)


def test_a_row_given_twice_counts_once_and_leaves_the_answer_short() -> None:
    found = judged([0, 0], wanted=2, kth=0.8)

    assert found == Judged(0.5, is_short=True, is_violation=False)


def test_what_faiss_writes_for_nothing_found_is_no_row() -> None:
    found = judged([0, -1], wanted=2, kth=0.8)

    assert found == Judged(0.5, is_short=True, is_violation=False)


def test_a_row_that_the_filter_forbids_is_a_violation_and_no_hit() -> None:
    mask = np.array([True, False, True, True, True])

    found = judged([0, 1], wanted=2, kth=0.8, mask=mask)

    assert found == Judged(0.5, is_short=False, is_violation=True)


def test_a_filter_that_leaves_one_row_wants_one_row() -> None:
    mask = np.array([False, False, False, False, True])

    found = judged([4], wanted=1, kth=float(np.float32(0.1)), mask=mask)

    assert found == Judged(1.0, is_short=False, is_violation=False)


def test_more_rows_than_wanted_that_tie_are_a_recall_of_one() -> None:
    found = judged([1, 2, 3], wanted=2, kth=0.8)

    assert found.recall == 1.0


def test_an_empty_answer_counts_in_the_average() -> None:
    full = Judged(1.0, is_short=False, is_violation=False)
    empty = judged([], wanted=2, kth=0.8)

    summary = summarise([full, empty])

    assert (summary.recall, summary.short, summary.violations, summary.questions) == (0.5, 1, 0, 2)
