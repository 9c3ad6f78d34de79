"""Which part of a key was new, told from the keys that were asked for lately."""

from collections import OrderedDict
from threading import Lock
from typing import TypeAlias

from core.cache import EXPIRED, INPUTS, CacheKey

_ANCHORS = 4096  # different inputs; a kilobyte or two each at most
_LATEST = 8  # keys of one input: its pages, and some snapshots
_Parts: TypeAlias = tuple[tuple[str, int], ...]  # name, Python's hash of the text
_Anchor: TypeAlias = tuple[str, str, int]  # kind, retriever, hash of the inputs


class SeenParts:
    """Remembers the parts of the latest keys. Safe among threads."""

    def __init__(self, anchors: int = _ANCHORS) -> None:
        self._most = anchors
        self._lock = Lock()
        self._seen: OrderedDict[_Anchor, list[_Parts]] = OrderedDict()

    def note(self, key: CacheKey) -> tuple[str, ...]:
        """Remember a key; name the parts in which it differs from the nearest one before."""
        parts = tuple((name, hash(text)) for name, text in key.parts)
        anchor = _anchor(key)
        with self._lock:
            seen = self._seen.get(anchor, [])
            self._seen[anchor] = [parts, *(one for one in seen if one != parts)][:_LATEST]
            self._seen.move_to_end(anchor)
            if len(self._seen) > self._most:
                self._seen.popitem(last=False)
        if not seen:
            return (INPUTS,)
        return min((_differing(parts, one) for one in seen), key=len) or (EXPIRED,)


def _anchor(key: CacheKey) -> _Anchor:
    """Identify what was asked for, and of which retriever, whatever its version."""
    inputs = dict(key.parts).get(INPUTS, key.digest)
    return key.kind, (key.retriever or "").partition("@")[0], hash(inputs)


def _differing(one: _Parts, other: _Parts) -> tuple[str, ...]:
    now, before = dict(one), dict(other)
    changed = [name for name, hashed in one if before.get(name) != hashed]
    return (*changed, *(name for name in before if name not in now))
