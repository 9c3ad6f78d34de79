"""What is known of kept snapshots: how they were checked, when they were live, what they hold."""

from dataclasses import dataclass
from datetime import datetime

from core.records import SnapshotEntry
from core.types import Json


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a snapshot that is to go live."""

    name: str
    passed: bool
    detail: str
    measured: float | None = None
    least: float | None = None  # that it has to measure


@dataclass(frozen=True, slots=True)
class Checked:
    """The checks that a snapshot went through, and when."""

    at: datetime
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class LivePeriod:
    """One time that a snapshot was live."""

    snapshot: str
    begin: datetime
    end: datetime | None = None  # None: it still is


@dataclass(frozen=True, slots=True)
class SpaceFacts:
    """One space of a snapshot."""

    key: str
    name: str
    encoder: Json  # its card
    vectors: int
    artworks: int
    index: str
    ways: tuple[str, ...]  # of exact search that the build timed
    calibration: Json | None  # the approximate index against exact search, as the build measured


@dataclass(frozen=True, slots=True)
class SnapshotFacts:
    """One kept snapshot, as its keeper needs to know it."""

    entry: SnapshotEntry
    spaces: tuple[SpaceFacts, ...]
    live: tuple[LivePeriod, ...]  # newest first
    pinned_until: datetime | None  # until then cursors and replays may need it
    is_in_use: bool  # whether a process has it open
    checked: Checked | None
