"""The measuring process: one data set, so many calling threads, every library's own pool at one.

python -m bench.ann.measure OPTIONS-JSON RUN-ID DATASET-FOLDER THREADS BUILDS-JSON
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.ann.bars import Bars, notes, progress_bars
from bench.ann.board import US
from bench.ann.builds import Build
from bench.ann.dataset import Dataset
from bench.ann.floor import measure_floors
from bench.ann.levels import UNFILTERED
from bench.ann.options import Options, options_from_json
from bench.ann.questions import Question, questions
from bench.ann.results import CELL, FAILED, FLOOR, SWEEP, has_row, missing_cells, of_run
from bench.ann.rounds import Plan, Runner, judge_rounds, run_rounds, timing
from bench.ann.scoring import Summary
from bench.ann.tuning import Tuned, spread_out, trial, tune
from bench.contenders.base import Contender
from bench.record import Figure, Recorder, Row, read_rows

TUNING_BUDGET_S = 8.0  # of one trial of one setting
SWEEP_SETTINGS, SWEEP_BUDGET_S = 7, 2.0  # of each contender; of a setting


@dataclass(frozen=True)
class Session:
    """What one measuring process works with."""

    options: Options
    recorder: Recorder
    data: Dataset
    threads: int
    builds: dict[str, Build]

    @property
    def done(self) -> list[Row]:
        """Rows of this run so far."""
        return of_run(read_rows(self.options.results), self.recorder.run_id)


def main() -> None:
    """Measure the floor, and then every cell that is missing."""
    text, run_id, folder, threads, keys = sys.argv[1:]
    options, data = options_from_json(text), Dataset(Path(folder))
    builds = {name: Build(data, name, key) for name, key in json.loads(keys).items()}
    recorder = Recorder("ann", options.results.parent, run_id=run_id, quiet=True)
    session = Session(options, recorder, data, int(threads), builds)
    title = f"{data.name}, {threads} thread{'s' if int(threads) > 1 else ''}"
    with progress_bars(title) as bars:
        if session.threads == 1:
            measure_floor(session)
        measure_cells(session, bars)


def measure_floor(session: Session) -> None:
    """Record how fast this machine reads, once in a run."""
    data = session.data
    if has_row(session.done, {"measure": FLOOR, "dataset": data.name}):
        return
    for floor in measure_floors(data.rows, data.queries[0]):
        base = {"dataset": data.name, "n": data.n, "dim": data.dim, "contender": "floor"}
        session.recorder.row(FLOOR, {**base, "threads": 1, **floor.figures()})


def measure_cells(session: Session, bars: Bars) -> None:
    """Measure each level with the contenders that it lacks, all in turn."""
    keys = {name: build.key for name, build in session.builds.items()}
    data = session.data
    missing = missing_cells(
        session.done,
        session.options,
        dataset=(data.name, data.questions_key),
        builds=keys,
        threads=session.threads,
    )
    contenders = {
        name: session.builds[name].contender()
        for name in dict.fromkeys(name for names in missing.values() for name in names)
    }
    opened = {name: c for name, c in contenders.items() if _opens(c, session.threads)}
    for level, names in missing.items():
        bars.begin(f"{level} of {data.name}", len(names) + 1, "contenders")
        present = {name: opened[name] for name in names if name in opened}
        measure_cell(session, level, present, bars)
    for contender in opened.values():
        contender.close()


def _opens(contender: Contender, threads: int) -> bool:
    try:
        contender.open(threads)
    except Exception as error:  # noqa: BLE001 - engines' errors have no common base
        notes.print(f"{contender.traits.name}: skipped: {error!r}", style="red", markup=False)
        return False
    return True


def measure_cell(
    session: Session, level: str, contenders: dict[str, Contender], bars: Bars
) -> None:
    """Tune each contender, let them take turns, judge and record."""
    options, rows = session.options, session.data.rows
    asked = questions(session.data, level, options.queries, options.k)
    tuned: dict[str, Tuned] = {}
    for name, contender in contenders.items():
        if level == UNFILTERED or contender.traits.takes_filters:
            try:
                tuned[name] = _tuned(session, level, contender, asked)
            except Exception as error:  # noqa: BLE001 - engines' errors have no common base
                notes.print(f"{name} at {level}: {error!r}", style="red", markup=False)
        bars.advance()
    runners = {name: Runner(contenders[name], setting.knob) for name, setting in tuned.items()}
    plan = Plan(options.k, options.rounds, session.threads, options.budget_s)
    run_rounds(list(runners.values()), asked, plan)
    beside = ",".join(sorted(runners))
    for name, contender in contenders.items():
        base = {**_base(session, level, contender, asked), "beside": beside}
        if name not in runners:
            reason = FAILED if contender.traits.takes_filters else "takes no filter"
            session.recorder.row(CELL, {**base, "skipped": reason})
            continue
        summary = judge_rounds(runners[name], asked, rows)
        figures = {**_figures(summary, tuned[name], options), **timing(runners[name])}
        session.recorder.row(CELL, {**base, **figures})
        _tell(name, session.data.name, level, figures=figures, threads=session.threads)
    bars.advance()
    if session.threads == 1 and options.sweeps:
        swept = [contenders[name] for name in contenders if level == UNFILTERED or name == US]
        sweep(session, level, swept, asked)


def sweep(
    session: Session,
    level: str,
    contenders: Sequence[Contender],
    asked: tuple[Question, ...],
) -> None:
    """Record what recall costs: some settings of each knob, one contender after the other."""
    options, k = session.options, session.options.k
    for contender in contenders:
        knobs = spread_out(contender.knobs(), SWEEP_SETTINGS)
        for knob in knobs if len(knobs) > 1 else ():
            tried = trial(
                contender,
                asked[: options.tuning_queries],
                session.data.rows,
                k=k,
                knob=knob,
                budget_s=SWEEP_BUDGET_S,
            )
            figures = {"knob_value": knob, "recall": tried.summary.recall, "p50_ms": tried.p50_ms}
            base = _base(session, level, contender, asked)
            session.recorder.row(SWEEP, {**base, **figures})


def _tuned(
    session: Session, level: str, contender: Contender, asked: tuple[Question, ...]
) -> Tuned:
    """Tune, or take the setting that the same build was tuned to with other threads."""
    name, options = contender.traits.name, session.options
    build = session.builds[name].key
    for row in session.done:
        wanted = (CELL, build, level, options.k, options.target_recall, options.queries)
        names = ("measure", "build_key", "selectivity", "k", "target_recall", "queries")
        if tuple(row.get(n) for n in names) == wanted and row.get("knob_value") is not None:
            return Tuned(row["knob_value"], row["recall"], row["reached"])
    return tune(
        contender,
        asked,
        session.data.rows,
        k=options.k,
        target=options.target_recall,
        sample=options.tuning_queries,
        budget_s=TUNING_BUDGET_S,
    )


def _base(
    session: Session, level: str, contender: Contender, asked: tuple[Question, ...]
) -> dict[str, Figure]:
    data, options, traits = session.data, session.options, contender.traits
    matching = [int(q.where.mask.sum()) if q.where else data.n for q in asked]
    return {
        "dataset": data.name,
        "n": data.n,
        "dim": data.dim,
        "contender": traits.name,
        "selectivity": level,
        "matching_mean": sum(matching) / len(matching),
        "threads": session.threads,
        "threads_are": "one calling thread" if session.threads == 1 else traits.two_threads,
        "k": options.k,
        "queries": options.queries,
        "rounds": options.rounds,
        "target_recall": options.target_recall,
        "dataset_key": data.questions_key,
        "build_key": session.builds[traits.name].key,
        "filter_cost": "no filter" if level == UNFILTERED else traits.filter_cost,
    }


def _figures(summary: Summary, tuned: Tuned, options: Options) -> dict[str, Figure]:
    return {
        "recall": summary.recall,
        "reached": summary.recall >= options.target_recall,
        "short": summary.short,
        "violations": summary.violations,
        "knob_value": tuned.knob,
    }


def _tell(name: str, dataset: str, level: str, *, figures: dict[str, Figure], threads: int) -> None:
    p50, recall, knob = figures["p50_ms"], figures["recall"], figures["knob_value"]
    where = f"{dataset} {level:<6} {threads}T {name:<14}"
    figures_ = f"p50 {p50:8.3f} ms  recall {recall:.4f}  knob {knob:g}"
    notes.print(f"{where} {figures_}", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
