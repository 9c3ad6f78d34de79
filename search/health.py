"""Health: what a service needs before it can answer, and what it holds in memory."""

from collections.abc import Callable
from dataclasses import dataclass

from core.breaker import Breakers, BreakerState
from core.errors import VasariError
from core.ports import Snapshot, SnapshotStore
from core.spaces import say_missing
from core.types import SpaceField
from search.encoders import Encoders


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


def check_spaces(snapshots: SnapshotStore, encoders: Encoders) -> Check:
    """Look whether the live snapshot holds embeddings of the configured text encoder.

    One of them is read: the server that may hold them has to answer.
    """
    try:
        snapshot = snapshots.current()
        space = encoders.space(SpaceField.CATALOGUE)
        if space.key in snapshot.spaces:
            snapshot.spaces[space.key].vectors_of(0)
            return Check("encoders", ok=True, detail=space.name)
    except VasariError as error:
        return Check("encoders", ok=False, detail=str(error))
    return Check(
        "encoders",
        ok=False,
        detail=say_missing(space, (index.space for index in snapshot.spaces.values())),
    )


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
