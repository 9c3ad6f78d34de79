"""What the contenders that are FAISS as it comes have in common: one file, filled and mapped."""

from typing import Any, ClassVar

import numpy as np

from bench.contenders.base import Contender, engine
from core.progress import Progress

BATCH = 65_536  # rows added at once


class FaissFile(Contender):
    """One FAISS index in one file."""

    file_name: ClassVar[str]
    _faiss: Any
    _index: Any

    def fill(self, index: Any, progress: Progress) -> None:  # noqa: ANN401 - FAISS has no types
        """Add all rows to a trained index, and write it."""
        for begin in range(0, self.data.n, BATCH):
            rows = np.asarray(self.data.rows[begin : begin + BATCH])
            index.add(rows)
            progress.advance(len(rows))
        engine(type(self)).write_index(index, str(self.folder / self.file_name))

    def open(self, threads: int) -> None:
        """Map the index."""
        del threads  # each calling thread searches with one
        self._faiss = engine(type(self))
        path = str(self.folder / self.file_name)
        self._index = self._faiss.read_index(path, self._faiss.IO_FLAG_MMAP_IFC)
