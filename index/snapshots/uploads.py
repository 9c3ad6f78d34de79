"""The file `qdrant.json`: the Qdrant collections that this installation made and did not drop.

It is written before a collection is made, so that one whose build was killed, or which could not
be dropped, is found again; and it keeps the hands of this installation off all others.
"""

import json
import logging
from pathlib import Path

from core.errors import DamagedError, VasariError
from core.types import Json
from index.files.disk import replace_file
from index.qdrant.collections import QdrantCollections
from index.qdrant.upload import QDRANT
from index.snapshots.kept import kept_ids
from index.snapshots.manifest import load_manifest

UPLOADS = "qdrant.json"
_log = logging.getLogger(__name__)


def note_upload(store: Path, collection: str) -> None:
    """Remember a collection that is about to be made. Needs the store's lock."""
    before = read_uploads(store)
    _replace_uploads(store, before, before | {collection})


def read_uploads(store: Path) -> frozenset[str]:
    """Read the names of the collections; there are none without the file. Raises DamagedError."""
    path = store / UPLOADS
    try:
        names = json.loads(path.read_bytes())
    except FileNotFoundError:
        return frozenset()
    except ValueError:
        names = None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise DamagedError(
            f"{path} is not a JSON list of Qdrant collections: delete it, and drop in Qdrant "
            "what `vasari index show` does not name"
        )
    return frozenset(names)


def qdrant_cards(manifest: Json) -> dict[str, Json]:
    """Pick the spaces of a snapshot whose vectors lie in Qdrant, by space key."""
    return {key: card for key, card in manifest["spaces"].items() if card["index"] == QDRANT}


def drop_unused(store: Path, qdrant: QdrantCollections, live: str | None) -> None:
    """Drop the collections that no kept snapshot names. Needs the lock, and that nothing is built.

    What fails is logged, and tried again the next time.
    """
    try:
        cards = {id: qdrant_cards(load_manifest(store / id)) for id in kept_ids(store)}
        needed = {card["collection"] for spaces in cards.values() for card in spaces.values()}
        made = read_uploads(store)
        unused = made - needed
        gone = qdrant.drop(unused, live_spaces=cards.get(live or "", {})) if unused else []
        # Those needed are there already, unless the file was deleted.
        _replace_uploads(store, made, (made | needed).difference(gone))
    except VasariError as error:
        _log.warning("Qdrant collections that nothing uses are still there: %s", error)


def _replace_uploads(store: Path, before: frozenset[str], after: frozenset[str]) -> None:
    if after != before:
        replace_file(store / UPLOADS, json.dumps(sorted(after), indent=0).encode())
