"""Progress of long work, told to whoever wants to show it."""

from typing import Protocol


class WorkStopped(Exception):  # noqa: N818 - not an error: somebody wants the work to end
    """Raised by a progress to end its work where it stands; nothing half-made is left."""


class Progress(Protocol):
    """Receives what long work has done; the command line draws bars, a job keeps counts."""

    def begin(self, stage: str, total: int | None, unit: str) -> None:
        """Open a stage; None where the total is not known."""

    def advance(self, count: int = 1) -> None:
        """Count units of the open stage as done."""


class SilentProgress:
    """Shows nothing."""

    def begin(self, stage: str, total: int | None, unit: str) -> None:
        """Open a stage."""

    def advance(self, count: int = 1) -> None:
        """Count units as done."""
