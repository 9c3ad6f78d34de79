"""Files that are there whole or not at all, through a kill and a crash of the machine."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4


def sync(path: Path) -> None:
    """Force a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Give a name beside a file, `.NAME.….tmp`, to prepare it under; what is left of it goes."""
    # Threads and processes may write the same file at once: each prepares one of its own.
    prepared = path.with_name(f".{path.name}.{uuid4().hex[:12]}.tmp")
    try:
        yield prepared
    finally:
        prepared.unlink(missing_ok=True)


def replace_file(path: Path, data: bytes) -> None:
    """Replace a file in one step: a reader, or a kill, sees the old or the new one whole."""
    with beside(path) as prepared:
        prepared.write_bytes(data)
        sync(prepared)
        prepared.replace(path)
    sync(path.parent)
