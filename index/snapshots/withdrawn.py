"""What no search shows, whatever snapshot it runs on: withdrawn by people, or gone by itself."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

from core.errors import DamagedError
from index.files.disk import replace_file

WITHDRAWN = "withdrawn.json"
GONE = "gone.json"

Stamp: TypeAlias = tuple[int, int, int]
"""Inode, time and size of a file: a replace changes the inode."""


def read_withdrawn(store: Path) -> frozenset[str]:
    """Read the ids of withdrawn artworks; there are none without the file.

    Raises:
        DamagedError: it does not hold ids of artworks; the text says the remedy.
    """
    return _read(store / WITHDRAWN, "write it anew, or delete it if every artwork may be shown")


def read_gone(store: Path) -> frozenset[str]:
    """Read the ids of artworks that their sources lost. Raises DamagedError."""
    return _read(store / GONE, "delete it; the next `vasari ingest` writes it anew")


def read_hidden(store: Path) -> frozenset[str]:
    """Read the ids of all artworks that no search shows. Raises DamagedError."""
    return read_withdrawn(store) | read_gone(store)


def write_withdrawn(store: Path, ids: Iterable[str]) -> None:
    """Replace the file in one atomic step."""
    _write(store / WITHDRAWN, ids)


def write_gone(store: Path, ids: Iterable[str]) -> None:
    """Replace the file in one atomic step."""
    _write(store / GONE, ids)


def hidden_stamp(store: Path) -> tuple[Stamp | None, Stamp | None]:
    """Tell whether one of the two files is another than before."""
    return stamp(store / WITHDRAWN), stamp(store / GONE)


def stamp(path: Path) -> Stamp | None:
    """Tell a file from the one that replaces it; None where there is none."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def _read(path: Path, remedy: str) -> frozenset[str]:
    try:
        ids = json.loads(path.read_bytes())
    except FileNotFoundError:
        return frozenset()
    except ValueError:
        ids = None
    # To go on without it would show what was withdrawn.
    if not isinstance(ids, list) or not all(isinstance(id, str) for id in ids):
        raise DamagedError(f"{path} is not a JSON list of artwork ids: {remedy}")
    return frozenset(ids)


def _write(path: Path, ids: Iterable[str]) -> None:
    replace_file(path, json.dumps(sorted(ids), indent=0).encode())
