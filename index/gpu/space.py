"""The embeddings of one space on a device: searched from any thread, run by one."""

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from traceback import clear_frames

import numpy as np

from core.errors import DeviceError
from core.types import Mask, Matrix
from index.gpu.device import MOST, Device, Index
from index.gpu.jobs import FAILURES, Found, GpuReport, Job, Outcome, place_space, run_jobs
from index.gpu.worker import ClosedError, Worker

BATCH = 64  # queries run at once: a product then reads the rows once for all of them


class GpuSpace:
    """The embeddings of one space on a device; safe to use from many threads.

    Each search returns None where this device cannot do it, and raises DeviceError where it
    failed: the caller then searches on the CPU. What is placed is given back by `close`, or when
    nobody refers to the space any more.
    """

    def __init__(
        self, open_device: Callable[[], Device], vectors: Matrix, cells: Index | None
    ) -> None:
        """Place a space; raises DeviceError where that fails."""
        self._rows, self._dim = vectors.shape
        told: Future[GpuReport] = Future()
        place = partial(place_space, open_device, vectors, cells, told)
        self._worker: Worker[Job, Outcome] = Worker(place, run_jobs, most=BATCH, name="gpu")
        try:
            self._worker.wait_until_open()
        except FAILURES as error:
            self._worker.close()
            clear_frames(error.__traceback__)  # they hold what was placed before it failed
            raise DeviceError(f"the space could not be placed: {error}") from error
        self.report = told.result()
        self.last_error: str | None = None  # why the last search failed; None where it did not

    @property
    def device_bytes(self) -> int:
        """Bytes on the device, about."""
        return self.report.device_bytes

    @property
    def honours_selectors(self) -> bool:
        """Whether the cells may be searched with a mask."""
        return self.report.honours_selectors

    @property
    def waiting(self) -> int:
        """Searches that wait for the device."""
        return self._worker.waiting

    def search(
        self, query: Matrix, k: int, *, nprobe: int, mask: Mask | None = None
    ) -> Found | None:
        """Find the best rows of the nprobe cells nearest to a query of shape (1, dim).

        More cells are visited where another query of the batch asked for more. Fewer than k rows
        come back where those cells hold fewer. None where the device has no cells, where k or
        nprobe is more than FAISS takes on a GPU, and for every mask where selectors were not seen
        to be honoured.
        """
        can = self.report.has_cells and 0 < nprobe <= MOST
        if not can or (mask is not None and not self.honours_selectors):
            return None
        return self._submit(query, k, mask, nprobe)

    def search_masked(self, query: Matrix, k: int, mask: Mask | None) -> Found | None:
        """Find the best of all rows that a mask leaves, exactly.

        None where the device cannot multiply in full precision, or k is more than 2,048.
        """
        return self._submit(query, k, mask, None) if self.report.has_rows else None

    def close(self) -> None:
        """Finish what waits, and give back what the device holds."""
        self._worker.close()

    def _submit(self, query: Matrix, k: int, mask: Mask | None, nprobe: int | None) -> Found | None:
        if query.shape != (1, self._dim):
            raise ValueError(f"a query of shape {query.shape}, not {(1, self._dim)}")
        if mask is not None and mask.shape != (self._rows,):
            raise ValueError(f"a mask of shape {mask.shape}, not {(self._rows,)}")
        wanted = min(k, self._rows)
        if wanted < 1:
            return Found(np.empty(0, np.int64), np.empty(0, np.float32))
        if wanted > MOST:
            return None
        job = Job(np.asarray(query, np.float32), wanted, mask, nprobe)
        try:
            outcome = self._worker.submit(job)
        except ClosedError as error:
            raise DeviceError("the space has been taken off the device") from error
        if isinstance(outcome, BaseException):
            self.last_error = str(outcome)
            raise DeviceError(f"the device failed: {outcome}") from outcome
        self.last_error = None
        return outcome
