"""What the checks of `vasari doctor` give."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and the command that mends it."""

    check: str
    status: Status
    detail: str
    remedy: str | None = None
