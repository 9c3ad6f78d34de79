"""A run of the bench: data sets, builds, what a build takes, cells; then the report."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from bench.ann import synthetic_curve
from bench.ann.bars import notes, progress_bars
from bench.ann.builds import Build, BuildFailedError, build_of, ensure
from bench.ann.dataset import Dataset
from bench.ann.datasets import KINDS, prepare
from bench.ann.environment import environment
from bench.ann.footprint import FootprintError, measure_footprint
from bench.ann.levels import LEVEL_NAMES
from bench.ann.options import Options
from bench.ann.places import ROOT
from bench.ann.questions import prepare_truth
from bench.ann.report import write_report
from bench.ann.results import BUILD, has_row, last_run, of_machine, of_run
from bench.contenders.registry import CONTENDERS
from bench.record import Figure, Recorder, Row, read_rows
from core.errors import InputError, VasariError

_SPARE_GB = 2  # disk left free beside what a data set needs


class MeasuringFailedError(VasariError):
    """A measuring process ended before it was done; the same command goes on."""


def run(options: Options) -> Path:
    """Measure what is missing of a run, and write its report; returns the report's path."""
    check(options)
    if options.trial:
        options.results.unlink(missing_ok=True)  # a trial stands for itself
    before = read_rows(options.results)
    run_id = None if options.fresh else last_run(of_machine(before))
    recorder = Recorder("ann", options.results.parent, run_id=run_id, quiet=True)
    for name in options.datasets:
        data = _prepared(name, options)
        if name.startswith("synthetic"):
            synthetic_curve.record(recorder, _done(options, recorder))
        builds = _build_all(data, options)
        _record_builds(builds, options, recorder)
        for threads in options.threads:
            _measure(builds, options, recorder.run_id, threads)
    return write_report(options.results)


def prepare_all(options: Options) -> None:
    """Make the data sets and builds of a run, and measure nothing."""
    check(options)
    for name in options.datasets:
        _build_all(_prepared(name, options), options)


def check(options: Options) -> None:
    """Refuse names that nothing has. Raises InputError."""
    named = (
        ("dataset", options.datasets, tuple(KINDS)),
        ("contender", options.contenders, tuple(CONTENDERS)),
        ("level", options.levels, LEVEL_NAMES),
    )
    for field, names, known in named:
        for name in names:
            if name not in known:
                raise InputError(field, f"{name!r} is none of {', '.join(known)}")


def _prepared(name: str, options: Options) -> Dataset:
    with progress_bars(name) as bars:
        data = prepare(name, options.rows, bars)
        prepare_truth(data, options.queries, options.k, bars)
    return data


def _build_all(data: Dataset, options: Options) -> Mapping[str, Build]:
    """Build the contenders that are installed, one at a time."""
    builds = {}
    for name in options.contenders_of(data.card["set"], tuple(CONTENDERS)):
        remedy = CONTENDERS[name].remedy()
        if remedy:
            notes.print(f"{name}: skipped: {remedy}", style="yellow", markup=False)
            continue
        build = build_of(data, name)
        if not build.is_there:
            _make_room(data)
        try:
            ensure(build)
        except BuildFailedError as error:
            notes.print(f"{name}: skipped: {error}", style="red", markup=False)
            continue
        builds[name] = build
    return builds


def _make_room(data: Dataset) -> None:
    free = shutil.disk_usage(data.folder).free
    needed = 2 * data.rows.nbytes + (_SPARE_GB << 30)  # pgvector keeps the rows and a graph of them
    if free < needed:
        wanted = f"{needed / 2**30:.0f} GB free on the disk are needed for a build"
        raise InputError("dataset", f"{wanted} of {data.name}; there are {free / 2**30:.0f}")


def _record_builds(builds: Mapping[str, Build], options: Options, recorder: Recorder) -> None:
    for name, build in builds.items():
        data, done = build.data, _done(options, recorder)
        if CONTENDERS[name].traits.files_of:
            continue
        if has_row(done, {"measure": BUILD, "contender": name, "build_key": build.key}):
            continue
        notes.print(f"{data.name} {name}: memory and cold start", highlight=False)
        base: dict[str, Figure] = {
            "dataset": data.name,
            "n": data.n,
            "dim": data.dim,
            "contender": name,
            "build_key": build.key,
        }
        parameters = build.contender().parameters()
        try:
            recorder.row(BUILD, {**base, **parameters, **measure_footprint(build)})
        except FootprintError as error:
            notes.print(f"{name}: no build row: {error}", style="red", markup=False)


def _measure(builds: Mapping[str, Build], options: Options, run_id: str, threads: int) -> None:
    """Measure in a process whose libraries have one thread each."""
    if not builds:
        return
    folder = next(iter(builds.values())).data.folder
    keys = json.dumps({name: build.key for name, build in builds.items()})
    words = (options.to_json(), run_id, str(folder), str(threads), keys)
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "bench.ann.measure", *words],
        cwd=ROOT, env=environment(threads), check=False,
    )  # fmt: skip
    if done.returncode:
        raise MeasuringFailedError


def _done(options: Options, recorder: Recorder) -> list[Row]:
    return of_run(read_rows(options.results), recorder.run_id)
