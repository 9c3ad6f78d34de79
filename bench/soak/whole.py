"""Whether a home is whole after kills: one live snapshot, all in it, nothing left over."""

import os
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from core.locks import try_lock
from search.build import Services

KEEP = 3  # snapshots
PIN = timedelta(minutes=1)  # that one is kept after it was live
LATE = timedelta(seconds=20)  # from a snapshot's time to its publishing, at the most
OLD_S = 7200.0  # older than what the product takes for left over
_UNFINISHED = ("queued", "running")
_OF_SNAPSHOTS = "snapshots"
_LOCKS = (Path("work") / "build.lock", Path(_OF_SNAPSHOTS) / ".lock")
_TEMPORARY = re.compile(r"\.tmp$|^\.building-|^\.deleting-")


def age_leftovers(home: Path) -> None:
    """Make every file that a kill left so old that the next build has to clear it."""
    old = time.time() - OLD_S
    for path in leftovers(home):
        os.utime(path, (old, old))


def leftovers(home: Path) -> list[Path]:
    """List what is there only while something is written, and finished shards of embeddings."""
    in_work = (path for path in (home / "work").rglob("*") if path.is_file())
    shards = [path for path in in_work if path.suffix in (".tmp", ".shard")]
    beside = [path for path in (home / _OF_SNAPSHOTS).iterdir() if _TEMPORARY.search(path.name)]
    return sorted([*shards, *beside, *home.glob(".*.tmp")])


def faults(
    services: Services, listed: Sequence[dict[str, Any]], usual: Counter[str]
) -> Iterator[str]:
    """Name all that is wrong with a home at rest, whose latest job has just succeeded.

    Give it what the service lists as snapshots, and the files of a home that was never killed.
    """
    home = services.settings.home
    yield from _live_faults(services, listed)
    yield from _kept_faults(home / _OF_SNAPSHOTS, listed)
    yield from (f"left over: {_pattern(path.name)}" for path in leftovers(home))
    yield from (f"held: {lock.name}" for lock in _LOCKS if not _is_free(home / lock))
    unfinished = _read(home, "select count(*) from jobs where state in (?, ?)", _UNFINISHED)
    if unfinished != [(0,)]:
        yield "a job is unfinished"
    yield from (f"more files: {name}" for name in files(home) - usual)


def files(home: Path) -> Counter[str]:
    """Count the files of a home by their kind; those of snapshots and databases are left out."""
    paths = (path for path in home.rglob("*") if path.is_file())
    names = (path.relative_to(home).as_posix() for path in paths)
    return Counter(
        _pattern(name)
        for name in names
        if not name.startswith("vasari.db") and not re.match(rf"{_OF_SNAPSHOTS}/\d", name)
    )


def _live_faults(services: Services, listed: Sequence[dict[str, Any]]) -> Iterator[str]:
    live = [entry["id"] for entry in listed if entry["is_live"]]
    if len(live) != 1:
        yield f"{len(live)} live snapshots"
        return
    if services.snapshots.current().id != live[0]:
        yield "another snapshot is live on disk than in the service"
    rows = _read(services.settings.home, "select id from snapshots where is_live")
    if rows != [(live[0],)]:
        yield "another snapshot is live in the database than on disk"
    for entry in listed:
        yield from (f"verify: {fault}" for fault in services.snapshots.verify(entry["id"]))
    yield from _content_faults(services)


def _content_faults(services: Services) -> Iterator[str]:
    """Compare the live snapshot with the catalogue: ids, titles, count."""
    snapshot = services.snapshots.current()
    numbers = np.arange(len(snapshot), dtype=np.int32)
    shown = {card["id"]: card["title"] for card in snapshot.cards(numbers)}
    kept = {artwork.id: artwork.title for artwork in services.catalogue.scan()}
    if len(shown) != len(snapshot) or shown.keys() != kept.keys():
        yield f"{len(shown)} artworks are live, {len(kept)} in the catalogue"
    elif shown != kept:
        yield "a live title is not the catalogue's"
    entries = {one.id: one.artworks for one in services.snapshots.entries()}
    if entries.get(snapshot.id) != len(kept):
        yield "the manifest's count is not the catalogue's"


def _kept_faults(snapshots: Path, listed: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Find snapshots that the policy does not keep; the newest was built a moment ago."""
    built = [datetime.fromisoformat(entry["built_at"]) for entry in listed]
    for i, entry in enumerate(listed[KEEP:], KEEP):
        is_needed = entry["is_live"] or entry["is_previous"]
        # It was live no longer than until the next one was published, if it ever was.
        is_past = built[i - 1] + LATE + PIN < built[0]
        # Whoever has one open holds its manifest.
        if not is_needed and is_past and _is_free(snapshots / entry["id"] / "manifest.json"):
            yield "a snapshot is kept beyond the policy"


def _is_free(path: Path) -> bool:
    if not path.exists():
        return True
    lock = try_lock(path)
    if lock is not None:
        os.close(lock)
    return lock is not None


def _pattern(name: str) -> str:
    return re.sub(r"[0-9a-f]{8,}|\d+", "#", name)


def _read(home: Path, sql: str, values: Sequence[str] = ()) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(home / "vasari.db")) as connection:
        return connection.execute(sql, values).fetchall()
