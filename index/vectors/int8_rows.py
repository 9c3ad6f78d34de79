"""Rows in 8 bits: a quarter of the bytes, and a bound on how far their scores are off.

A row x is kept as scale · code. By Cauchy–Schwarz the score of the codes differs from the true one
by at most ‖q − q̂‖·‖x̂‖ + ‖q‖·‖x − x̂‖, so the rows that can be among the best are few and known
for certain; only these are read in full precision.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import local
from typing import TypeAlias

import numkong
import numpy as np
from numpy.typing import NDArray

from core.batching import MicroBatcher
from core.progress import Progress
from core.types import Matrix
from index.files.arrays import open_array, write_array
from index.vectors.ranking import kth_score_at_least
from index.vectors.rounding import product_rounding

Codes8: TypeAlias = NDArray[np.int8]
Rows: TypeAlias = NDArray[np.int64]

_CODES = "int8.npy"
_SCALES = "int8.scales.npy"
_LARGEST = 127
_BLOCK = 2_048  # rows gathered at once: at 768 numbers 1.5 MB, which a core's cache holds
_SCANS_AT_ONCE = 8
_BATCH = 8_192  # rows coded at once
_LOWEST = np.finfo(np.float32).min
_buffers = local()


@dataclass(frozen=True, slots=True)
class CodeBounds:
    """How far codes may be from their rows."""

    max_error: float  # largest ‖x − x̂‖
    max_length: float  # largest ‖x̂‖


class Int8Rows:
    """Coded rows, opened by memory map; safe to use from many threads.

    Scans that are asked for at the same time read the rows once for all of them.
    """

    def __init__(self, codes: Codes8, scales: NDArray[np.float32], bounds: CodeBounds) -> None:
        self.codes = codes  # (rows, dim)
        self.scales = scales  # (rows,)
        self.bounds = bounds
        self._scans: MicroBatcher[Codes8, NDArray[np.float32]] = MicroBatcher(
            self._scan, _SCANS_AT_ONCE
        )

    def candidates(self, query: Matrix, rows: Rows, wanted: int) -> Rows:
        """Keep of some rows those that can be among the `wanted` best, ties with the last included.

        `query` is (1, dim); the rows stay in their order.
        """
        code, scale = _encode(query)
        scores = self._gather(code, rows) * self.scales.take(rows) * scale
        return rows[self._survivors(scores, wanted, query, code * scale)]

    def candidates_of_all(self, query: Matrix, mask: NDArray[np.bool_] | None, wanted: int) -> Rows:
        """Keep of all rows, or of the masked ones, those that can be among the `wanted` best."""
        code, scale = _encode(query)
        scores = self._scans.submit(code) * self.scales * scale
        if mask is not None:
            np.copyto(scores, np.float32(-np.inf), where=~mask)
        return self._survivors(scores, wanted, query, code * scale)

    def _scan(self, codes: Sequence[Codes8]) -> list[NDArray[np.float32]]:
        if len(codes) == 1:
            return [_products(self.codes, codes[0])]
        packed = numkong.dots_pack(np.concatenate(codes))
        products = np.asarray(numkong.dots_packed(self.codes, packed))
        return list(products.T.astype(np.float32, order="C"))

    def _gather(self, code: Codes8, rows: Rows) -> NDArray[np.float32]:
        scores = np.empty(len(rows), np.float32)
        buffer = _buffer(self.codes.shape[1])
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            gathered = buffer[: len(block)]
            np.take(self.codes, block, axis=0, out=gathered, mode="clip")  # clip: no second copy
            scores[start : start + _BLOCK] = _products(gathered, code)
        return scores

    def _survivors(
        self, scores: NDArray[np.float32], wanted: int, query: Matrix, coded: Matrix
    ) -> Rows:
        threshold = _LOWEST  # above that of a row which the mask leaves out
        if wanted < len(scores):
            # The k-th best true score is at least the k-th best coded one less the slack, and a
            # row that reaches it has a coded score of that less the slack again.
            kth = float(kth_score_at_least(scores, wanted))
            threshold = max(_LOWEST, np.float32(kth - 2 * self._slack(query, coded)))
        return np.flatnonzero(scores >= threshold)

    def _slack(self, query: Matrix, coded: Matrix) -> float:
        query_error = float(np.linalg.norm(query - coded))
        query_length = float(np.linalg.norm(query))
        rounding = product_rounding(query.shape[1]) * max(query_length, 1.0)
        coding = query_error * self.bounds.max_length + query_length * self.bounds.max_error
        return coding + float(rounding)


def write_int8_rows(vectors: Matrix, folder: Path, progress: Progress) -> CodeBounds:
    """Code all rows into a folder, a piece at a time."""
    shape = vectors.shape
    codes = np.lib.format.open_memmap(folder / _CODES, mode="w+", dtype=np.int8, shape=shape)
    scales = np.empty(shape[0], np.float32)
    max_error = max_length = 0.0
    for start, batch in _batches(vectors):
        piece = slice(start, start + len(batch))
        codes[piece], scales[piece] = _encode_rows(batch)
        coded = codes[piece].astype(np.float64) * scales[piece, None]
        max_error = max(max_error, float(np.linalg.norm(batch - coded, axis=1).max()))
        max_length = max(max_length, float(np.linalg.norm(coded, axis=1).max()))
        progress.advance(len(batch))
    codes.flush()
    write_array(folder / _SCALES, scales)
    return CodeBounds(max_error, max_length)


def open_int8_rows(folder: Path, bounds: CodeBounds) -> Int8Rows:
    """Open coded rows by memory map. Raises DamagedError, which names the file."""
    return Int8Rows(open_array(folder / _CODES), open_array(folder / _SCALES), bounds)


def _products(codes: Codes8, code: Codes8) -> NDArray[np.float32]:
    # Whole numbers below 2^24 at up to 1,040 dimensions, so exact; beyond, rounded once.
    found = np.asarray(numkong.cdist(codes, code, "dot"))
    return found.reshape(-1).astype(np.float32)


def _encode(query: Matrix) -> tuple[Codes8, np.float32]:
    codes, scales = _encode_rows(query)
    return codes, scales[0]


def _encode_rows(rows: Matrix) -> tuple[Codes8, NDArray[np.float32]]:
    scales = np.abs(rows).max(axis=1) / np.float32(_LARGEST)
    scales[scales == 0] = 1  # a row of zeros has the code 0
    return np.rint(rows / scales[:, None]).astype(np.int8), scales


def _batches(vectors: Matrix) -> Iterator[tuple[int, Matrix]]:
    for start in range(0, len(vectors), _BATCH):
        yield start, vectors[start : start + _BATCH]


def _buffer(dim: int) -> Codes8:
    """Reuse one block for each thread: fresh memory costs more than the copy into it."""
    buffers: dict[int, Codes8] = _buffers.__dict__.setdefault("by_dim", {})
    if dim not in buffers:
        buffers[dim] = np.empty((_BLOCK, dim), np.int8)
    return buffers[dim]
