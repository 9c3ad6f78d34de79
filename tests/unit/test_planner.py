"""The planner: the quickest way that reaches the recall, by what was measured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.vectors.planner import APPROXIMATE, Asked, Choice, Curve, Knowledge, Setting, Way, choose

COSTS = {  # ms for 10 hits, and for 1,000
    Way.GATHER: (Curve((100, 10_000), (0.1, 10.0)), Curve((100, 10_000), (0.1, 10.0))),
    Way.SCAN: (Curve((5_000,), (8.0,)), Curve((5_000,), (8.0,))),
    Way.GATHER_INT8: (Curve((100, 10_000), (0.2, 3.0)), Curve((100, 10_000), (0.4, 3.2))),
    Way.SCAN_INT8: (Curve((5_000,), (2.0,)), Curve((5_000,), (4.0,))),
}
SETTINGS = (
    Setting(1.0, 1.0, k=10, effort=0.25, refine=20, recall=0.9, ms=0.2),
    Setting(1.0, 1.0, k=10, effort=0.5, refine=50, recall=0.96, ms=0.4),
    Setting(1.0, 1.0, k=10, effort=1.0, refine=100, recall=0.995, ms=1.0),
    Setting(1.0, 1.0, k=100, effort=1.0, refine=400, recall=0.99, ms=1.5),
    Setting(0.1, 0.5, k=10, effort=1.0, refine=80, recall=0.97, ms=0.3),
    Setting(0.5, 1.0, k=10, effort=1.0, refine=90, recall=0.98, ms=0.45),
)
KNOWN = Knowledge(COSTS, SETTINGS)
ROWS = 10_000


def plan(matching: int, *, wanted: int = 10, recall: float = 0.95) -> Choice:
    return choose(Asked(ROWS, matching, wanted, recall), KNOWN)


def test_a_curve_is_straight_between_its_points_and_beyond_them() -> None:
    curve = Curve((100, 200, 1_000), (1.0, 3.0, 7.0))

    assert [curve.at(rows) for rows in (100, 150, 200, 600, 1_200)] == [1.0, 2.0, 3.0, 5.0, 8.0]
    assert curve.at(0) == 0.0  # never less than nothing


def test_a_few_rows_are_gathered_without_a_question() -> None:
    assert plan(128) == Choice(Way.GATHER)


def test_the_cheapest_exact_way_wins_where_exact_search_is_asked() -> None:
    assert plan(200, recall=1).way is Way.GATHER  # 0.2 ms, against 0.23 in 8 bits
    assert plan(2_000, recall=1).way is Way.GATHER_INT8  # 0.74 ms
    assert plan(ROWS, recall=1).way is Way.SCAN_INT8  # 2.0 ms


def test_the_costs_grow_with_the_hits() -> None:
    estimates = plan(ROWS, wanted=505, recall=1).estimates_ms

    assert estimates[Way.SCAN_INT8] == pytest.approx(3.0)  # half-way from 10 to 1,000 hits


@pytest.mark.parametrize(
    ("recall", "refine"), [(0.8, 20), (0.9, 20), (0.95, 50), (0.96, 50), (0.99, 100)]
)
def test_a_higher_recall_takes_a_dearer_setting(recall: float, refine: int) -> None:
    choice = plan(ROWS, recall=recall)

    assert choice.setting is not None
    assert choice.setting.refine == refine


def test_a_recall_out_of_reach_is_searched_exactly() -> None:
    choice = plan(ROWS, recall=0.999)

    assert (choice.way, choice.setting) == (Way.SCAN_INT8, None)


def test_exact_search_is_not_what_merely_missed_nothing_when_it_was_measured() -> None:
    perfect = Setting(1.0, 1.0, k=10, effort=1.0, refine=100, recall=1.0, ms=0.01)

    assert choose(Asked(ROWS, ROWS, 10, 1.0), Knowledge(COSTS, (perfect,))).setting is None


@pytest.mark.parametrize(
    ("matching", "refine"), [(1_000, 80), (4_999, 80), (5_001, 90), (9_999, 90)]
)
def test_under_a_filter_the_settings_between_whose_widths_it_lies_hold(
    matching: int, refine: int
) -> None:
    choice = plan(matching)

    assert choice.setting is not None
    assert choice.setting.refine == refine


def test_narrower_than_all_that_was_measured_is_exact() -> None:
    assert plan(900).setting is None


def test_more_hits_take_the_setting_for_the_next_larger_number() -> None:
    choice = plan(ROWS, wanted=11)

    assert choice.setting is not None
    assert choice.setting.k == 100
    assert plan(ROWS, wanted=101).setting is None  # not measured for so many


def test_a_setting_slower_than_exact_search_is_not_used() -> None:
    slow = Setting(1.0, 1.0, k=10, effort=1.0, refine=100, recall=0.999, ms=2.5)

    choice = choose(Asked(ROWS, ROWS, 10, 0.99), Knowledge(COSTS, (slow,)))

    assert (choice.way, choice.setting) == (Way.SCAN_INT8, None)
    assert choice.estimates_ms[APPROXIMATE] == 2.5


def test_without_measurements_most_rows_are_scanned_and_fewer_gathered() -> None:
    unmeasured = Knowledge({})

    assert choose(Asked(100, 80, 10, 0.99), unmeasured).way is Way.SCAN
    assert choose(Asked(100, 79, 10, 0.99), unmeasured).way is Way.GATHER
    assert choose(Asked(0, 0, 0, 0.99), unmeasured).way is Way.SCAN


@given(st.integers(0, ROWS), st.integers(0, 1_000), st.floats(0.5, 1.0))
def test_every_choice_reaches_the_recall(matching: int, wanted: int, recall: float) -> None:
    choice = choose(Asked(ROWS, matching, wanted, recall), KNOWN)

    assert choice.setting is None or choice.setting.recall >= recall
