"""The bench of the GPU, over the device that is made of the CPU."""

from pathlib import Path

import faiss
import numpy as np

from bench.ann.gpu import NPROBES, SHARES, Case, measure
from bench.record import Recorder, read_rows
from index.gpu.device import empty_cells
from tests.indexes import unit


def test_every_case_is_measured_and_exact_products_find_all(tmp_path: Path) -> None:
    rows = unit(np.random.default_rng(0).standard_normal((1500, 8)))
    cells = empty_cells(rows[:16])
    cells.add(rows)

    measure(Case(rows, rows[:3], cells), "cpu", Recorder("gpu", tmp_path, quiet=True))

    kept = read_rows(tmp_path / "gpu.jsonl")
    products = [row for row in kept if row["measure"] == "product"]
    whole = [row for row in kept if row.get("nprobe") == min(NPROBES)]
    assert [row["share"] for row in products] == list(SHARES)
    assert {row["recall"] for row in (*products, *whole)} == {1.0}
    assert isinstance(cells, faiss.IndexIVFFlat)
