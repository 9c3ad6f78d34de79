"""Which part of a key was new, told from the keys that were asked for lately."""

import hashlib
from collections import OrderedDict
from threading import Lock
from typing import TypeAlias

from core.cache import EXPIRED, INPUTS, CacheKey

_ANCHORS = 4096  # different inputs; a kilobyte or two each at most
_LATEST = 8  # keys of one input: its pages, and some snapshots
_Parts: TypeAlias = tuple[tuple[str, bytes], ...]  # name, hash of the text


class SeenParts:
    """Remembers the parts of the latest keys. Safe among threads."""

    def __init__(self, anchors: int = _ANCHORS) -> None:
        self._most = anchors
        self._lock = Lock()
        self._seen: OrderedDict[str, list[_Parts]] = OrderedDict()

    def note(self, key: CacheKey) -> None:
        """Remember a key."""
        anchor, parts = _anchor(key), _hashed(key)
        with self._lock:
            latest = [seen for seen in self._seen.get(anchor, ()) if seen != parts]
            self._seen[anchor] = [parts, *latest][:_LATEST]
            self._seen.move_to_end(anchor)
            while len(self._seen) > self._most:
                self._seen.popitem(last=False)

    def what_is_new(self, key: CacheKey) -> tuple[str, ...]:
        """Name the parts in which a key differs from the nearest one that is remembered."""
        parts = _hashed(key)
        with self._lock:
            seen = list(self._seen.get(_anchor(key), ()))
        if not seen:
            return (INPUTS,)
        nearest = min((_differing(parts, one) for one in seen), key=len)
        return nearest or (EXPIRED,)


def _anchor(key: CacheKey) -> str:
    """Identify what was asked for, and of which retriever, whatever its version."""
    inputs = dict(key.parts).get(INPUTS, key.digest)
    retriever = (key.retriever or "").partition("@")[0]
    return f"{key.kind}\0{retriever}\0{_hash(inputs).hex()}"


def _hashed(key: CacheKey) -> _Parts:
    return tuple((name, _hash(text)) for name, text in key.parts)


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest()


def _differing(one: _Parts, other: _Parts) -> tuple[str, ...]:
    before = dict(other)
    changed = [name for name, hashed in one if before.get(name) != hashed]
    return (*changed, *(name for name in before if name not in dict(one)))
