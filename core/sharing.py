"""Snapshots that several installations serve: what is live for all of them, and what none shows."""

import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime

from core.errors import ConflictError, DamagedError, VasariError
from core.types import Json

_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")  # of a snapshot: it becomes the name of a folder
_HASH = re.compile(r"[0-9a-f]{64}")
SNAPSHOTS = "snapshots"
HIDDEN = "hidden"
MANIFEST = "manifest.json"  # of a shared snapshot: there last, and first to go


class ReplicaError(ConflictError):
    """A replica serves what others publish; nothing is built, published or withdrawn there."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"this installation is a replica of {address}: build, publish, roll back, withdraw and "
            "ingest where that is published from"
        )


class PublishedElsewhereError(ConflictError):
    """Another publisher made another snapshot live; nothing was changed."""

    def __init__(self, address: str, live: str | None, wanted: str) -> None:
        self.live = live
        super().__init__(
            f"{address}: another publisher made {live or 'no snapshot'} live meanwhile: {wanted} "
            "was not made live, there or here: run `vasari index pull` to serve here what is live "
            f"there, then `vasari index publish {wanted}` if it is still wanted"
        )


class PointerMovedError(VasariError):
    """The shared pointer is not the one that was read any more."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Ids of the artworks that no search shows: withdrawn by people, or gone from their source."""

    withdrawn: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()

    def union(self, other: "Hidden") -> "Hidden":
        """Hide what either hides."""
        return Hidden(self.withdrawn | other.withdrawn, self.gone | other.gone)

    def to_bytes(self) -> bytes:
        """Write it as JSON, the same for equal ids."""
        return json.dumps({"withdrawn": sorted(self.withdrawn), "gone": sorted(self.gone)}).encode()


@dataclass(frozen=True, slots=True)
class SharedPointer:
    """What is live for all, and what is hidden with it: moved together, in one step."""

    live: str
    previous: str | None = None
    hidden: str | None = None  # SHA-256 of the list; None: nothing has ever been hidden
    moved_at: str = ""
    token: str = ""  # of the move, by which who made it knows it again

    def to_bytes(self) -> bytes:
        """Write it as JSON."""
        return json.dumps(asdict(self)).encode()


@dataclass(frozen=True, slots=True)
class SeenPointer:
    """The pointer as it was read; the tag is another after each move."""

    pointer: SharedPointer
    tag: str


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file that is shared: its key, and when it came."""

    key: str
    size_bytes: int
    changed_at: datetime


def parse_pointer(data: bytes, address: str) -> SharedPointer:
    """Read a pointer. Raises DamagedError."""
    try:
        pointer = SharedPointer(**json.loads(data))
        ids = [pointer.live, *([pointer.previous] if pointer.previous else [])]
        is_whole = all(map(_ID.fullmatch, ids))
        is_whole = is_whole and (pointer.hidden is None or bool(_HASH.fullmatch(pointer.hidden)))
    except (ValueError, TypeError):
        is_whole = False
    if not is_whole:
        raise DamagedError(
            f"{address}/CURRENT does not name a snapshot: delete it, then run `vasari index push` "
            "where the snapshots are published from"
        )
    return pointer


def parse_hidden(data: bytes) -> Hidden:
    """Read a list of what is hidden. Raises DamagedError."""
    try:
        lists: Json = json.loads(data)
        withdrawn, gone = lists["withdrawn"], lists["gone"]
    except (ValueError, TypeError, KeyError):
        withdrawn = gone = None
    for ids in (withdrawn, gone):
        if not isinstance(ids, list) or not all(isinstance(id, str) for id in ids):
            raise DamagedError("a shared list of withdrawn artworks is not two lists of ids")
    return Hidden(frozenset(withdrawn), frozenset(gone))


def merge_hidden(there: Hidden, agreed: Hidden | None, here: Hidden) -> Hidden:
    """Bring what was hidden and shown here since both agreed to what is hidden there.

    Where they never agreed, what either hides is hidden: to show too little is the lesser fault.
    """
    if agreed is None:
        return there.union(here)
    return Hidden(
        _merge(there.withdrawn, agreed.withdrawn, here.withdrawn),
        _merge(there.gone, agreed.gone, here.gone),
    )


def _merge(there: frozenset[str], agreed: frozenset[str], here: frozenset[str]) -> frozenset[str]:
    return (there | (here - agreed)) - (agreed - here)
