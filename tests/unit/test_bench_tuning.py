from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.ann.tuning import Tuned, smallest_sufficient, spread_out

KNOBS = (1, 2, 4, 8, 16, 32)


def counted(recalls: dict[float, float]) -> tuple[Callable[[float], float], list[float]]:
    asked: list[float] = []

    def recall_of(knob: float) -> float:
        asked.append(knob)
        return recalls[knob]

    return recall_of, asked


def test_the_smallest_sufficient_setting_is_chosen() -> None:
    recall_of, asked = counted({1: 0.3, 2: 0.6, 4: 0.9, 8: 0.99, 16: 0.995, 32: 1.0})

    tuned = smallest_sufficient(KNOBS, recall_of, 0.99)

    assert tuned == Tuned(8, 0.99, reached=True)
    assert len(asked) <= 3  # halving six settings


def test_where_none_suffices_the_best_one_tried_is_told() -> None:
    recall_of, _ = counted({1: 0.3, 2: 0.6, 4: 0.9, 8: 0.95, 16: 0.96, 32: 0.98})

    assert smallest_sufficient(KNOBS, recall_of, 0.99) == Tuned(32, 0.98, reached=False)


def test_of_settings_that_all_fail_alike_the_fastest_is_told() -> None:
    recall_of, asked = counted(dict.fromkeys(KNOBS, 0.0))

    tuned = smallest_sufficient(KNOBS, recall_of, 0.99)

    assert tuned == Tuned(min(asked), 0.0, reached=False)


def test_an_exact_contender_has_one_setting() -> None:
    assert smallest_sufficient((1.0,), lambda _: 1.0, 0.99) == Tuned(1.0, 1.0, reached=True)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40).map(sorted), st.floats(0, 1))
def test_it_equals_looking_at_every_setting(recalls: list[float], target: float) -> None:
    knobs = list(range(len(recalls)))
    first = next((knob for knob in knobs if recalls[knob] >= target), None)

    tuned = smallest_sufficient(knobs, lambda knob: recalls[int(knob)], target)

    assert tuned.reached == (first is not None)
    assert first is None or tuned.knob == first


@pytest.mark.parametrize(
    ("most", "expected"), [(2, [1, 32]), (3, [1, 4, 32]), (6, list(KNOBS)), (9, list(KNOBS))]
)
def test_settings_are_spread_from_the_first_to_the_last(most: int, expected: list[float]) -> None:
    assert spread_out(KNOBS, most) == expected
