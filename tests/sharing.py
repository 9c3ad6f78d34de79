"""Homes that share their snapshots through a store of S3."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.progress import SilentProgress
from index.snapshots.snapshot_store import DiskSnapshotStore
from index.snapshots.transfer import SnapshotFolder
from search.replicas import Pulled, Puller
from search.shared_snapshots import SharedSnapshots
from storage.options import StoreOptions
from storage.s3_snapshots import S3SnapshotRemote
from tests.indexes import build, random_source
from tests.s3_server import BadLine, s3_credentials, s3_server

BUCKET = "museum"


@contextmanager
def store_with_bucket(folder: Path) -> Iterator[str]:
    """Serve S3 with a bucket on this machine; gives its address."""
    import boto3

    with s3_server() as url, s3_credentials(folder):
        client = boto3.client("s3", endpoint_url=url, region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        client.close()
        yield url


@dataclass(frozen=True)
class Place:
    """A prefix in the store."""

    url: str
    prefix: str

    @property
    def remote(self) -> S3SnapshotRemote:
        """Open it."""
        return S3SnapshotRemote(BUCKET, self.prefix, StoreOptions(self.url))


@cache
def built(seed: int) -> Path:
    """Build a snapshot of 20 works, once for each seed; the later, the newer."""
    folder = Path(tempfile.mkdtemp(prefix="vasari-built-"))
    atexit.register(shutil.rmtree, folder)
    return folder / build(DiskSnapshotStore(folder), random_source(20, seed))


@dataclass(frozen=True)
class Home:
    """The snapshots of one installation, and both ways to and from the store."""

    folder: Path
    local: DiskSnapshotStore
    shared: SharedSnapshots
    puller: Puller

    def build(self, seed: int = 0) -> str:
        """Put a snapshot here that nothing serves yet."""
        made = built(seed)
        if not (self.folder / made.name).exists():
            shutil.copytree(made, self.folder / made.name)
        return made.name

    def published(self, seed: int = 0) -> str:
        """Build one and make it live for all."""
        id = self.build(seed)
        self.shared.publish(id)
        return id

    def pull(self) -> Pulled:
        """Look once."""
        return self.puller.pull(SilentProgress())

    @property
    def live(self) -> str:
        """What is served here."""
        return self.local.current().id


def open_home(folder: Path, place: Place, *, keep: int = 3) -> Home:
    """Open a home that publishes to a place and follows it."""
    local, transfer, remote = DiskSnapshotStore(folder), SnapshotFolder(folder), place.remote
    puller = Puller(local, transfer, remote, keep=keep, pin_minutes=0)
    return Home(folder, local, SharedSnapshots(local, transfer, remote), puller)


def behind(line: BadLine, home: Home, place: Place) -> Home:
    """Open a home again that reaches the store through a bad line."""
    return open_home(home.folder, Place(line.url, place.prefix))


def asked(line: BadLine, method: str, within: str) -> list[str]:
    """List what was asked for in some way."""
    return [one.path for one in line.asked if one.method == method and within in one.path]
