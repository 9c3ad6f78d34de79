"""A run of the suite: its parts, the runs that they leave, the report."""

from collections.abc import Callable, Mapping
from pathlib import Path

from bench.ann.bars import notes
from bench.quality.context import Context
from bench.quality.options import Options
from bench.quality.parts import PARTS, QUICK, measure_own
from bench.quality.report import write_report
from bench.quality.results import BOTH, INDEXED, Figures, Place, last_run, of_run, record
from bench.quality.runs import bundle
from bench.quality.scoring import check_installed
from bench.record import Recorder, commit, read_rows
from core.errors import InputError

RUNS = "runs"


def run(options: Options) -> Path:
    """Measure what is missing of a run, and write its report; returns the report's path."""
    parts = _parts(options)
    check_installed()
    if options.quick or options.queries:
        options.results.unlink(missing_ok=True)  # a trial stands for itself
    rows = read_rows(options.results)
    previous = None if options.fresh else last_run(rows)
    before = of_run(rows, previous)
    # A run tells of one commit: what another one measured is not gone on with.
    if before and before[-1]["commit"] != commit():
        previous, before = None, []
    recorder = Recorder("quality", options.results.parent, run_id=previous, quiet=True)
    context = Context(options, recorder, tuple(before))
    for name, measure in parts.items():
        notes.print(name, style="bold")
        measure(context)
    _keep_runs(options, recorder)
    return write_report(options.results)


def _parts(options: Options) -> Mapping[str, Callable[[Context], None]]:
    if options.queries is not None:
        return {"own queries": measure_own}
    for name in options.parts:
        if name not in PARTS:
            raise InputError("part", f"{name!r} is none of {', '.join(PARTS)}")
    wanted = options.parts or (QUICK if options.quick else tuple(PARTS))
    return {name: PARTS[name] for name in wanted}


def _keep_runs(options: Options, recorder: Recorder) -> None:
    kept = bundle(options.runs / recorder.run_id, options.results)
    place = Place(RUNS, BOTH, INDEXED, RUNS, "", RUNS)
    record(recorder, place, Figures(float(kept["runs"]), None, None, int(kept["runs"])), kept)
