"""A host is asked no faster than was agreed, and left in peace when it asks for it."""

from datetime import datetime, time, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigurationError
from fetch.schedule import (
    Ending,
    NightWindow,
    Pace,
    PaceOptions,
    began,
    ended,
    next_start,
    parse_night,
)

NEW = Pace()
OPTIONS = PaceOptions(per_second=2, at_once=2, jitter=0, first_rest_s=10)
ENDINGS = st.tuples(st.sampled_from(Ending), st.floats(0, 5000), st.floats(0, 3), st.floats(0, 1))


def failed(pace: Pace, now: float = 0, after_s: float = 0) -> Pace:
    return ended(began(pace, OPTIONS, now, jitter=0), OPTIONS, now, Ending.FAILED, after_s=after_s)


def forbidden(times: int, pace: Pace = NEW) -> Pace:
    for _ in range(times):
        pace = ended(began(pace, OPTIONS, 0, jitter=0), OPTIONS, 0, Ending.FORBIDDEN)
    return pace


def test_two_requests_per_second_start_half_a_second_apart() -> None:
    assert next_start(began(Pace(), OPTIONS, 7, jitter=0.9), OPTIONS) == 7.5


def test_a_crawl_delay_that_is_longer_than_the_pause_takes_its_place() -> None:
    assert next_start(began(Pace(), OPTIONS, 7, jitter=0, slowest_s=5), OPTIONS) == 12


def test_nothing_starts_while_as_many_as_may_be_are_under_way() -> None:
    one = began(Pace(), OPTIONS, 0, jitter=0)
    two = began(one, OPTIONS, 1, jitter=0)

    assert next_start(two, OPTIONS) is None
    assert next_start(ended(two, OPTIONS, 2, Ending.ANSWERED), OPTIONS) == 1.5


def test_rests_double_with_failures_and_begin_anew_after_an_answer() -> None:
    once = failed(Pace())
    twice = failed(once, now=10)
    answered = ended(began(twice, OPTIONS, 30, jitter=0), OPTIONS, 30, Ending.ANSWERED)

    assert (once.free_at, twice.free_at) == (10, 30)
    assert failed(answered, now=40).free_at == 50


def test_retry_after_is_never_undercut() -> None:
    assert failed(Pace(), after_s=300).free_at == 300


def test_a_host_that_asks_for_more_peace_than_a_run_has_is_given_up() -> None:
    pace = failed(Pace(), after_s=10_000)

    assert pace.given_up == "asked for 10000 seconds of peace"
    assert pace.free_at == 10_000


def test_five_times_403_in_a_row_are_enough_for_a_day() -> None:
    assert forbidden(4).given_up is None
    assert forbidden(5).given_up == "answered 403 5 times in a row"
    assert forbidden(5).free_at == 86_400


def test_an_answer_between_them_makes_403_count_anew() -> None:
    answered = ended(began(forbidden(4), OPTIONS, 0, jitter=0), OPTIONS, 0, Ending.ANSWERED)

    assert forbidden(4, answered).given_up is None


def test_a_host_that_fails_eight_times_in_a_row_is_given_up() -> None:
    pace = Pace()
    for _ in range(8):
        pace = failed(pace)

    assert pace.given_up == "failed 8 times in a row"


@given(
    st.lists(ENDINGS, max_size=40),
    st.floats(0.1, 20),
    st.integers(1, 4),
    st.floats(0, 1),
)
def test_no_window_sees_more_than_its_rate_and_no_moment_more_than_may_be_at_once(
    turns: list[tuple[Ending, float, float, float]], rate: float, at_once: int, jitter: float
) -> None:
    options = PaceOptions(per_second=rate, at_once=at_once, jitter=jitter)
    pace, now, starts = Pace(), 0.0, list[float]()
    ends: list[tuple[float, Ending, float]] = []
    for ending, after_s, lasts_s, drawn in turns:
        while (start := next_start(pace, options)) is None:
            end_at, how, asked_s = ends.pop(0)
            now = max(now, end_at)
            pace = ended(pace, options, now, how, after_s=asked_s, jitter=drawn)
            if how is Ending.FAILED:
                assert pace.free_at >= now + asked_s
        now = max(now, start)
        pace = began(pace, options, now, jitter=drawn)
        starts.append(now)
        ends.append((now + lasts_s, ending, after_s))

        assert pace.in_flight == len(ends) <= at_once
    gaps = [later - earlier for earlier, later in pairwise(starts)]
    assert all(gap >= 1 / rate * (1 - 1e-6) - 1e-9 for gap in gaps)


@pytest.mark.parametrize(
    ("clock", "hours"), [("21:00", 1), ("22:00", 0), ("03:00", 0), ("06:00", 16), ("12:30", 9.5)]
)
def test_a_night_window_goes_over_midnight(clock: str, hours: float) -> None:
    moment = datetime.combine(datetime(2026, 3, 1), time.fromisoformat(clock))

    assert parse_night("22:00-06:00").opens_in_s(moment) == hours * 3600


@given(
    st.times(), st.times(), st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.integers()
)
def test_after_the_wait_the_window_is_open(
    start: time, end: time, now: datetime, zone: int
) -> None:
    start, end = start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)
    if start == end:
        return
    aware = now.replace(tzinfo=timezone(timedelta(hours=zone % 24 - 12)))
    window = NightWindow(start, end)

    wait_s = window.opens_in_s(aware)

    assert 0 <= wait_s <= 86_400
    assert window.opens_in_s(aware + timedelta(seconds=wait_s)) == 0


@pytest.mark.parametrize("text", ["night", "22:00", "22:00-22:00", "25:00-26:00"])
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError):
        parse_night(text)
