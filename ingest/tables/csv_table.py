"""CSV as museums write it: line breaks inside quotes, stray bytes, quotes that never close."""

import csv
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import numpy as np

from core.errors import SourceError
from ingest.tables.rows import Row, Unreadable

_CHUNK = 1 << 20
_QUOTE, _NEWLINE = ord('"'), ord("\n")


class CsvTable:
    """A text file of cells with a header row, in UTF-8.

    A byte that is not UTF-8 becomes a lone surrogate, which `ingest.values` refuses in the columns
    that are used, and only there.
    """

    columns_vary = False

    def __init__(self, path: Path, delimiter: str = ",") -> None:
        self._path = path
        self._delimiter = delimiter

    def columns(self, wanted: Collection[str]) -> list[str]:  # noqa: ARG002 - one header for all
        """Name the cells of its header."""
        with self._path.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as file:
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
        with self._path.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as file:
            lines = _Lines(file)
            reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
            header = self._header(reader)
            for cells in _records(reader, lines, len(header), self._delimiter):
                yield (
                    cells
                    if isinstance(cells, Unreadable)
                    else dict(zip(header, cells, strict=True))
                )

    def _header(self, reader: Iterator[list[str]]) -> list[str]:
        try:
            names = [name.strip() for name in next(reader)]
        except StopIteration as error:
            raise SourceError(f"{self._path} is empty: it needs a header row") from error
        except csv.Error as error:
            raise SourceError(f"{self._path}: the header row cannot be read: {error}") from error
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

    def give_back(self, first: int) -> None:
        """Put back the lines taken for the current record, from one of them on."""
        self._waiting.extendleft(reversed(self.taken[first:]))


def _records(
    reader: Iterator[list[str]], lines: _Lines, width: int, delimiter: str
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
            if len(cells) == width:
                yield cells
                continue
            if not cells:  # a blank line
                continue
            reason = f"{len(cells)} cells where the header has {width}"
        lines.give_back(_next_whole(lines.taken, width, delimiter))
        yield Unreadable(reason)


def _next_whole(taken: Sequence[str], width: int, delimiter: str) -> int:
    """Find the line after which a quote that never closed has swallowed whole records."""
    for number, line in enumerate(taken[1:], start=1):
        try:
            cells = next(csv.reader([line], delimiter=delimiter, strict=True), [])
        except csv.Error:
            continue
        if len(cells) == width > 1:
            return number
    return len(taken)
