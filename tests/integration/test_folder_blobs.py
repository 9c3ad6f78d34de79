import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from core.errors import StorageError
from storage.folder import STALE_S, FolderBlobStore


def test_a_reader_never_sees_half_a_blob(tmp_path: Path) -> None:
    blobs = FolderBlobStore(tmp_path)
    versions = {b"a" * 2_000_000, b"b" * 1_000_000}
    is_done = threading.Event()

    def write() -> None:
        for i in range(20):
            blobs.put("k", sorted(versions)[i % 2], "x/y")
        is_done.set()

    blobs.put("k", b"a" * 2_000_000, "x/y")
    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    while not is_done.is_set():
        seen.add(blobs.get("k"))
    writer.join()

    assert seen <= versions


WRITER = """
import itertools, pathlib, sys
from storage.folder import FolderBlobStore
blobs = FolderBlobStore(pathlib.Path(sys.argv[1]))
for i in itertools.count():
    blobs.put(f"pictures/k{i}", b"%09d" % i * 50_000, "image/png")
    print(i, flush=True)
"""


@pytest.mark.parametrize("writes", [1, 3, 6])
def test_a_killed_writer_leaves_whole_blobs_only(tmp_path: Path, writes: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    reported = [int(process.stdout.readline()) for _ in range(writes)]
    process.kill()
    process.communicate()

    blobs = FolderBlobStore(tmp_path)
    there = [name.name for name in tmp_path.glob("pictures/k*")]
    assert len(there) >= len(reported)
    for name in there:
        assert blobs.get(f"pictures/{name}") == b"%09d" % int(name[1:]) * 50_000


def test_the_next_process_sweeps_what_a_killed_write_left(tmp_path: Path) -> None:
    old, young = tmp_path / ".old.123.tmp", tmp_path / ".young.123.tmp"
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    long_ago = time.time() - STALE_S - 1
    os.utime(old, (long_ago, long_ago))

    FolderBlobStore(tmp_path).put("new", b"whole", "x/y")

    assert not old.exists()
    assert young.exists()  # it may be another process's, at work


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("a file stands here")

    with pytest.raises(StorageError, match="blobs"):
        FolderBlobStore(tmp_path / "blobs").put("k", b"x", "x/y")


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    blobs = FolderBlobStore(tmp_path)
    blobs.put("a/b", b"x", "x/y")

    with pytest.raises(StorageError, match="cannot write"):
        blobs.put("a", b"x", "x/y")  # a folder stands there

    assert [path.name for path in tmp_path.iterdir()] == ["a"]
