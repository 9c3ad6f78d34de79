"""What identifies artworks, artists, terms and statements of rights by content."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import fields
from functools import lru_cache
from operator import attrgetter
from typing import Any

from core.errors import InputError
from core.types import Artist, Artwork, Contribution, Image, Rights

# Of an image, means something at ingest alone; of rights, is no part of what was read.
_NOT_KEPT = {"path", "read_at"}
# Came later: where they say nothing, hashes stay what they were, and no artwork counts as changed.
_LATER = ("part_of", "other_titles", "identifiers", "extra", "view", "max_pixels")


def _values_of(kind: type) -> Callable[[Any], Any]:
    names = [f.name for f in fields(kind) if f.compare and f.name not in _NOT_KEPT]
    first = attrgetter(*(name for name in names if name not in _LATER))
    later = [name for name in names if name in _LATER]
    if not later:
        return first
    return lambda one: (*first(one), *((n, v) for n in later if (v := getattr(one, n))))


_VALUES_OF = {kind: _values_of(kind) for kind in (Artwork, Contribution, Artist, Image, Rights)}
_canonical = json.JSONEncoder(
    default=lambda value: _VALUES_OF[type(value)](value),
    ensure_ascii=False,
    separators=(",", ":"),
).encode
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # as JSON writes it; "\\u0000" is six letters


def artwork_hash(artwork: Artwork) -> str:
    """Identify all that is kept of an artwork, its artists, terms and images included.

    Raises:
        InputError: names the artwork that no database could keep, and why.
    """
    try:
        text = _canonical(artwork)
        if "\\u0000" in text and _NUL.search(text):
            raise InputError(artwork.id, "a text holds the character NUL")
        return hashlib.sha256(text.encode()).hexdigest()
    except UnicodeEncodeError as error:
        raise InputError(artwork.id, f"a text is not Unicode: {error.reason}") from error


@lru_cache(maxsize=65536)  # a batch names the same artists, subjects and rights over and over
def content_hash(value: Artist | Rights | tuple[str, str]) -> str:
    """Identify an artist, a statement of rights, or a term by its kind and value."""
    return hashlib.sha256(_canonical(value).encode()).hexdigest()
