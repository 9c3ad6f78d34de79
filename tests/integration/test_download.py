"""Downloads from a server that cuts, changes, refuses and lies."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import SourceError
from core.progress import SilentProgress
from ingest.download import Downloaded, Downloader, DownloadLimits
from ingest.download_headers import promised_sha256
from tests.file_server import FileServer, Step, serving_files

OLD = bytes(range(256)) * 400
NEW = OLD[::-1] + b"more"
LIMITS = DownloadLimits(max_bytes=200_000, tries=3)


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving_files() as files:
        files.files["/a.csv"] = OLD
        yield files


class Waits(list[float]):
    """The pauses that were made, without making them."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


def fetch(
    server: FileServer, folder: Path, waits: Waits, *, sha256: str | None = None
) -> Downloaded | None:
    with Downloader(folder, SilentProgress(), limits=LIMITS, sleep=waits) as downloader:
        return downloader.fetch(f"{server.url}/a.csv", "a.csv", sha256=sha256)


def test_a_file_comes_whole_with_its_hash(server: FileServer, tmp_path: Path, waits: Waits) -> None:
    found = fetch(server, tmp_path, waits)

    assert found == Downloaded(
        tmp_path / "a.csv", hashlib.sha256(OLD).hexdigest(), len(OLD), is_new=True
    )
    assert found.path.read_bytes() == OLD
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.csv.json"]


def test_a_file_that_has_not_changed_is_not_sent_again(
    server: FileServer, tmp_path: Path, waits: Waits
) -> None:
    first, again = (fetch(server, tmp_path, waits) for _ in range(2))

    assert first is not None
    assert again == Downloaded(first.path, first.sha256, first.size_bytes, is_new=False)


def test_a_file_that_has_changed_takes_the_place_of_the_old_one(
    server: FileServer, tmp_path: Path, waits: Waits
) -> None:
    fetch(server, tmp_path, waits)
    server.files["/a.csv"] = NEW

    found = fetch(server, tmp_path, waits)

    assert found is not None
    assert found.is_new
    assert found.path.read_bytes() == NEW


def test_a_connection_that_is_cut_goes_on_where_it_was(
    server: FileServer, tmp_path: Path, waits: Waits
) -> None:
    server.steps.extend([Step(cut_at=1000), Step(cut_at=2000)])

    fetch(server, tmp_path, waits)

    assert (tmp_path / "a.csv").read_bytes() == OLD
    assert server.ranges() == [None, "bytes=1000-", "bytes=3000-"]


def test_a_process_that_was_killed_goes_on_where_it_was(
    server: FileServer, tmp_path: Path, waits: Waits
) -> None:
    server.steps.extend([Step(cut_at=1000), *[Step(status=503)] * 3])
    with pytest.raises(SourceError, match="the server answers 503"):
        fetch(server, tmp_path, waits)

    fetch(server, tmp_path, waits)

    assert (tmp_path / "a.csv").read_bytes() == OLD
    assert server.ranges()[-1] == "bytes=1000-"


@pytest.mark.parametrize(
    "after",
    [
        Step(becomes=NEW),
        Step(ignores_range=True, becomes=NEW),
        Step(ignores_if_range=True, becomes=NEW),
        Step(status=416, becomes=NEW),
        Step(headers={"Content-Range": "bytes 7-9/10"}),
    ],
    ids=["changed", "no ranges", "no If-Range", "416", "another part"],
)
def test_a_part_of_something_else_is_never_gone_on_with(
    server: FileServer, tmp_path: Path, waits: Waits, after: Step
) -> None:
    server.steps.extend([Step(cut_at=1000), after])

    fetch(server, tmp_path, waits)

    assert (tmp_path / "a.csv").read_bytes() == server.files["/a.csv"]


def test_a_weak_tag_promises_nothing(server: FileServer, tmp_path: Path, waits: Waits) -> None:
    server.steps.append(Step(cut_at=1000, headers={"ETag": 'W/"1"'}))

    fetch(server, tmp_path, waits)

    assert server.ranges() == [None, None]


def test_a_server_that_is_busy_is_asked_again_when_it_says(
    server: FileServer, tmp_path: Path, waits: Waits
) -> None:
    server.steps.extend(
        [Step(status=429, headers={"Retry-After": "7"}), Step(status=503, headers={})]
    )

    fetch(server, tmp_path, waits)

    assert waits[0] == 7
    assert 1 <= waits[1] <= 3


def test_a_server_that_asks_for_too_long_a_pause_is_left_alone(
    server: FileServer, tmp_path: Path, waits: Waits
) -> None:
    server.steps.append(Step(status=503, headers={"Retry-After": "9999"}))

    with pytest.raises(SourceError, match="the server answers 503"):
        fetch(server, tmp_path, waits)

    assert waits == []


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        ([Step(extra=bytes(200_000))], "has more than 0.2 MB"),
        ([Step(headers={"Content-Type": "text/html; charset=utf-8"})], "is a web page"),
        ([Step(headers={"Content-Encoding": "gzip"})], "comes compressed"),
        ([Step(status=403)], "the server answers 403"),
        ([Step(status=302, headers={"Location": "ftp://127.0.0.1/a.csv"})], "cannot be downloaded"),
        ([Step(cut_at=0)] * 3, "cannot be downloaded"),
    ],
)
def test_what_is_not_the_file_is_refused(
    server: FileServer, tmp_path: Path, waits: Waits, steps: list[Step], reason: str
) -> None:
    server.steps.extend(steps)

    with pytest.raises(SourceError, match=reason):
        fetch(server, tmp_path, waits)

    assert not (tmp_path / "a.csv").exists()


def test_bytes_that_are_not_what_was_promised_are_fetched_again(
    server: FileServer, tmp_path: Path, waits: Waits
) -> None:
    server.has_digest = True
    server.steps.append(Step(extra=b"!"))

    fetch(server, tmp_path, waits)

    assert len(server.requests) == 2
    assert (tmp_path / "a.csv").read_bytes() == OLD


def test_a_checksum_that_never_fits_leaves_the_old_file(
    server: FileServer, tmp_path: Path, waits: Waits
) -> None:
    fetch(server, tmp_path, waits)
    server.files["/a.csv"] = NEW

    with pytest.raises(SourceError, match="was promised"):
        fetch(server, tmp_path, waits, sha256="0" * 64)

    assert (tmp_path / "a.csv").read_bytes() == OLD


def test_a_file_that_is_optional_and_gone_is_forgotten(
    server: FileServer, tmp_path: Path, waits: Waits
) -> None:
    fetch(server, tmp_path, waits)
    del server.files["/a.csv"]

    with Downloader(tmp_path, SilentProgress()) as downloader:
        found = downloader.fetch(f"{server.url}/a.csv", "a.csv", is_optional=True)

    assert found is None
    assert list(tmp_path.iterdir()) == []


def test_only_addresses_of_the_web_are_asked(tmp_path: Path) -> None:
    with (
        Downloader(tmp_path, SilentProgress()) as downloader,
        pytest.raises(SourceError, match="is not an address of the web"),
    ):
        downloader.fetch("file:///etc/hosts", "a.csv")


@pytest.mark.parametrize("header", ["sha-256=:AAAA:", "sha-256=!", "md5=:AAAA:", ""])
def test_a_digest_that_is_none_promises_nothing(header: str) -> None:
    assert promised_sha256({"Repr-Digest": header}) is None
