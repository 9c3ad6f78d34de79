"""Publishing through S3: sent once, moved on condition, and never half."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from core.errors import (
    ConfigurationError,
    NoSnapshotError,
    NotFoundError,
    StorageError,
)
from core.ports import SnapshotRemote
from core.progress import Progress
from core.sharing import PublishedElsewhereError
from index.snapshots.transfer import SnapshotFolder
from search.shared_snapshots import SharedSnapshots
from storage.s3_upload import LARGE, PART
from tests.s3_server import BadLine, Line, Refusal
from tests.sharing import BUCKET, Home, Place, asked, behind, open_home


class Interrupted(SnapshotFolder):
    """Lets something happen between the sending of a snapshot and the move of the pointer."""

    def __init__(self, folder: Path, meanwhile: Callable[[], None]) -> None:
        super().__init__(folder)
        self._meanwhile = meanwhile

    def send(self, id: str, remote: SnapshotRemote, progress: Progress) -> None:
        """Send it, and let it happen."""
        super().send(id, remote, progress)
        self._meanwhile()


def test_two_publishers_keep_each_others_withdrawals(
    publisher: Home, place: Place, tmp_path: Path
) -> None:
    other = open_home(tmp_path / "other", place)
    publisher.published()
    other.pull()
    publisher.shared.withdraw(["t:00001"])
    other.shared.withdraw(["t:00002"])

    other.published(2)
    publisher.pull()

    assert publisher.local.withdrawn() == other.local.withdrawn() == ["t:00001", "t:00002"]


def test_a_lost_race_says_what_is_live_and_changes_nothing(
    publisher: Home, place: Place, tmp_path: Path
) -> None:
    first = publisher.published(1)
    other = open_home(tmp_path / "other", place)
    theirs, ours = other.build(2), publisher.build(3)
    transfer = Interrupted(publisher.folder, lambda: other.shared.publish(theirs))
    interrupted = SharedSnapshots(publisher.local, transfer, place.remote)

    with pytest.raises(PublishedElsewhereError, match=f"made {theirs} live.*index pull"):
        interrupted.publish(ours)

    assert publisher.live == first
    publisher.pull()
    assert publisher.live == theirs
    publisher.shared.publish(ours)
    other.pull()
    assert other.live == publisher.live == ours


def test_the_first_pointer_of_two_publishers_is_moved_by_one(
    publisher: Home, place: Place, tmp_path: Path
) -> None:
    other = open_home(tmp_path / "other", place)
    remote = place.remote
    assert remote.read_pointer() is None
    theirs = other.published(1)

    ours = publisher.build(2)
    with pytest.raises(PublishedElsewhereError, match=theirs):
        publisher.shared._move(None, ours)

    seen = remote.read_pointer()
    assert seen is not None
    assert seen.pointer.live == theirs


def test_a_move_whose_answer_was_lost_is_known_again(
    publisher: Home, place: Place, shared_line: BadLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "3")
    away = behind(shared_line, publisher, place)
    id = publisher.build()
    shared_line.fail(Line.LOST, "PUT", within="CURRENT", times=1)

    away.shared.publish(id)

    assert publisher.live == id
    assert len(asked(shared_line, "PUT", "CURRENT")) == 2


def test_a_rollback_while_others_published_is_refused(
    publisher: Home, place: Place, tmp_path: Path
) -> None:
    publisher.published(1)
    second = publisher.published(2)
    other = open_home(tmp_path / "other", place)
    other.published(3)

    with pytest.raises(PublishedElsewhereError):
        publisher.shared.rollback()

    assert publisher.live == second


def test_what_was_sent_is_not_sent_again(
    publisher: Home, place: Place, shared_line: BadLine
) -> None:
    id = publisher.build()
    away = behind(shared_line, publisher, place)
    shared_line.fail(Refusal(503, "SlowDown"), "PUT", within="manifest.json", times=1)
    with pytest.raises(StorageError):
        away.shared.publish(id)
    assert place.remote.read_pointer() is None
    with pytest.raises(NoSnapshotError):
        publisher.local.current()
    shared_line.asked.clear()

    away.shared.publish(id)

    sent = [path.partition("?")[0].rpartition("/")[2] for path in asked(shared_line, "PUT", "")]
    assert sent == ["manifest.json", "CURRENT"]


def test_files_that_the_store_has_with_another_content_are_sent_again(
    publisher: Home, place: Place
) -> None:
    id = publisher.build()
    name = next((publisher.folder / id / "rows").iterdir()).name
    place.remote.put(f"snapshots/{id}/rows/{name}", b"something else")

    publisher.shared.publish(id)

    assert (
        place.remote.get(f"snapshots/{id}/rows/{name}")
        == (publisher.folder / id / "rows" / name).read_bytes()
    )


def test_old_snapshots_go_there_too(publisher: Home, place: Place) -> None:
    ids = [publisher.published(seed) for seed in range(4)]

    publisher.shared.prune(1)

    there = {file.key.split("/")[1] for file in place.remote.files("snapshots")}
    assert {ids[3], ids[2]} <= there  # live, and live before
    assert len(there) <= 3  # and the newest by its name, where two were built within a second
    assert there < set(ids)


def test_a_store_without_conditional_writes_is_refused(
    publisher: Home, place: Place, shared_line: BadLine
) -> None:
    id = publisher.build()
    shared_line.fail(Refusal(501, "NotImplemented"), "PUT", within="CURRENT")

    with pytest.raises(ConfigurationError, match="knows no conditional writes"):
        behind(shared_line, publisher, place).shared.publish(id)


def test_a_snapshot_that_is_not_kept_is_not_shared(publisher: Home, place: Place) -> None:
    with pytest.raises(NotFoundError):
        publisher.shared.publish("20240101T000000Z-00000000")

    assert place.remote.read_pointer() is None


def test_a_bucket_that_is_not_there_is_told_by_the_setting(store_url: str, tmp_path: Path) -> None:
    place = Place(store_url, "x")
    home = open_home(tmp_path / "h", place)
    object.__setattr__(home.shared._remote, "_bucket", f"no-{BUCKET}")
    id = home.build()

    with pytest.raises(ConfigurationError, match="VASARI_SNAPSHOTS_URL: bucket 'no-museum'"):
        home.shared.publish(id)


def test_a_large_file_goes_in_parts_and_comes_back_whole(
    place: Place, tmp_path: Path, shared_line: BadLine
) -> None:
    data = bytes(range(256)) * (LARGE // 256) + b"and more"
    (tmp_path / "large").write_bytes(data)
    remote, digest = Place(shared_line.url, place.prefix).remote, sha256(data).hexdigest()
    sent: list[int] = []
    received: list[int] = []

    remote.put_file("k", tmp_path / "large", digest, sent.append)

    assert remote.holds("k", len(data), digest)
    assert not remote.holds("k", len(data), "0" * 64)
    assert remote.get_file("k", tmp_path / "came", received.append) == digest
    assert (tmp_path / "came").read_bytes() == data
    assert sent == [PART, PART, 8]
    assert sum(received) == len(data)
    assert len(asked(shared_line, "PUT", "partNumber")) == 3


def test_a_file_that_breaks_off_on_its_way_here_is_fetched_again(
    place: Place, tmp_path: Path, shared_line: BadLine
) -> None:
    remote = Place(shared_line.url, place.prefix).remote
    remote.put("k", b"x" * 100_000)
    shared_line.fail(Line.HALF, "GET", within="/k", times=1)
    received: list[int] = []

    digest = remote.get_file("k", tmp_path / "came", received.append)

    assert digest == sha256(b"x" * 100_000).hexdigest()
    assert sum(received) == 100_000
