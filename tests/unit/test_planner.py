import pytest

from core.queries import Strategy
from index.planner import PlanLimits, choose_strategy


@pytest.mark.parametrize(
    ("matching", "wanted", "has_cells", "strategy"),
    [
        (1_000, 10, True, Strategy.GATHER),  # a tenth matches: gathering is as quick, and exact
        (1_001, 10, True, Strategy.IVF),
        (10_000, 10, True, Strategy.IVF),
        (10_000, 2_500, True, Strategy.SCAN),  # a quarter of all is wanted
        (10_000, 2_499, True, Strategy.IVF),
        (2_000, 500, True, Strategy.GATHER),
        (7_999, 10, False, Strategy.GATHER),
        (8_000, 10, False, Strategy.SCAN),
        (10_000, 0, True, Strategy.SCAN),  # nothing is wanted, and FAISS refuses k = 0
        (0, 10, True, Strategy.GATHER),
    ],
)
def test_the_way_depends_on_how_many_of_10_000_vectors_match(
    matching: int, wanted: int, has_cells: bool, strategy: Strategy
) -> None:
    chosen = choose_strategy(10_000, matching, wanted=wanted, has_cells=has_cells)

    assert chosen is strategy


def test_limits_can_be_measured_anew() -> None:
    limits = PlanLimits(gather_share=0.5)

    chosen = choose_strategy(100, 40, wanted=1, has_cells=True, limits=limits)

    assert chosen is Strategy.GATHER
