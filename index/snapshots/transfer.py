"""Snapshots of a folder on their way to where they are shared, and from there into a folder."""

import json
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.atomic_files import sync
from core.errors import DamagedError, NotFoundError, StorageError
from core.locks import locked, try_lock
from core.ports import SnapshotRemote
from core.progress import Progress
from core.sharing import MANIFEST, SNAPSHOTS, Hidden, parse_hidden
from core.types import Json
from index.files.at_once import for_each
from index.files.disk import replace_file
from index.snapshots.kept import is_kept
from index.snapshots.manifest import (
    file_hash,
    file_names,
    is_id,
    is_manifest_of,
    load_manifest,
    size_bytes,
    size_faults,
)
from index.snapshots.snapshot_builder import STORE_LOCK
from index.snapshots.withdrawn import read_gone, read_withdrawn

AGREED = "agreed.json"
SHARING_LOCK = ".sharing.lock"
_RECEIVING = ".receiving-"


class SnapshotFolder:
    """The folder of an installation's snapshots, as those who send and receive them need it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, id: str, remote: SnapshotRemote, progress: Progress) -> None:
        """Share what of a snapshot is not there yet; its manifest last, which says it is whole.

        Raises:
            NotFoundError, DamagedError: it is not kept here, or not whole.
            StorageError: the store does not answer; the next time goes on with what is missing.
        """
        if not is_kept(self._folder, id):
            raise NotFoundError("snapshot", id)
        here, there = self._folder / id, f"{SNAPSHOTS}/{id}"
        manifest = load_manifest(here)
        faults = size_faults(here, manifest)
        if faults:
            raise DamagedError(f"snapshot {here}: {'; '.join(faults[:5])}")
        entries = {**manifest["files"], MANIFEST: _entry(here / MANIFEST)}
        found = {file.key for file in remote.files(there)}
        if _holds(remote, f"{there}/{MANIFEST}", entries[MANIFEST], found):
            return
        progress.begin("share", size_bytes(manifest), "bytes")

        def send(name: str, sent: Callable[[int], None]) -> None:
            key, entry = f"{there}/{name}", entries[name]
            if _holds(remote, key, entry, found):
                sent(entry["size"])
            else:
                remote.put_file(key, here / name, entry["sha256"], sent)

        for_each(manifest["files"], send, progress)
        send(MANIFEST, progress.advance)
        shared = {file.key for file in remote.files(there)}
        if lost := [name for name in entries if f"{there}/{name}" not in shared]:
            raise StorageError(
                f"{remote.address}: another publisher removed {lost[0]} of {id}; try once more"
            )

    def receive(self, id: str, remote: SnapshotRemote, progress: Progress) -> None:
        """Bring a shared snapshot here, beside those that are served. Needs the sharing lock.

        It gets its name when every file has the checksum of the manifest; what came before a kill
        is not asked for again.

        Raises:
            NotFoundError: it is not there, or not whole.
            DamagedError: a file is not what its manifest says; nothing has changed here.
        """
        part, is_here = self._folder / f"{_RECEIVING}{id}", is_kept(self._folder, id)
        for left in self._folder.glob(f"{_RECEIVING}*"):
            if is_here or left != part:
                shutil.rmtree(left)
        if is_here:
            return
        part.mkdir(exist_ok=True)
        data, manifest = _fetch_manifest(id, remote)
        progress.begin("receive", size_bytes(manifest), "bytes")

        def fetch(name: str, received: Callable[[int], None]) -> None:
            entry = manifest["files"][name]
            _fetch(part / name, f"{SNAPSHOTS}/{id}/{name}", entry, remote, received)

        for_each(manifest["files"], fetch, progress)
        for name in set(file_names(part)) - set(manifest["files"]):
            (part / name).unlink()
        (part / MANIFEST).write_bytes(data)
        for path in (*part.rglob("*"), part):
            sync(path)
        with locked(self._folder / STORE_LOCK):
            part.rename(self._folder / id)
            sync(self._folder)

    def hidden(self) -> Hidden:
        """Read what no search here shows."""
        return Hidden(read_withdrawn(self._folder), read_gone(self._folder))

    def agreed(self) -> Hidden | None:
        """Read what was hidden here and there when both were last the same; None: never."""
        try:
            return parse_hidden((self._folder / AGREED).read_bytes())
        except (FileNotFoundError, DamagedError):
            return None  # as if they never had been: what either hides is hidden

    def agree(self, hidden: Hidden) -> None:
        """Keep what is hidden here and there."""
        if self.agreed() != hidden:
            replace_file(self._folder / AGREED, hidden.to_bytes())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until no other process of this home moves or follows the pointer."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with locked(self._folder / SHARING_LOCK):
            yield

    @contextmanager
    def alone_or_not(self) -> Iterator[bool]:
        """Tell whether no other process of this home does; then none does meanwhile."""
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = try_lock(self._folder / SHARING_LOCK)
        try:
            yield lock is not None
        finally:
            if lock is not None:
                os.close(lock)


def _entry(path: Path) -> Json:
    return {"size": path.stat().st_size, "sha256": file_hash(path)}


def _holds(remote: SnapshotRemote, key: str, entry: Json, found: Collection[str]) -> bool:
    """Ask only for what was listed: a first upload asks for nothing."""
    return key in found and remote.holds(key, entry["size"], entry["sha256"])


def _fetch_manifest(id: str, remote: SnapshotRemote) -> tuple[bytes, Json]:
    data = remote.get(f"{SNAPSHOTS}/{id}/{MANIFEST}")
    if not is_id(id) or not is_manifest_of(id, data):
        raise DamagedError(
            f"{remote.address}: the manifest of {id} is not the one that it is named by"
        )
    manifest: Json = json.loads(data)
    for name in manifest["files"]:
        if name.startswith("/") or ".." in name.split("/"):
            raise DamagedError(f"{remote.address}: {id} has a file called {name!r}")
    return data, manifest


def _fetch(
    path: Path, key: str, entry: Json, remote: SnapshotRemote, received: Callable[[int], None]
) -> None:
    came = path.is_file() and path.stat().st_size == entry["size"]
    if came and file_hash(path) == entry["sha256"]:
        received(entry["size"])
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if remote.get_file(key, path, received) != entry["sha256"]:
        path.unlink()
        raise DamagedError(
            f"{remote.address}/{key} is not what its manifest says (SHA-256): it is not served"
        )
