"""Files of a source: identified by content, and never read outside its folder."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from core.errors import SourceError

_CHUNK = 1 << 20


def fingerprint(parts: Iterable[tuple[str, Path | bytes]]) -> str:
    """Identify named files and texts by content: SHA-256 over names, lengths and bytes.

    Raises:
        SourceError: one of the files cannot be read.
    """
    total = hashlib.sha256()
    for name, part in parts:
        try:
            digest = _digest(part)
        except OSError as error:
            raise SourceError(f"{part!s} cannot be read: {error.strerror or error}") from error
        total.update(f"{len(os.fsencode(name))}:".encode() + os.fsencode(name) + digest)
    return total.hexdigest()


def read_inside(root: Path, path: str) -> bytes:
    """Read a file of a folder.

    Raises:
        SourceError: it is not there, or its path or a link leads out of the folder.
    """
    try:
        found = (root / path).resolve(strict=True)
        if not found.is_relative_to(root.resolve()):
            raise SourceError(f"{path} leads out of the folder")
        return found.read_bytes()
    except (OSError, ValueError, RuntimeError) as error:  # odd names; links in a circle
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise SourceError(f"{path} cannot be read: {reason}") from error


def _digest(part: Path | bytes) -> bytes:
    if isinstance(part, bytes):
        return hashlib.sha256(part).digest()
    with part.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
