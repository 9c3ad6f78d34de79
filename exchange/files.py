"""A file that is there whole, or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.atomic_files import beside, sync
from core.errors import InputError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a name to write to; the file takes its place when all went well.

    Raises:
        InputError: it cannot be written there.
    """
    try:
        with beside(path) as prepared:
            yield prepared
            sync(prepared)
            prepared.replace(path)
        sync(path.parent)
    except OSError as error:
        raise InputError("file", f"{path} cannot be written: {error.strerror or error}") from error
