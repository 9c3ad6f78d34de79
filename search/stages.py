"""The log of a search: what each stage took, gave and left out."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol

from core.errors import VasariError
from core.reports import StageReport


class Watcher(Protocol):
    """Is told of each stage as it happens; what it raises ends the search."""

    def begin(self, name: str) -> None:
        """Take note that a stage begins; another one may be open, which it is then part of."""

    def end(self, report: StageReport) -> None:
        """Take note of what became of a stage, also of one that failed."""


@dataclass(slots=True)
class OpenStage:
    """A stage that is running; it says what it gave before it ends."""

    output_count: int = 0
    skipped: str | None = None
    degraded: str | None = None
    cache_hit: bool = False
    error: str | None = None


@dataclass(slots=True)
class StageLog:
    """Collects the reports of a search's stages, in the order in which they end."""

    watch: Watcher | None = None
    reports: list[StageReport] = field(default_factory=list)
    started: float = field(default_factory=time.perf_counter)
    _inside_ms: float = 0.0  # time of finished stages inside the open one

    @contextmanager
    def stage(self, name: str, input_count: int = 0) -> Iterator[OpenStage]:
        """Time a stage, without the stages inside it; one that raises is reported too."""
        stage = OpenStage()
        begin = time.perf_counter()
        outer_inside_ms, self._inside_ms = self._inside_ms, 0.0
        if self.watch:
            self.watch.begin(name)
        try:
            yield stage
        except Exception as error:
            # What is no error of ours may tell internals; the log of the service has it whole.
            stage.error = str(error) if isinstance(error, VasariError) else "an unexpected error"
            raise
        finally:
            duration_ms = _ms_since(begin)
            own_ms = round(max(0.0, duration_ms - self._inside_ms), 3)
            self._inside_ms = outer_inside_ms + duration_ms
            self._add(_report(name, own_ms, input_count, stage))

    def replay(self, reports: Sequence[StageReport]) -> None:
        """Report stages whose outcome was kept by a cache."""
        for report in reports:
            if self.watch:
                self.watch.begin(report.name)
            self._add(replace(report, duration_ms=0.0, cache_hit=True))

    def duration_ms(self) -> float:
        """Milliseconds since the search began."""
        return _ms_since(self.started)

    def _add(self, report: StageReport) -> None:
        self.reports.append(report)
        if self.watch:
            self.watch.end(report)


def _report(name: str, duration_ms: float, input_count: int, stage: OpenStage) -> StageReport:
    return StageReport(
        name=name,
        duration_ms=duration_ms,
        input_count=input_count,
        output_count=stage.output_count,
        skipped=stage.skipped,
        degraded=stage.degraded,
        cache_hit=stage.cache_hit,
        error=stage.error,
    )


def _ms_since(begin: float) -> float:
    return round((time.perf_counter() - begin) * 1000, 3)
