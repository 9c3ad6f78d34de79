"""Lines of text on disk, read one at a time: the lines, and the places where they start.

(Arrow would do the same; importing it takes longer than opening the whole snapshot.)
"""

import mmap
from bisect import bisect_left
from pathlib import Path

import numpy as np

from core.errors import DamagedError
from index.files.arrays import open_array, write_array


class Lines:
    """A text file of lines, opened by memory map."""

    def __init__(self, folder: Path, name: str) -> None:
        path = folder / name
        self._starts = open_array(folder / f"{name}.starts.npy")
        try:
            with path.open("rb") as file:
                size = path.stat().st_size  # an empty file cannot be mapped
                self._text: mmap.mmap | bytes = (
                    mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
                )
        except OSError as error:
            raise DamagedError(f"{path} cannot be read: {error}") from error

    def __len__(self) -> int:
        """Count the lines."""
        return len(self._starts) - 1

    def find(self, text: str) -> int | None:
        """Find a line, where lines ascend by code point and are distinct."""
        wanted = text.encode("utf-8", "replace")  # a request may hold lone surrogates
        number = bisect_left(range(len(self)), wanted, key=self.line)
        return number if number < len(self) and self.line(number) == wanted else None

    def line(self, number: int) -> bytes:
        """Read one line, without its end."""
        return self._text[self._starts[number] : self._starts[number + 1] - 1]


class LineWriter:
    """Writes a file for `Lines`."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self._file = (folder / name).open("wb")
        self._lengths = [0]

    def add(self, line: str) -> None:
        """Write a line."""
        self._lengths.append(self._file.write(f"{line}\n".encode()))

    def close(self) -> None:
        """Finish both files."""
        self._file.close()
        starts = np.cumsum(np.array(self._lengths, np.int64))
        write_array(self._folder / f"{self._name}.starts.npy", starts)
