"""What an NVIDIA GPU gains: cells and exact products there, beside FAISS on the CPU.

    python -m bench.ann.gpu --rows 69202 1000000

Rows go to bench/results/gpu.jsonl. Without a GPU, `--device cpu` runs the same over the device that
is made of the CPU: it shows that the measuring works, and says nothing of a GPU.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from bench.record import Figure, Recorder, say
from bench.synthetic import K, Mixture
from core.types import Mask, Matrix
from index.gpu.cuda import TEMP_MEMORY_BYTES, CudaDevice, missing_gpu
from index.gpu.device import CpuDevice, Index
from index.gpu.space import GpuSpace

NPROBES = (16, 64, 256)
SHARES = (None, 0.5, 0.1, 0.01)
AT_ONCE = (1, 16, 64)
_TRAINED = 64  # rows for each cell
_TIE = 1e-6

faiss: Any = import_module("faiss")  # half of it has types

Search = Callable[[Matrix], object]
Figures = dict[str, Figure]


@dataclass(frozen=True)
class Case:
    """One set of rows with its queries, and the index of record on the CPU."""

    rows: Matrix
    queries: Matrix
    cells: Index


def main() -> None:
    """Measure every set that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[69_202])
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    arguments = parser.parse_args()
    if arguments.device == "cuda" and (reason := missing_gpu()):
        raise SystemExit(reason)
    recorder = Recorder("gpu")
    for count in arguments.rows:
        say(f"{count} rows are drawn and indexed on the CPU")
        measure(draw(count, arguments.queries), arguments.device, recorder)


def draw(count: int, queries: int) -> Case:
    """Draw rows that are as hard as real ones, and fill cells with them."""
    mixture = Mixture()
    rows = np.concatenate([piece.rows for piece in mixture.pieces(count)])
    nlist = 2 ** round(np.log2(4 * count**0.5))
    quantizer = faiss.IndexFlatIP(rows.shape[1])
    cells = faiss.IndexIVFFlat(quantizer, rows.shape[1], nlist, faiss.METRIC_INNER_PRODUCT)
    faiss.omp_set_num_threads(len(os.sched_getaffinity(0)))
    cells.train(rows[:: max(1, count // (_TRAINED * nlist))])
    cells.add(rows)
    faiss.omp_set_num_threads(1)  # as a service searches: a core for each search
    return Case(rows, mixture.queries(queries), cells)


def measure(case: Case, device: str, recorder: Recorder) -> None:
    """Place the set on the device, and search it in both ways."""
    opened = partial(CudaDevice, 0, TEMP_MEMORY_BYTES) if device == "cuda" else CpuDevice
    began = time.perf_counter()
    with closing(GpuSpace(opened, case.rows, case.cells)) as space:
        placed = {"place_s": time.perf_counter() - began, "device_bytes": space.device_bytes}
        shape: Figures = {"rows": len(case.rows), "dim": case.rows.shape[1], "k": K}
        shape |= {"nlist": case.cells.nlist, "device": space.report.device}
        selectors = {"honours_selectors": space.honours_selectors}
        recorder.row("place", shape | placed | selectors)
        for figures in _cells(case, space):
            recorder.row("cells", shape | figures)
        for figures in _products(case, space):
            recorder.row("product", shape | figures)


def _cells(case: Case, space: GpuSpace) -> Iterator[Figures]:
    truth = _exact(case, None)
    for nprobe in (n for n in NPROBES if n <= case.cells.nlist):
        parameters = faiss.SearchParametersIVF(nprobe=nprobe)
        on_cpu = partial(case.cells.search, k=K, params=parameters)
        on_device = partial(space.search, k=K, nprobe=nprobe)
        found = [on_device(query) for query in _single(case.queries)]
        scores = [f.scores for f in found if f is not None]
        seen: Figures = {"nprobe": nprobe, "recall": _recall(truth, scores)}
        yield seen | _times(case.queries, on_device, on_cpu)


def _products(case: Case, space: GpuSpace) -> Iterator[Figures]:
    for share in SHARES:
        mask = None if share is None else _near(case.rows, share)
        truth = _exact(case, mask)
        on_device = partial(space.search_masked, k=K, mask=mask)
        on_cpu = _exact_on_cpu(case.rows, mask)
        found = [on_device(query) for query in _single(case.queries)]
        scores = [f.scores for f in found if f is not None]
        off = max(float(np.abs(a - b).max()) for a, b in zip(truth, scores, strict=True))
        seen: Figures = {"share": share, "recall": _recall(truth, scores)}
        seen["score_error_millionths"] = off * 1e6
        yield seen | _times(case.queries, on_device, on_cpu)


def _times(queries: Matrix, on_device: Search, on_cpu: Search) -> Figures:
    """Time single searches in turns, then many at once on the device."""
    mine, theirs = list[float](), list[float]()
    for query in _single(queries):
        mine.append(_timed(on_device, query))
        theirs.append(_timed(on_cpu, query))
    p50, p95 = (float(ms) for ms in np.percentile(mine, [50, 95]))
    cpu_p50 = float(np.median(theirs))
    figures: Figures = {"p50_ms": p50, "p95_ms": p95, "faiss_1_core_p50_ms": cpu_p50}
    figures["times_faiss_1_core"] = cpu_p50 / p50
    for at_once in AT_ONCE:
        figures[f"qps_{at_once}"] = _rate(queries, on_device, at_once)
    return figures


def _rate(queries: Matrix, search: Search, at_once: int) -> float:
    waiting = list(_single(queries)) * 4
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(search, waiting[:at_once]))
        began = time.perf_counter()
        list(pool.map(search, waiting))
        return len(waiting) / (time.perf_counter() - began)


def _timed(search: Search, query: Matrix) -> float:
    began = time.perf_counter()
    search(query)
    return (time.perf_counter() - began) * 1000


def _near(rows: Matrix, share: float) -> Mask:
    """Keep the neighbours of one row, as an artist or a medium does."""
    scores = rows @ rows[0]
    kept: Mask = scores >= np.quantile(scores, 1 - share)
    return kept


def _exact(case: Case, mask: Mask | None) -> Sequence[Matrix]:
    """Score in batches what a search must find."""
    kept = case.rows if mask is None else case.rows[mask]
    scores, _ = faiss.knn(case.queries, kept, K, metric=faiss.METRIC_INNER_PRODUCT)
    return list(scores)


def _exact_on_cpu(rows: Matrix, mask: Mask | None) -> Search:
    """Search every row that a mask leaves with FAISS, by its selector."""
    flat = faiss.IndexFlatIP(rows.shape[1])
    flat.add(rows)
    if mask is None:
        return partial(flat.search, k=K)
    bits = np.packbits(mask, bitorder="little")
    parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))

    def search(query: Matrix) -> object:
        return flat.search(query, K, params=parameters), bits  # which the selector points to

    return search


def _recall(truth: Sequence[Matrix], found: Sequence[Matrix]) -> float:
    hits = [float((f >= t[-1] - _TIE).mean()) for t, f in zip(truth, found, strict=True)]
    return float(np.mean(hits))


def _single(queries: Matrix) -> Iterator[Matrix]:
    return (query[None] for query in queries)


if __name__ == "__main__":
    main()
