"""CSV as museums write it: line breaks inside quotes, stray bytes, quotes that never close."""

import csv
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import TextIO

import numpy as np

from core.errors import SourceError
from ingest.raw_row import raw_row
from ingest.tables.rows import Row, Unreadable

_CHUNK = 1 << 20
_QUOTE, _NEWLINE = ord('"'), ord("\n")
_UTF16 = (
    "\udcff\udcfe",
    "\udcfe\udcff",
    "\ufffd\ufffd",
)  # a byte order mark that UTF-8 cannot read
_LONGEST = 50  # lines that a row may have where it is looked for after a damaged one
_WIDE = 8  # cells; a line of prose is not taken for a row of so many


class CsvTable:
    """A text file of cells with a header row, in UTF-8.

    A byte that is not UTF-8 becomes a lone surrogate, which `ingest.values` refuses in the columns
    that are used, and only there; or U+FFFD, where bytes are to be replaced.
    """

    columns_vary = False

    def __init__(
        self,
        path: Path,
        delimiter: str = ",",
        *,
        key: str | None = None,
        replaces_bytes: bool = False,
    ) -> None:
        """Name a file.

        Args:
            path: the file.
            delimiter: what stands between cells.
            key: a column of whole numbers, by which a row is known after a quote that never closes.
            replaces_bytes: whether bytes that are not UTF-8 become U+FFFD.
        """
        self._path = path
        self._delimiter = delimiter
        self._key = key
        self._errors = "replace" if replaces_bytes else "surrogateescape"

    def columns(self, wanted: Collection[str]) -> list[str]:  # noqa: ARG002 - one header for all
        """Name the cells of its header."""
        with self._open() as file:
            return self._header(csv.reader(file, delimiter=self._delimiter, strict=True))

    def count(self) -> int:
        """Count the line breaks that stand outside quotes, the header's not included."""
        records, is_quoted = 0, np.uint8(0)
        with self._path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                data = np.frombuffer(chunk, dtype=np.uint8)
                quoted = (np.cumsum(data == _QUOTE, dtype=np.uint32) & 1) ^ is_quoted
                records += int(np.count_nonzero((data == _NEWLINE) & (quoted == 0)))
                is_quoted, last = np.uint8(quoted[-1]), chunk[-1]
        if not records:
            return 0
        return records - (last == _NEWLINE)

    def rows(self, wanted: Collection[str]) -> Iterator[Row | Unreadable]:  # noqa: ARG002 - see above
        """Read its rows; a damaged one costs itself, never the ones after it."""
        header = self.columns(())
        for cells in self.records():
            yield (
                cells if isinstance(cells, Unreadable) else dict(zip(header, cells, strict=True))
            )

    def records(self) -> Iterator[list[str] | Unreadable]:
        """Read the cells of its rows, in the order of the header; as many as it has."""
        with self._open() as file:
            lines = _Lines(file)
            reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
            header = self._header(reader)
            key = header.index(self._key) if self._key in header else None
            yield from _records(reader, lines, _Shape(len(header), self._delimiter, key))

    def _open(self) -> TextIO:
        return self._path.open(newline="", encoding="utf-8-sig", errors=self._errors)

    def _header(self, reader: Iterator[list[str]]) -> list[str]:
        try:
            names = [name.strip() for name in next(reader)]
        except StopIteration as error:
            raise SourceError(f"{self._path} is empty: it needs a header row") from error
        except csv.Error as error:
            raise SourceError(f"{self._path}: the header row cannot be read: {error}") from error
        if names and names[0].startswith(_UTF16):
            raise SourceError(f"{self._path} is text in UTF-16: save it as CSV in UTF-8")
        twice = sorted({name for name in names if name and names.count(name) > 1})
        if twice:
            raise SourceError(f"{self._path}: two columns have the name {twice[0]!r}")
        return names


class _Lines:
    """The lines of a file, with those of the current record kept so that they can be read again."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._waiting: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else next(self._lines)
        self.taken.append(line)
        return line

    def take(self, lines: int) -> None:
        """Count the next lines to the current record."""
        for _ in range(lines):
            next(self)

    def from_taken(self, number: int) -> Iterator[str]:
        """Look at the lines from one of the current record or after it on, and take none."""
        yield from self.taken[number:]
        for ahead in count(max(number - len(self.taken), 0)):
            if ahead >= len(self._waiting):
                line = next(self._lines, None)
                if line is None:
                    return
                self._waiting.append(line)
            yield self._waiting[ahead]

    def give_back(self, first: int) -> None:
        """Put back the lines taken for the current record, from one of them on."""
        self._waiting.extendleft(reversed(self.taken[first:]))


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a whole row looks like."""

    width: int
    delimiter: str
    key: int | None = None  # place of a column of whole numbers

    def begins_row(self, lines: Iterable[str], *, strict: bool = True) -> bool:
        """Tell whether a whole row begins with the first of some lines."""
        try:
            cells = next(csv.reader(lines, delimiter=self.delimiter, strict=strict), [])
        except csv.Error:
            return False
        if len(cells) != self.width or self.width == 1:
            return False
        return self.key is None or cells[self.key].strip().isdigit()

    def is_like_row(self, line: str) -> bool:
        """Tell whether a line is a row but for its quotes."""
        cells = line.split(self.delimiter)
        is_wide = self.key is not None and len(cells) >= self.width
        return is_wide and cells[self.key or 0].strip(' "').isdigit()

    def is_swallowed(self, taken: Sequence[str]) -> bool:
        """Tell whether a record is a stray quote, the rows after it, and another stray quote."""
        if self.key is None or self.width < _WIDE:
            return False
        is_open = taken[0].count(self.delimiter) >= self.width - 1
        return is_open and all(self.begins_row([line], strict=False) for line in taken[1:])


def _records(
    reader: Iterator[list[str]], lines: _Lines, shape: _Shape
) -> Iterator[list[str] | Unreadable]:
    while True:
        lines.taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            reason = f"malformed CSV: {error}"
        else:
            if len(cells) == shape.width:
                if len(lines.taken) == 1 or not shape.is_swallowed(lines.taken):
                    yield cells
                    continue
                reason = "malformed CSV: a quote that does not close, and rows after it"
            elif not cells:  # a blank line
                continue
            else:
                reason = f"{len(cells)} cells where the header has {shape.width}"
        first_whole = _next_whole(lines, shape)
        lines.take(first_whole - len(lines.taken))
        raw = raw_row("".join(lines.taken[:first_whole]).rstrip("\r\n"))
        lines.give_back(first_whole)
        yield Unreadable(reason, raw)


def _next_whole(lines: _Lines, shape: _Shape) -> int:
    """Find the line after which a damaged record has ended: within the lines taken, or beyond.

    A quote that never closed has swallowed whole records; one that closed too early has left lines
    of its own record behind, which are known by their having no key.
    """
    taken = len(lines.taken)
    for number in range(1, taken):
        if shape.begins_row(islice(lines.from_taken(number), _LONGEST)):
            return number
    if shape.key is None:
        return taken
    for number, line in enumerate(islice(lines.from_taken(taken), _LONGEST), start=taken):
        ahead = islice(lines.from_taken(number), _LONGEST)
        if shape.is_like_row(line) or shape.begins_row(ahead):
            return number
    return taken
