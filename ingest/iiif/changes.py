"""IIIF Change Discovery 1.0: what has changed since the last time, from a stream of activities.

https://iiif.io/api/discovery/1.0/, the algorithm of its section 3.5, with its names.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from core.types import Json
from ingest.iiif.resources import identity, is_manifest, kind_of, listed

_MOST_PAGES = 1_000_000


class ActivityType(StrEnum):
    """What an activity may be; others are passed over."""

    CREATE = "Create"
    UPDATE = "Update"
    DELETE = "Delete"
    MOVE = "Move"
    ADD = "Add"
    REMOVE = "Remove"
    REFRESH = "Refresh"


@dataclass(frozen=True, slots=True)
class Changes:
    """What a stream says, newest first; a manifest is in one of the two."""

    changed: tuple[str, ...]
    removed: frozenset[str]
    newest: str | None  # endTime of the newest activity; None where none has one


def is_stream(document: Mapping[str, object]) -> bool:
    """Tell whether a document is the entry of a stream of activities."""
    return kind_of(document) == "OrderedCollection"


def read_changes(stream: Json, read: Callable[[str], Json], since: str | None) -> Changes:
    """Read a stream backwards, to the last change that was taken.

    Args:
        stream: the OrderedCollection.
        read: reads a page by its address.
        since: endTime of the newest activity of the last time; None: read all.
    """
    reading = _Reading(identity(stream), _time(since))
    newest: tuple[datetime, str] | None = None
    for activity in _backwards(stream, read):
        ended = activity.get("endTime")
        at = _time(ended)
        if at is not None and isinstance(ended, str) and (newest is None or at > newest[0]):
            newest = at, ended
        if reading.is_over(activity, at):
            break
        reading.take(activity)
    return Changes(
        tuple(reading.changed), frozenset(reading.removed), newest[1] if newest else since
    )


@dataclass(slots=True)
class _Reading:
    """How far a stream was read."""

    stream: str | None
    since: datetime | None
    only_delete: bool = False
    processed: set[str] = field(default_factory=set)
    changed: dict[str, None] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)

    def is_over(self, activity: Json, at: datetime | None) -> bool:
        """Tell whether what comes is known already."""
        if self.since is not None and at is not None and at < self.since:
            return True
        if activity.get("type") != ActivityType.REFRESH:
            return False
        self.only_delete = True
        return self.since is None

    def take(self, activity: Json) -> None:
        """Take one activity; for a manifest, the newest counts."""
        about = activity.get("object")
        address = identity(about)
        if address is None or address in self.processed or not is_manifest(about):
            return
        kind, target = activity.get("type"), identity(activity.get("target"))
        if kind == ActivityType.DELETE or (
            kind == ActivityType.REMOVE and self._is_here(activity.get("origin"))
        ):
            self.removed.add(address)
        elif self.only_delete:
            return
        elif kind in (ActivityType.UPDATE, ActivityType.CREATE) or (
            kind == ActivityType.ADD and self._is_here(activity.get("target"))
        ):
            self.changed[address] = None
        elif kind == ActivityType.MOVE and target is not None:
            self.removed.add(address)
            if target not in self.processed:
                self.changed[target] = None
                self.processed.add(target)
        else:
            return
        self.processed.add(address)

    def _is_here(self, place: object) -> bool:
        """Tell whether an activity is about this very stream; one that does not say so is."""
        return self.stream is None or identity(place) in (None, self.stream)


def _backwards(stream: Json, read: Callable[[str], Json]) -> Iterator[Json]:
    address, seen = identity(stream.get("last")), set[str]()
    while address is not None and address not in seen and len(seen) < _MOST_PAGES:
        seen.add(address)
        page = read(address)
        for activity in reversed(listed(page.get("orderedItems"))):
            if isinstance(activity, dict):
                yield activity
        address = identity(page.get("prev"))


def _time(text: object) -> datetime | None:
    """Read a time; one without a zone is UTC, as the specification asks."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
