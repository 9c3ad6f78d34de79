"""What stands in Redis: names that carry the labels of a key, values that can be told from others.

A value begins with a mark, how long it is kept (ms, 8 bytes, big-endian) and a checksum of all that
and of its name, so that a damaged value, or one under a wrong name, is none.
"""

import hashlib
import struct
from dataclasses import dataclass
from urllib.parse import quote, unquote

from core.cache import CacheKey, CacheKind, is_labelled

SCHEMA = 1  # of names and values; another version has other names
PREFIX = f"vasari:{SCHEMA}:"
_MARK = b"VSC1"
_HEADER = struct.Struct(">4sQ16s")


def write_name(key: CacheKey) -> str:
    """Name a value: `vasari:1:kind:retriever:snapshot:digest`."""
    labels = (quote(label or "", safe="@") for label in (key.retriever, key.snapshot))
    return PREFIX + ":".join((key.kind.value, *labels, key.digest))


def write_value(name: str, value: bytes, ttl_ms: int) -> bytes:
    """Put the header before a value."""
    return _HEADER.pack(_MARK, ttl_ms, _checksum(name, value, ttl_ms)) + value


def read_value(name: str, data: bytes) -> tuple[bytes, int] | None:
    """Read a value and how many milliseconds it is kept; None if it is damaged or not ours."""
    if len(data) < _HEADER.size:
        return None
    mark, ttl_ms, checksum = _HEADER.unpack_from(data)
    value = data[_HEADER.size :]
    if mark != _MARK or checksum != _checksum(name, value, ttl_ms):
        return None
    return value, ttl_ms


def _checksum(name: str, value: bytes, ttl_ms: int) -> bytes:
    found = hashlib.blake2b(f"{name}:{ttl_ms}:{len(value)}:".encode(), digest_size=16)
    found.update(value)
    return found.digest()


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which names are meant, by their kind and labels."""

    kind: CacheKind | None = None
    retriever: str | None = None
    snapshot: str | None = None

    @property
    def pattern(self) -> str:
        """Pattern of SCAN that finds these and, as for labels, others."""
        return f"{PREFIX}{self.kind.value if self.kind else '*'}:*"

    def has(self, name: bytes) -> bool:
        """Tell whether a name is meant."""
        parts = name.decode(errors="replace").removeprefix(PREFIX).split(":")
        if len(parts) != 4:  # kind, retriever, snapshot, digest
            return False
        retriever, snapshot = (unquote(part) or None for part in parts[1:3])
        return is_labelled(retriever, self.retriever) and is_labelled(snapshot, self.snapshot)
