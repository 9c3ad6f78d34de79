"""What an answer makes of a picture's line in the ledger."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.fetching import Fetched, FetchState, PictureFetch, Verdict
from ingest.fetch_outcomes import with_copy, without_copy

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NEW = PictureFetch(1, "https://museum.test/1.jpg", False, "museum.test", 1024)
KEPT = replace(NEW, state=FetchState.STORED, content_hash="a", etag='"1"', fetched_at=NOW)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_a_copy_is_noted_with_all_that_a_later_question_needs() -> None:
    fetched = Fetched(
        Verdict.FETCHED, b"12345", asked=NEW.address, etag='"1"', last_modified="then", status=200
    )

    line = with_copy(replace(NEW, tries=3, reason="the answer is 500"), fetched, "a", NOW)

    assert line == replace(
        NEW,
        state=FetchState.STORED,
        content_hash="a",
        asked=NEW.address,
        etag='"1"',
        last_modified="then",
        status=200,
        size_bytes=5,
        fetched_at=NOW,
    )


def test_the_same_bytes_again_are_unchanged_and_others_are_stored() -> None:
    same = with_copy(KEPT, Fetched(Verdict.FETCHED), "a", NOW)
    other = with_copy(KEPT, Fetched(Verdict.FETCHED), "b", NOW)

    assert (same.state, same.replaced_hash) == (FetchState.UNCHANGED, None)
    assert (other.state, other.replaced_hash) == (FetchState.STORED, "a")


def test_a_picture_that_the_server_knows_to_be_the_same_keeps_its_copy() -> None:
    line = without_copy(KEPT, Fetched(Verdict.UNCHANGED, status=304), NOW + DAY)

    assert (line.state, line.content_hash, line.etag) == (FetchState.UNCHANGED, "a", '"1"')
    assert line.fetched_at == NOW + DAY


def test_a_host_that_is_busy_says_nothing_about_the_picture() -> None:
    line = without_copy(NEW, Fetched(Verdict.BUSY, status=429, not_before=NOW + HOUR), NOW)

    assert (line.state, line.tries) == (FetchState.WAITING, 0)
    assert line.next_try_at == NOW + HOUR


@pytest.mark.parametrize(
    ("verdict", "tries", "rest"),
    [
        (Verdict.FAILED, 0, HOUR),
        (Verdict.FAILED, 3, 8 * HOUR),
        (Verdict.FAILED, 99, 7 * DAY),
        (Verdict.GONE, 0, 7 * DAY),
        (Verdict.WRONG, 1, 14 * DAY),
        (Verdict.GONE, 9, 90 * DAY),
        (Verdict.REFUSED, 0, DAY),
    ],
)
def test_a_picture_rests_the_longer_the_more_often_it_was_tried(
    verdict: Verdict, tries: int, rest: timedelta
) -> None:
    line = without_copy(replace(KEPT, tries=tries), Fetched(verdict, reason="so\r\nit is"), NOW)

    assert line.next_try_at == NOW + rest
    assert (line.tries, line.reason, line.content_hash) == (tries + 1, "so  it is", "a")
    assert line.state is (FetchState.REFUSED if verdict is Verdict.REFUSED else FetchState.DEAD)


def test_what_the_host_asked_for_is_not_undercut() -> None:
    fetched = Fetched(Verdict.FAILED, not_before=NOW + 5 * HOUR)

    assert without_copy(NEW, fetched, NOW).next_try_at == NOW + 5 * HOUR
