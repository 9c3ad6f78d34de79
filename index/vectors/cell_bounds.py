"""How near a row of a cell can be to a query: the proof that an unvisited cell holds no hit."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.types import Matrix
from index.files.arrays import open_array, write_array

_FILE = "cells.bounds.npy"
_ROUNDING = 1e-5  # of products of unit vectors in float32, added up in any order


@dataclass(frozen=True)
class CellBounds:
    """For each cell: length of its centre, and the cosine of its widest angle to a row of it."""

    lengths: NDArray[np.float64]  # (cells,) of the centres
    cosines: NDArray[np.float64]  # (cells,) smallest between the centre and a row
    longest: float  # length of the longest row

    def best_of(
        self, query: Matrix, cells: NDArray[np.int64], nearness: NDArray[np.float32]
    ) -> float:
        """Bound the scores of all rows in some cells, given the cells' products with the query.

        The angle between query and row is at least that between query and centre less that
        between centre and row (the triangle inequality on the sphere).
        """
        if len(cells) == 0:
            return -np.inf
        query_length = float(np.linalg.norm(query))
        to_centre = nearness / (self.lengths[cells] * max(query_length, 1e-12))
        angles = np.arccos(np.clip(to_centre + _ROUNDING, -1, 1))
        widest = np.arccos(np.clip(self.cosines[cells] - _ROUNDING, -1, 1))
        cosine = float(np.cos(np.maximum(angles - widest, 0)).max())
        length = query_length * self.longest
        return cosine * length + _ROUNDING if cosine > 0 else _ROUNDING


class BoundsBuilder:
    """Takes in rows with their cells, and remembers the widest of each cell."""

    def __init__(self, centres: Matrix) -> None:
        self._centres = centres
        self._lengths = np.maximum(np.linalg.norm(centres.astype(np.float64), axis=1), 1e-12)
        self._cosines = np.ones(len(centres))
        self._longest = 0.0

    def add(self, rows: Matrix, cells: NDArray[np.integer]) -> float:
        """Take in rows that lie in the given cells; return the sum of their products with them."""
        lengths = np.maximum(np.linalg.norm(rows.astype(np.float64), axis=1), 1e-12)
        products = np.einsum("ij,ij->i", rows, self._centres[cells], dtype=np.float64)
        np.minimum.at(self._cosines, cells, products / (lengths * self._lengths[cells]))
        self._longest = max(self._longest, float(lengths.max(initial=0)))
        return float(products.sum())

    def write(self, folder: Path) -> None:
        """Write the bounds into a folder."""
        longest = np.full(len(self._cosines), self._longest)
        write_array(folder / _FILE, np.stack([self._lengths, self._cosines, longest]))


def open_cell_bounds(folder: Path) -> CellBounds:
    """Open the bounds of a folder. Raises DamagedError, which names the file."""
    lengths, cosines, longest = open_array(folder / _FILE)
    return CellBounds(lengths, cosines, float(longest.max(initial=0)))
