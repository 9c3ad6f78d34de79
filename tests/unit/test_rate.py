"""How fast a model lately was."""

import pytest

from models.rate import Rate


def test_nothing_is_told_before_the_first_items() -> None:
    assert Rate().per_second is None


def test_the_latest_counts_half() -> None:
    rate = Rate()

    rate.record(10, 2.0)
    rate.record(9, 1.0)

    assert rate.per_second == pytest.approx(7.0)  # of 5 and 9


def test_a_failure_is_no_pace() -> None:
    rate = Rate()

    with pytest.raises(ValueError, match="broken"), rate.timing(3):
        raise ValueError("broken")

    assert rate.per_second is None


def test_what_is_timed_is_remembered() -> None:
    rate = Rate()

    with rate.timing(3):
        pass

    assert rate.per_second is not None
