"""The file `withdrawn.json`: artworks that no search shows, whatever snapshot it runs on."""

import json
from collections.abc import Iterable
from pathlib import Path

from core.errors import DamagedError
from index.files.disk import replace_file

WITHDRAWN = "withdrawn.json"


def read_withdrawn(store: Path) -> frozenset[str]:
    """Read the ids of withdrawn artworks; there are none without the file.

    Raises:
        DamagedError: it does not hold ids of artworks; the text says the remedy.
    """
    path = store / WITHDRAWN
    try:
        ids = json.loads(path.read_bytes())
    except FileNotFoundError:
        return frozenset()
    except ValueError:
        ids = None
    # To go on without it would show what was withdrawn.
    if not isinstance(ids, list) or not all(isinstance(id, str) for id in ids):
        raise DamagedError(
            f"{path} is not a JSON list of artwork ids: write it anew, or delete it if every "
            "artwork may be shown"
        )
    return frozenset(ids)


def write_withdrawn(store: Path, ids: Iterable[str]) -> None:
    """Replace the file in one atomic step."""
    replace_file(store / WITHDRAWN, json.dumps(sorted(ids), indent=0).encode())
