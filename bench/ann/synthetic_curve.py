"""How hard the synthetic sets are, kept with every run that uses them."""

import json
from dataclasses import asdict

import numpy as np

from bench import synthetic
from bench.ann.bars import progress_bars
from bench.ann.datasets import prepare
from bench.ann.places import CACHE, content_key
from bench.ann.results import CURVE, has_row
from bench.record import Figure, Recorder, Row

SET = "synthetic-69k"
MEASURES = (synthetic.recall_curve, synthetic.contrast)


def record(recorder: Recorder, done: list[Row]) -> None:
    """Keep a row of the curve, once in a run."""
    if has_row(done, {"measure": CURVE}):
        return
    curve, outstanding = measured()
    recalls: dict[str, Figure] = {f"recall_nprobe_{n}": recall for n, recall in curve.items()}
    stands_out: dict[str, Figure] = {f"contrast_{k}": v for k, v in outstanding.items()}
    real: dict[str, Figure] = {f"real_nprobe_{n}": r for n, r in synthetic.REAL_CURVE.items()}
    is_calibrated = synthetic.is_calibrated(curve)
    index = f"IVF{synthetic.NLIST},Flat"
    base: dict[str, Figure] = {"dataset": SET, "index": index, "is_calibrated": is_calibrated}
    recorder.row(CURVE, {**base, **recalls, **real, **stands_out})


def measured() -> tuple[dict[int, float], dict[int, float]]:
    """Measure recall by nprobe and contrast by rank at 69,202 rows, once for each recipe."""
    kept = CACHE / f"curve-{content_key(asdict(synthetic.Recipe()))}.json"
    if not kept.exists():
        with progress_bars(SET) as bars:
            data = prepare(SET, None, bars)
            bars.begin("calibration curve", None, "queries")
            rows = np.asarray(data.rows)
            found = [measure(rows, data.queries) for measure in MEASURES]
        kept.write_text(json.dumps(found), encoding="utf-8")
    read: list[dict[str, float]] = json.loads(kept.read_text(encoding="utf-8"))
    curve, outstanding = ({int(n): figure for n, figure in each.items()} for each in read)
    return curve, outstanding
