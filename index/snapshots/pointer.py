"""The pointer file `CURRENT`: its content alone says which snapshot is live."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from core.errors import DamagedError
from index.files.disk import replace_file
from index.snapshots.manifest import is_id

CURRENT = "CURRENT"


@dataclass(frozen=True, slots=True)
class Pointer:
    """The live snapshot, and the one that was live before it."""

    live: str
    previous: str | None = None


def read_pointer(store: Path) -> Pointer | None:
    """Read the pointer; None before the first publish.

    Raises:
        DamagedError: it does not hold ids of snapshots; the text says the remedy.
    """
    path = store / CURRENT
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        pointer = Pointer(**json.loads(data))
        ids = [pointer.live, *([pointer.previous] if pointer.previous else [])]
        is_whole = all(map(is_id, ids))
    except (ValueError, TypeError):
        is_whole = False
    if not is_whole:
        raise DamagedError(
            f"{path} does not name a snapshot: run `vasari index list`, then "
            "`vasari index publish` with the id of one"
        )
    return pointer


def write_pointer(store: Path, pointer: Pointer) -> None:
    """Replace the pointer in one atomic step."""
    replace_file(store / CURRENT, json.dumps(asdict(pointer)).encode())
