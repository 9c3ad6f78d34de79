"""The log of a search: what each stage took, gave and left out."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from core.queries import StageReport


@dataclass(slots=True)
class OpenStage:
    """A stage that is running; it says what it gave before it ends."""

    output_count: int = 0
    skipped: str | None = None
    degraded: str | None = None


@dataclass(slots=True)
class StageLog:
    """Collects the reports of a search's stages, in their order."""

    reports: list[StageReport] = field(default_factory=list)
    started: float = field(default_factory=time.perf_counter)
    _inside_ms: float = 0.0  # time of finished stages inside the open one

    @contextmanager
    def stage(self, name: str, input_count: int = 0) -> Iterator[OpenStage]:
        """Time a stage, without the stages inside it; nothing is reported when it raises."""
        stage = OpenStage()
        begin = time.perf_counter()
        outer_inside_ms, self._inside_ms = self._inside_ms, 0.0
        yield stage
        duration_ms = _ms_since(begin)
        own_ms = round(max(0.0, duration_ms - self._inside_ms), 3)
        self._inside_ms = outer_inside_ms + duration_ms
        self.reports.append(
            StageReport(
                name=name,
                duration_ms=own_ms,
                input_count=input_count,
                output_count=stage.output_count,
                skipped=stage.skipped,
                degraded=stage.degraded,
            )
        )

    def duration_ms(self) -> float:
        """Milliseconds since the search began."""
        return _ms_since(self.started)


def _ms_since(begin: float) -> float:
    return round((time.perf_counter() - begin) * 1000, 3)
