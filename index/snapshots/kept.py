"""The snapshots that are kept in a folder, without opening them."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from core.records import SnapshotEntry
from index.snapshots.manifest import MANIFEST, built_at, is_id, load_manifest, size_bytes
from index.snapshots.pointer import Pointer


def kept_ids(store: Path) -> list[str]:
    """List the ids of the snapshots, newest first."""
    if not store.is_dir():
        return []
    kept = (p for p in store.iterdir() if is_id(p.name))
    return [p.name for p in sorted(kept, key=_age, reverse=True)]


def is_kept(store: Path, id: str) -> bool:
    """Tell whether a snapshot is there; any text may be asked for."""
    return is_id(id) and (store / id).is_dir()


def read_entry(store: Path, id: str, pointer: Pointer | None) -> SnapshotEntry:
    """Describe a snapshot by its manifest. Raises DamagedError."""
    manifest = load_manifest(store / id)
    return SnapshotEntry(
        id=id,
        built_at=built_at(id),
        artworks=manifest["counts"]["artworks"],
        size_bytes=size_bytes(manifest),
        is_live=pointer is not None and pointer.live == id,
        is_previous=pointer is not None and pointer.previous == id,
        spaces=tuple(card["name"] for card in manifest["spaces"].values()),
    )


def _age(folder: Path) -> tuple[datetime, int]:
    """Order snapshots by their time, and those of one second as they were written."""
    with suppress(FileNotFoundError):  # damage: it is listed by its time alone
        return built_at(folder.name), (folder / MANIFEST).stat().st_mtime_ns
    return built_at(folder.name), 0
