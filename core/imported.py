"""Vectors that others have published: each import is a space of its own, tied to artworks."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from core.spaces import Space

_IMPORT_DIGITS = 16


@dataclass(frozen=True, slots=True)
class ImportedSpace:
    """One space whose embeddings came from a file."""

    space: Space
    name: str  # for people
    import_id: str  # sixteen hex digits
    vectors: int
    imported_at: datetime
    licence: str | None = None
    source_uri: str | None = None
    created: date | None = None  # when the vectors were made, as the file says


def import_id(vectors_hash: str, owners_hash: str) -> str:
    """Name an import by its vectors and whose they are: the same file is the same import."""
    return hashlib.sha256(f"{vectors_hash} {owners_hash}".encode()).hexdigest()[:_IMPORT_DIGITS]


def imported_content(import_id: str, artwork_id: str, place: int) -> str:
    """Name an imported vector in the place of a content hash: what was embedded is not here.

    Vectors of one artwork have the places 0, 1, 2, … without a gap.
    """
    named = hashlib.sha256(f"{place} {artwork_id}".encode()).hexdigest()
    return f"{import_id}{named[_IMPORT_DIGITS:]}"
