"""From addresses in the catalogue to copies of our own, again and again without harm."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.blob_keys import picture_key, thumbnail_key
from core.errors import StorageError
from core.fetching import DueRule, FetchScope, FetchState, host_of
from core.types import Image, Rights, RightsStatus
from db.catalogue import SqlArtworkStore
from db.picture_fetches import SqlPictureLedger
from db.session import migrate, open_database
from storage.folder import FolderBlobStore
from tests.clocks import FetchClock
from tests.fetching_house import House
from tests.iiif_server import Mischief, Museum

OPEN = Rights(RightsStatus.OPEN, "https://creativecommons.org/publicdomain/zero/1.0/", "openaccess")


@pytest.fixture
def house(tmp_path: Path, museum: Museum, clock: FetchClock) -> Iterator[House]:
    database = open_database(f"sqlite:///{tmp_path / 'vasari.db'}")
    migrate(database)
    museum.pictures = {str(i): (400, 300 + i) for i in range(10)}
    blobs = FolderBlobStore(tmp_path / "blobs")
    yield House(museum, SqlArtworkStore(database), SqlPictureLedger(database), blobs, clock)
    database.dispose()


def test_pictures_are_fetched_kept_and_given_to_the_catalogue(house: House) -> None:
    museum = house.museum
    house.holds(
        Image(iiif_url=museum.iiif("1"), url=museum.plain("7")), Image(url=museum.plain("2"))
    )

    report = house.fetch()

    first, second = house.copies()
    assert first is not None
    assert second is not None
    assert (report.wanted, report.asked, report.stored, report.filled) == (2, 2, 2, 2)
    assert house.blobs.exists(picture_key(first))
    assert house.blobs.exists(thumbnail_key(second))
    assert museum.asked("plain") == ["/plain/2.jpg"]


def test_a_second_run_asks_for_nothing(house: House) -> None:
    house.holds(*(Image(url=house.museum.plain(str(i))) for i in range(5)))
    house.fetch()
    house.museum.requests.clear()

    report = house.fetch()

    assert (report.wanted, report.due, report.asked) == (5, 0, 0)
    assert house.museum.requests == []


def test_old_copies_are_asked_about_and_only_what_changed_is_sent(house: House) -> None:
    house.holds(*(Image(url=house.museum.plain(str(i))) for i in (1, 2)))
    house.fetch()
    before = house.copies()
    house.museum.editions["2"] = 1
    house.clock.now_s += 86_400

    report = house.fetch(stale_after=timedelta(hours=1))

    assert (report.unchanged, report.changed, report.filled) == (1, 1, 1)
    assert house.copies()[0] == before[0]
    assert house.copies()[1] != before[1]


def test_dead_pictures_have_a_reason_and_a_next_try(house: House) -> None:
    museum = house.museum
    house.holds(
        Image(url=museum.plain("lost")),
        Image(url=museum.plain("1")),
        Image(url=museum.plain("2")),
        Image(url="pictures/3.jpg"),
    )
    museum.wrong = {"1": Mischief.DAMAGED}

    report = house.fetch()

    assert (report.stored, report.dead, report.refused) == (1, 2, 1)
    lost, damaged = house.line(museum.plain("lost")), house.line(museum.plain("1"))
    assert (lost.status, lost.reason) == (404, "the answer is 404")
    assert "truncated" in (damaged.reason or "")
    assert (lost.next_try_at or datetime.min) >= house.clock.now() + timedelta(days=6)
    assert "not an address of the web" in (house.line("pictures/3.jpg").reason or "")


def test_dead_pictures_are_left_alone_until_their_time_comes(house: House) -> None:
    house.holds(Image(url=house.museum.plain("lost")))
    house.fetch()

    at_once = house.fetch()
    house.museum.pictures["lost"] = (40, 30)
    later = house.fetch(dead_too=True)

    assert at_once.asked == 0
    assert (later.asked, later.stored) == (1, 1)


def test_a_picture_that_breaks_off_is_tried_again_in_the_same_run(house: House) -> None:
    house.holds(Image(url=house.museum.plain("1")))
    house.museum.next.extend([Mischief.CUT, Mischief.SHORT])

    report = house.fetch()

    assert (report.asked, report.stored, report.dead) == (1, 1, 0)


def test_a_picture_that_always_fails_does_not_keep_the_others_from_coming(house: House) -> None:
    house.museum.wrong["0"] = Mischief.ERROR
    house.holds(*(Image(url=house.museum.plain(str(i))) for i in range(4)))

    report = house.fetch()

    assert (report.stored, report.dead, report.in_peace) == (3, 1, ())
    assert len(house.museum.asked("/0.jpg")) == 3


def test_a_host_that_forbids_is_left_in_peace_and_so_it_is_by_the_next_run(house: House) -> None:
    house.holds(*(Image(url=house.museum.plain(str(i))) for i in range(9)))
    house.museum.next.extend([Mischief.FORBIDDEN] * 9)

    first = house.fetch(at_once=1)
    asked = house.museum.asked("/plain/")
    second = house.fetch(at_once=1)

    assert (first.dead, len(asked)) == (5, 5)
    assert first.in_peace == (f"{host_of(house.museum.url)} answered 403 5 times in a row",)
    assert second.in_peace[0].endswith("to be left in peace until 2026-11-21 12:00 UTC")
    assert house.museum.asked("/plain/") == asked


def test_a_host_in_peace_is_asked_again_where_that_was_agreed(house: House) -> None:
    house.holds(*(Image(url=house.museum.plain(str(i))) for i in range(9)))
    house.museum.next.extend([Mischief.FORBIDDEN] * 5)
    house.fetch(at_once=1)

    report = house.fetch(dead_too=True)

    assert (report.asked, report.stored) == (9, 9)


def test_what_a_host_asked_for_is_kept_by_the_next_run(house: House) -> None:
    house.museum.retry_after_s = 9000
    house.museum.next.append(Mischief.BUSY)
    house.holds(Image(url=house.museum.plain("1")))

    report = house.fetch()
    [waits] = house.ledger.hosts(DueRule(house.clock.now()))
    house.clock.now_s += 9001
    later = house.fetch()

    assert (report.postponed, later.stored) == (1, 1)
    assert waits.rests_until is not None
    assert waits.rests_until >= house.clock.now() - timedelta(seconds=10)


def test_no_host_is_asked_for_more_at_once_than_was_agreed(house: House) -> None:
    house.holds(*(Image(url=house.museum.plain(str(i))) for i in range(10)))

    report = house.fetch(at_once=8)  # threads; three requests were agreed

    assert report.stored == 10
    assert house.museum.most_under_way <= 3


def test_a_limit_is_kept_and_the_next_run_goes_on(house: House) -> None:
    house.holds(*(Image(url=house.museum.plain(str(i))) for i in range(8)))

    first = house.fetch(limit=3)
    second = house.fetch()

    assert (first.asked, second.asked) == (3, 5)
    assert len(house.museum.asked("/plain/")) == 8


def test_a_dry_run_asks_no_server(house: House) -> None:
    house.holds(Image(url=house.museum.plain("1")))

    report = house.fetch(dry=True)

    assert (report.due, report.asked, house.museum.requests) == (1, 0, [])


def test_a_kill_between_the_copy_and_the_catalogue_is_mended_by_the_next_run(house: House) -> None:
    house.holds(Image(url=house.museum.plain("1")))
    house.ledger.plan(FetchScope())
    [line] = house.ledger.due(
        host_of(house.museum.url), DueRule(house.clock.now()), after=0, limit=9
    )
    house.ledger.save(replace(line, state=FetchState.STORED, content_hash="c" * 64))

    report = house.fetch()

    assert (report.asked, report.filled) == (0, 1)
    assert house.copies() == ["c" * 64]


def test_a_store_that_is_full_ends_the_run_and_nothing_counts_as_kept(
    house: House, tmp_path: Path
) -> None:
    class Full(FolderBlobStore):
        def put_new(self, key: str, data: bytes, content_type: str) -> bool:  # noqa: ARG002 - the port's
            raise StorageError("no space left")

    house.holds(*(Image(url=house.museum.plain(str(i))) for i in range(9)))
    house.blobs = Full(tmp_path)

    with pytest.raises(StorageError):
        house.fetch()
    assert FetchState.STORED not in house.ledger.counts()
    assert house.copies() == [None] * 9
    assert len(house.museum.asked("/plain/")) < 9
