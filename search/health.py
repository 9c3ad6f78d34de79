"""Health: what a service needs before it can answer, and what it holds in memory."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.breaker import Breakers, BreakerState
from core.errors import ModelUnavailableError, VasariError
from core.ports import Snapshot, SnapshotStore
from core.spaces import say_missing
from core.types import SpaceField
from search.encoders import Encoders
from search.origins import own_indexes

ENCODER_CHECKS: Mapping[SpaceField, str] = {
    SpaceField.CATALOGUE: "text-encoder",
    SpaceField.PICTURE: "picture-encoder",
}
"""Name of what is looked at for each space."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str
    required: bool = True  # whether searches fail without it


def check_snapshot(snapshots: SnapshotStore) -> Check:
    """Look whether a snapshot is live."""
    try:
        snapshot = snapshots.current()
    except VasariError as error:
        return Check("snapshot", ok=False, detail=str(error))
    return Check("snapshot", ok=True, detail=f"{snapshot.id}, {len(snapshot)} artworks")


def check_database(ping: Callable[[], object]) -> Check:
    """Look whether the catalogue answers; searches go on without it."""
    try:
        ping()
    except VasariError as error:
        return Check("database", ok=False, detail=str(error), required=False)
    return Check("database", ok=True, detail="answers", required=False)


def check_spaces(snapshots: SnapshotStore, encoders: Encoders) -> list[Check]:
    """Look whether the live snapshot holds what the configured encoders can be compared with.

    Of each space an embedding is read: the server that may hold them has to answer. Pictures that
    another encoder embedded are as wrong as texts: nothing would be found by them.
    """
    return [_check_space(snapshots, encoders, field) for field in SpaceField]


def _check_space(snapshots: SnapshotStore, encoders: Encoders, field: SpaceField) -> Check:
    name, is_text = ENCODER_CHECKS[field], field is SpaceField.CATALOGUE
    try:
        space = encoders.space(field)
        snapshot = snapshots.current()
        spaces = snapshot.spaces
        if space.key in spaces:
            spaces[space.key].vectors_of(0)
            return Check(name, ok=True, detail=space.name)
    except ModelUnavailableError as error:  # searches by words go on without a model of pictures
        return Check(name, ok=False, detail=str(error), required=is_text)
    except VasariError as error:
        return Check(name, ok=False, detail=str(error))
    others = [index.space for index in own_indexes(snapshot)]
    if not is_text and all(other.field is not field for other in others):
        return Check(name, ok=True, detail=f"{space.name}; the snapshot has no pictures")
    return Check(name, ok=False, detail=say_missing(space, others))


def check_models(breakers: Breakers) -> list[Check]:
    """Look whether models that can fail by themselves are used; searches go on without them."""
    return [
        Check(
            report.name,
            ok=report.state is BreakerState.CLOSED,
            detail=report.reason or "answers",
            required=False,
        )
        for report in breakers.reports()
    ]


def memory_bytes(snapshot: Snapshot, encoders: Encoders) -> int:
    """Add up what models and indexes take, files that are mapped included."""
    indexes = sum(index.memory_bytes() for index in snapshot.spaces.values())
    text, picture = encoders.text, encoders.picture
    both = text.memory_bytes() + picture.memory_bytes()
    return indexes + (both if text is not picture else text.memory_bytes())
