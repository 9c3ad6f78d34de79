"""What a keeper is told of the snapshots of a folder, from manifests and the history."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from core.errors import DamagedError
from core.snapshots import SnapshotFacts, SpaceFacts
from core.types import Json
from index.snapshots.history import History, read_history
from index.snapshots.kept import kept_ids, read_entry
from index.snapshots.manifest import load_manifest
from index.snapshots.pointer import Pointer
from index.snapshots.use import is_in_use


def read_facts(store: Path, pointer: Pointer | None, pin_minutes: float) -> list[SnapshotFacts]:
    """Describe the snapshots that are kept, newest first; one that is damaged is left out."""
    history, facts = read_history(store), []
    for id in kept_ids(store):
        with suppress(DamagedError):  # `verify` says what is wrong with it
            facts.append(_facts(store, id, pointer, history, pin_minutes))
    return facts


def _facts(
    store: Path, id: str, pointer: Pointer | None, history: History, pin_minutes: float
) -> SnapshotFacts:
    pinned = history.pinned_until(id, pin_minutes)
    return SnapshotFacts(
        entry=read_entry(store, id, pointer),
        spaces=tuple(_space(key, card) for key, card in _cards(store / id).items()),
        live=history.of(id),
        pinned_until=pinned if pinned and pinned > datetime.now(UTC) else None,
        is_in_use=is_in_use(store / id),
        checked=history.checked.get(id),
    )


def _cards(folder: Path) -> Json:
    cards: Json = load_manifest(folder)["spaces"]
    return cards


def _space(key: str, card: Json) -> SpaceFacts:
    return SpaceFacts(
        key=key,
        name=card["name"],
        encoder=card["space"]["encoder"],
        vectors=card["vectors"],
        artworks=card["artworks"],
        index=card["index"],
        ways=tuple(card.get("costs") or ()),
        calibration=card.get("calibration"),
    )
