"""Shards: fixed lists of contents of one space, each embedded as a whole or not at all."""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TypeAlias

import numpy as np

from core.spaces import Space
from core.types import Matrix

Content: TypeAlias = tuple[str, str]
"""A content's hash, and what to encode: a text, or the artwork whose picture it is."""

Part: TypeAlias = tuple[Content, ...]
"""Contents of a shard that an encoder is given together."""

_SORTED = 8  # shards whose contents are sorted together: bounds how many texts are in memory


@dataclass(frozen=True)
class Shard:
    """Contents of one space, ascending by hash; small, and fit to be sent to other machines."""

    space: Space
    contents: tuple[Content, ...]

    @cached_property
    def id(self) -> str:
        """Name that only these contents of this space have."""
        listed = "\n".join(content_hash for content_hash, _ in self.contents)
        return f"{self.space.key}-{hashlib.sha256(listed.encode()).hexdigest()[:16]}"

    def __len__(self) -> int:
        """Count its contents."""
        return len(self.contents)


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """Vectors of the contents that could be encoded, and why the others could not."""

    hashes: list[str]
    vectors: Matrix
    faults: list[str]


def plan_shards(
    space: Space, listed: Iterable[Content], missing: Collection[str], size: int
) -> Iterator[Shard]:
    """Put each missing content into one shard, whatever else is listed and however often."""
    left = set(missing)
    first_seen = _only(listed, left)
    while window := list(islice(first_seen, size * _SORTED)):
        window.sort()
        for start in range(0, len(window), size):
            yield Shard(space, tuple(window[start : start + size]))


def parts_of(shard: Shard, size: int) -> list[Part]:
    """Cut a shard into parts of so many contents; the last may be smaller."""
    return [shard.contents[start : start + size] for start in range(0, len(shard), size)]


def joined(parts: Iterable[Encoded], dim: int) -> Encoded:
    """Put what was encoded of a shard's parts together; rows that are no vectors are faults."""
    listed = list(parts)
    hashes = [content_hash for part in listed for content_hash in part.hashes]
    vectors = np.concatenate([np.empty((0, dim), np.float32), *(part.vectors for part in listed)])
    is_sound = np.isfinite(vectors).all(axis=1)
    faults = [fault for part in listed for fault in part.faults]
    faults += [
        f"content {content_hash[:12]}: the encoder gave numbers that are not finite"
        for content_hash, sound in zip(hashes, is_sound, strict=True)
        if not sound
    ]
    kept = [content_hash for content_hash, sound in zip(hashes, is_sound, strict=True) if sound]
    return Encoded(kept, vectors[is_sound], faults)


def _only(listed: Iterable[Content], left: set[str]) -> Iterator[Content]:
    for content_hash, what in listed:
        if content_hash in left:
            left.discard(content_hash)
            yield content_hash, what
