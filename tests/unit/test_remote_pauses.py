from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.retry_after import retry_after_s
from models.remote.client import pause_before

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def test_pauses_double_and_are_spread_from_nothing_to_all_of_it() -> None:
    assert [pause_before(n, 0, 1.0) for n in (1, 2, 3)] == [0.1, 0.2, 0.4]
    assert pause_before(3, 0, 0.5) == 0.2
    assert pause_before(30, 0, 1.0) == 10


@given(st.integers(1, 50), st.floats(0, 3600), st.floats(0, 1))
def test_what_the_server_asks_for_is_never_undercut(
    failed: int, after: float, jitter: float
) -> None:
    assert after <= pause_before(failed, after, jitter) <= after + 10


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0),
        ("7", 7),
        ("Fri, 20 Nov 2026 12:00:30 GMT", 30),
        ("Fri, 20 Nov 2026 12:00:30 -0000", 30),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0),
        ("soon", 0),
        ("-3", 0),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float) -> None:
    assert retry_after_s(header, NOON) == seconds
