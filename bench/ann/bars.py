"""Progress of the bench on the error stream, in this process and in those that it starts."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column

notes = Console(stderr=True)


class Bars:
    """Draws a bar for each stage."""

    def __init__(self, bars: Progress, title: str) -> None:
        self._bars = bars
        self._title = title
        self._task = bars.add_task(title, total=None)
        self._bars.update(self._task, visible=False)

    def begin(self, stage: str, total: int | None, unit: str) -> None:
        """Open a stage; the one before is over."""
        del unit
        self.finish()
        self._task = self._bars.add_task(f"{self._title}: {stage}", total=total)

    def advance(self, count: int = 1) -> None:
        """Count units as done."""
        self._bars.advance(self._task, count)

    def finish(self) -> None:
        """Fill the open bar: its stage is over."""
        done = self._bars.tasks[self._bars.task_ids.index(self._task)].completed
        self._bars.update(self._task, total=done or 1, completed=done or 1)


@contextmanager
def progress_bars(title: str) -> Iterator[Bars]:
    """Show bars while work runs."""
    columns = (
        TextColumn("{task.description}", table_column=Column(max_width=44, no_wrap=True)),
        BarColumn(bar_width=12),
        MofNCompleteColumn(table_column=Column(no_wrap=True)),
        TimeRemainingColumn(elapsed_when_finished=True, table_column=Column(no_wrap=True)),
    )
    with Progress(*columns, console=notes) as bars:
        shown = Bars(bars, title)
        yield shown
        shown.finish()
