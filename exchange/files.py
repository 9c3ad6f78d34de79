"""A file that is there whole, or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from core.errors import InputError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a name to write to; the file takes its place when all went well.

    Raises:
        InputError: it cannot be written there.
    """
    prepared = path.with_name(f".{path.name}.{uuid4().hex[:12]}.tmp")
    try:
        yield prepared
        _sync(prepared)
        prepared.replace(path)
        _sync(path.parent)
    except OSError as error:
        raise InputError("file", f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        prepared.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
