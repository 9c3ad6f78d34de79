"""What the command line prints: words for people, JSON for machines."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Column, Table
from rich.text import Text

Json = Annotated[bool, typer.Option("--json", help="Write JSON to standard output.")]

console = Console()
notes = Console(stderr=True)  # progress and remarks, so that --json on stdout stays pure


class RateColumn(ProgressColumn):
    """Units per second of a task."""

    def render(self, task: Task) -> Text:
        """Write the rate."""
        speed = task.finished_speed or task.speed
        rate = f"{speed:,.{0 if speed >= 10 else 1}f}/s" if speed else ""
        return Text(rate, style="progress.data.speed")


class BarProgress:
    """Draws one bar for each stage, with rate and remaining time."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._task: Any = None

    def begin(self, stage: str, total: int | None, unit: str) -> None:  # noqa: ARG002 - the port's
        """Open a stage; the one before is over."""
        self.finish()
        self._task = self._bars.add_task(_short(stage), total=total)

    def advance(self, count: int = 1) -> None:
        """Count units as done."""
        self._bars.advance(self._task, count)

    def finish(self) -> None:
        """Fill the open bar: its stage is over."""
        if self._task is not None:
            done = self._bars.tasks[self._bars.task_ids.index(self._task)].completed
            self._bars.update(self._task, total=done, completed=done)


@contextmanager
def progress_bars() -> Iterator[BarProgress]:
    """Show bars on the error stream while work runs; they fit into 80 columns."""
    columns = (
        TextColumn("{task.description}", table_column=Column(max_width=24, no_wrap=True)),
        BarColumn(bar_width=12),
        MofNCompleteColumn(table_column=Column(no_wrap=True)),
        RateColumn(table_column=Column(no_wrap=True)),
        TimeRemainingColumn(elapsed_when_finished=True, table_column=Column(no_wrap=True)),
    )
    try:
        with Progress(*columns, console=notes) as bars:
            progress = BarProgress(bars)
            yield progress
            progress.finish()
    except KeyboardInterrupt:
        notes.print("stopped; the same command goes on where it was")
        raise


def print_json(value: object) -> None:
    """Write a value as JSON on standard output."""
    console.print_json(json.dumps(_plain(value), ensure_ascii=False), indent=2, highlight=False)


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, whole: Sequence[str] = ()
) -> None:
    """Write rows as a table; the columns of `whole` are never cut, whatever the width."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, no_wrap=column in whole, overflow="fold")
    for row in rows:
        # As texts, for a string is markup: "[title not known]" would be a tag, and not be shown.
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    console.print(table)


def _short(stage: str) -> str:
    """Leave the revision out of a space's name: "embed minilm@72af32b45ce4/catalogue"."""
    return re.sub(r"@[0-9a-f]+", "", stage)


def _plain(value: object) -> object:
    """Turn records into what JSON knows."""
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return (
        value.isoformat()
        if isinstance(value, datetime)
        else (str(value) if isinstance(value, Path) else value)
    )
