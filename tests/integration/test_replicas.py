"""Replicas: they follow what is published, rolled back and withdrawn, through S3."""

from pathlib import Path

import pytest

from core.errors import (
    DamagedError,
    NoSnapshotError,
    StorageError,
)
from search.replicas import Pulled
from tests.s3_server import BadLine, Line, Refusal
from tests.sharing import Home, Place, asked, behind, open_home


def shown(home: Home) -> int:
    return sum(home.local.current().number_of(f"t:{i:05}") is not None for i in range(20))


def test_a_replica_serves_what_is_published(publisher: Home, replica: Home) -> None:
    id = publisher.published()

    assert replica.pull() is Pulled.NEW
    assert replica.live == publisher.live == id
    assert replica.local.verify(id) == []
    assert replica.pull() is Pulled.SAME


def test_a_replica_follows_a_rollback_without_a_download(
    publisher: Home, replica: Home, place: Place, shared_line: BadLine
) -> None:
    first = publisher.published(1)
    replica.pull()
    publisher.published(2)
    replica.pull()

    assert publisher.shared.rollback() == first
    follower = behind(shared_line, replica, place)

    assert follower.pull() is Pulled.NEW
    assert replica.live == publisher.live == first
    assert not asked(shared_line, "GET", "/snapshots/")


def test_a_place_without_a_pointer_has_nothing_to_follow(replica: Home) -> None:
    assert replica.pull() is Pulled.NOTHING
    with pytest.raises(NoSnapshotError):
        replica.local.current()


def test_an_unchanged_pointer_is_asked_for_once_and_not_sent_again(
    publisher: Home, replica: Home, place: Place, shared_line: BadLine
) -> None:
    publisher.published()
    follower = behind(shared_line, replica, place)
    follower.pull()
    shared_line.asked.clear()

    assert follower.pull() is Pulled.SAME
    assert [one.headers.get("If-None-Match") is not None for one in shared_line.asked] == [True]


def test_a_withdrawal_reaches_replicas_without_a_publish(publisher: Home, replica: Home) -> None:
    publisher.published()
    replica.pull()

    publisher.shared.withdraw(["t:00003", "t:00004"])

    assert replica.pull() is Pulled.NEW
    assert shown(replica) == 18
    publisher.shared.restore(["t:00003"])
    replica.pull()
    assert replica.local.withdrawn() == ["t:00004"]


def test_what_is_gone_from_its_source_is_hidden_in_replicas_too(
    publisher: Home, replica: Home
) -> None:
    publisher.published()
    publisher.shared.keep_gone(["t:00007"])

    replica.pull()

    assert shown(replica) == 19
    assert replica.local.withdrawn() == []


def test_a_withdrawal_is_heeded_before_the_snapshot_that_came_with_it(
    publisher: Home, replica: Home, place: Place, shared_line: BadLine
) -> None:
    publisher.published(1)
    replica.pull()
    publisher.shared.withdraw(["t:00003"])
    publisher.published(2)
    shared_line.fail(Refusal(503, "SlowDown"), "GET", within="/snapshots/")

    with pytest.raises(StorageError):
        behind(shared_line, replica, place).pull()

    assert replica.local.withdrawn() == ["t:00003"]


def test_a_withdrawal_holds_here_while_the_store_is_away_and_is_shared_later(
    publisher: Home, replica: Home, place: Place, shared_line: BadLine
) -> None:
    publisher.published()
    away = behind(shared_line, publisher, place)
    shared_line.fail(Line.CUT, "GET", times=1)

    with pytest.raises(StorageError, match="run `vasari index push`"):
        away.shared.withdraw(["t:00003"])

    assert publisher.local.withdrawn() == ["t:00003"]
    replica.pull()
    assert shown(replica) == 20
    publisher.shared.publish(publisher.live)
    replica.pull()
    assert shown(replica) == 19


def test_a_damaged_download_is_refused_and_mended_by_the_next(
    publisher: Home, replica: Home, place: Place
) -> None:
    first = publisher.published(1)
    replica.pull()
    second = publisher.published(2)
    key = f"snapshots/{second}/rows/" + next((publisher.folder / second / "rows").iterdir()).name
    whole = place.remote.get(key)
    place.remote.put(key, bytes(len(whole)))

    with pytest.raises(DamagedError, match="is not what its manifest says"):
        replica.pull()

    assert replica.live == first
    place.remote.put(key, whole)
    replica.pull()
    assert replica.live == second
    assert replica.local.verify(second) == []


def test_a_manifest_of_another_snapshot_is_refused(
    publisher: Home, replica: Home, place: Place
) -> None:
    id = publisher.published()
    place.remote.put(f"snapshots/{id}/manifest.json", b'{"files": {"../../x": {}}}')

    with pytest.raises(DamagedError, match=f"the manifest of {id}"):
        replica.pull()


def test_a_download_that_broke_off_goes_on_where_it_was(
    publisher: Home, replica: Home, place: Place, shared_line: BadLine
) -> None:
    id = publisher.published()
    names = sorted(p.name for p in (publisher.folder / id / "lexical").iterdir())
    follower = behind(shared_line, replica, place)
    shared_line.fail(Refusal(503, "SlowDown"), "GET", within=names[-1], times=1)
    with pytest.raises(StorageError):
        follower.pull()
    before = set(asked(shared_line, "GET", "/snapshots/")) - set(
        asked(shared_line, "GET", "manifest.json")
    )
    shared_line.asked.clear()

    assert follower.pull() is Pulled.NEW

    again = set(asked(shared_line, "GET", "/snapshots/")) & before
    assert [path.rpartition("/")[2] for path in again] == [names[-1]]
    assert not list(replica.folder.glob(".receiving-*"))


def test_a_replica_keeps_as_many_as_its_settings_say(
    publisher: Home, place: Place, tmp_path: Path
) -> None:
    replica = open_home(tmp_path / "small", place, keep=1)
    for seed in range(4):
        publisher.published(seed)
        replica.pull()

    assert len(replica.local.entries()) == 2  # the live one, and the one before


def test_one_process_of_a_home_pulls_at_a_time(publisher: Home, replica: Home) -> None:
    publisher.published()

    with replica.shared._transfer.alone():
        assert replica.pull() is Pulled.BUSY

    assert replica.pull() is Pulled.NEW
