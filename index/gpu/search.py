"""Searching a space with a GPU beside the CPU: what it can do runs there, all else here."""

import logging

import numpy as np
from numpy.typing import NDArray

from core.errors import DeviceError
from core.queries import Strategy
from core.types import Mask, Matrix
from index.gpu.jobs import Found
from index.gpu.space import GpuSpace
from index.vectors.approximate import FoundRows
from index.vectors.cells import CellIndex
from index.vectors.owners import Matching
from index.vectors.rounding import ROUNDING, product_rounding

_SPARE = 32  # rows fetched beyond those wanted, to see ties at once

_log = logging.getLogger(__name__)


class GpuRows:
    """Exact products on the device."""

    def __init__(self, gpu: GpuSpace, dim: int) -> None:
        self._gpu = gpu
        self._rounding = product_rounding(dim)

    def candidates(self, query: Matrix, within: Matching, wanted: int) -> NDArray[np.int64] | None:
        """Find the rows that can be among the best, ties included; None where the device fails.

        Products are added up in another order than on the CPU, so rows are fetched until the last
        is farther behind the wanted ones than rounding can be.
        """
        mask = None if within.is_all else within.mask
        count = min(wanted + _SPARE, within.count)
        while True:
            found = self._best(query, count, mask)
            if found is None:
                return None
            behind = found.scores[wanted - 1] - found.scores[-1] if wanted else np.inf
            if count == within.count or behind > 2 * self._rounding:
                return np.sort(found.rows)
            count = min(2 * count, within.count)

    def _best(self, query: Matrix, count: int, mask: Mask | None) -> Found | None:
        try:
            return self._gpu.search_masked(query, count, mask)
        except DeviceError as error:
            _log.warning("searching on the CPU: %s", error)
            return None


class GpuCells:
    """Cells on the device for searches without a filter, on the CPU for all others."""

    strategy = Strategy.GPU
    efforts = CellIndex.efforts

    def __init__(self, gpu: GpuSpace, cells: CellIndex) -> None:
        self._gpu = gpu
        self._cells = cells

    def find(self, query: Matrix, count: int, within: Matching, effort: float) -> FoundRows:
        """Find the best rows of the cells that hold that share of the matching rows."""
        found = self._on_device(query, count, within, effort) if within.is_all else None
        return found or self._cells.find(query, count, within, effort)

    def _on_device(
        self, query: Matrix, count: int, within: Matching, effort: float
    ) -> FoundRows | None:
        visit = self._cells.choose(query, within, effort)
        try:
            found = self._gpu.search(query, count, nprobe=visit.nprobe)
        except DeviceError as error:
            _log.warning("searching on the CPU: %s", error)
            return None
        if found is None or len(found.rows) == 0:
            return None
        beyond = max(visit.beyond, float(found.scores[-1]) + ROUNDING)
        return FoundRows(found.rows, Strategy.GPU, visit.visited, visit.nprobe, beyond)
