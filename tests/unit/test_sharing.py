"""What is shared: merging of what is hidden, pruning, and when a replica looks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DamagedError
from core.sharing import (
    Hidden,
    SharedFile,
    SharedPointer,
    merge_hidden,
    parse_hidden,
    parse_pointer,
)
from search.replicas import Following, check_following, pause_s
from search.shared_pruning import unneeded

NOW = datetime(2024, 6, 1, tzinfo=UTC)
IDS = st.frozensets(st.sampled_from("abcdef"))
HIDDEN = st.builds(Hidden, IDS, IDS)
A, B, C, D = (f"2024010{day}T000000Z-0000000{day}" for day in (1, 2, 3, 4))


def files(*keys: str, age: timedelta = timedelta()) -> list[SharedFile]:
    return [SharedFile(key, 1, NOW - age) for key in keys]


def whole(id: str) -> list[SharedFile]:
    return files(f"snapshots/{id}/manifest.json", f"snapshots/{id}/rows/cards.bin")


@given(there=HIDDEN, agreed=HIDDEN)
def test_who_changed_nothing_takes_what_is_there(there: Hidden, agreed: Hidden) -> None:
    assert merge_hidden(there, agreed, agreed) == there


@given(agreed=HIDDEN, here=HIDDEN)
def test_where_nobody_else_changed_anything_what_is_here_is_taken(
    agreed: Hidden, here: Hidden
) -> None:
    assert merge_hidden(agreed, agreed, here) == here


@given(there=HIDDEN, here=HIDDEN)
def test_who_never_agreed_hide_what_either_hides(there: Hidden, here: Hidden) -> None:
    assert merge_hidden(there, None, here) == there.union(here)


def test_a_withdrawal_here_and_a_restore_there_are_both_kept() -> None:
    there, agreed, here = (frozenset(ids) for ids in ("b", "ab", "abc"))

    merged = merge_hidden(Hidden(there), Hidden(agreed), Hidden(here))

    assert merged.withdrawn == {"b", "c"}


@given(HIDDEN)
def test_what_is_hidden_is_read_as_it_was_written(hidden: Hidden) -> None:
    assert parse_hidden(hidden.to_bytes()) == hidden


def test_a_pointer_is_read_as_it_was_written() -> None:
    pointer = SharedPointer(B, A, "0" * 64, "2024-01-01T00:00:00+00:00", "abc")

    assert parse_pointer(pointer.to_bytes(), "s3://b") == pointer


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b'{"live": "../../etc"}', b'{"live": 3}', b'{"other": 1}']
)
def test_a_pointer_that_names_no_snapshot_is_refused_with_the_remedy(data: bytes) -> None:
    with pytest.raises(DamagedError, match="vasari index push"):
        parse_pointer(data, "s3://b")


def test_the_oldest_beyond_those_kept_go_with_their_manifest_first() -> None:
    found = unneeded(
        [*whole(A), *whole(B), *whole(C), *whole(D)], SharedPointer(B), keep=2, now=NOW
    )

    assert found.first == (f"snapshots/{A}/manifest.json",)
    assert found.rest == (f"snapshots/{A}/rows/cards.bin",)


def test_live_and_previous_stay_however_old() -> None:
    found = unneeded([*whole(A), *whole(B), *whole(C)], SharedPointer(A, B), keep=1, now=NOW)

    assert found.first == found.rest == ()


def test_an_upload_that_goes_on_stays_and_one_given_up_goes() -> None:
    going_on = files(f"snapshots/{A}/rows/x", age=timedelta(hours=2))
    given_up = files(f"snapshots/{B}/rows/x", age=timedelta(days=2))

    found = unneeded([*going_on, *given_up], SharedPointer(C), keep=1, now=NOW)

    assert found.first == ()
    assert found.rest == (f"snapshots/{B}/rows/x",)


def test_only_old_lists_that_are_not_in_use_go() -> None:
    old = files(f"hidden/{'0' * 64}.json", f"hidden/{'1' * 64}.json", age=timedelta(days=30))
    new = files(f"hidden/{'2' * 64}.json")

    found = unneeded([*old, *new], SharedPointer(A, hidden="1" * 64), keep=1, now=NOW)

    assert found.rest == (f"hidden/{'0' * 64}.json",)


@pytest.mark.parametrize(
    ("failures", "draw", "expected"),
    [(0, 0.5, 2), (0, 0, 1.6), (0, 1, 2.4), (1, 0.5, 4), (4, 0.5, 32), (5, 0.5, 60), (99, 0.5, 60)],
)
def test_a_replica_looks_every_other_second_and_less_often_the_longer_it_fails(
    failures: int, draw: float, expected: float
) -> None:
    assert pause_s(failures, draw) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("state", "ok", "told"),
    [
        (Following(), False, "reads s3://b"),
        (Following(90.0), False, "nothing has been published to s3://b"),
        (Following(90.0, is_published=True), True, "follows s3://b"),
        (Following(90.0, 3, "away", True), False, "s3://b was last read 10 s ago: away"),
        (Following(None, 1, "away"), False, "never yet"),
    ],
)
def test_what_a_replica_tells_never_makes_it_unready(state: Following, ok: bool, told: str) -> None:
    check = check_following(state, "s3://b", 100.0)

    assert (check.ok, check.required) == (ok, False)
    assert told in check.detail
