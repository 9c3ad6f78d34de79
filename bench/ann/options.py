"""What a run of the bench is asked for."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bench.ann.levels import LEVEL_NAMES
from bench.ann.places import ROWS, TRIAL

SMALL_SETS = ("tate", "synthetic-69k")
WHERE: dict[str, tuple[str, ...]] = {  # the contenders of the larger sets: HNSW takes hours there
    "synthetic-120k": ("vasari", "vasari-exact", "faiss-flat", "faiss-ivfflat", "qdrant-edge"),
    "synthetic-1m": ("vasari", "vasari-exact", "faiss-flat", "faiss-ivfflat"),
}
QUICK = ("vasari", "vasari-exact", "faiss-flat", "faiss-ivfflat", "qdrant-edge")


@dataclass(frozen=True, slots=True)
class Options:
    """What is measured, and how long."""

    datasets: tuple[str, ...] = (*SMALL_SETS, *WHERE)
    contenders: tuple[str, ...] = ()  # all that belong to a data set, if none is named
    levels: tuple[str, ...] = LEVEL_NAMES
    threads: tuple[int, ...] = (1, 2)
    rounds: int = 3
    queries: int = 200
    tuning_queries: int = 100
    k: int = 10
    target_recall: float = 0.99
    budget_s: float = 4.0  # of one contender in one round of a cell
    rows: int | None = None  # cuts the data sets, to try something out
    sweeps: bool = True  # whether recall is measured over the settings of each knob
    fresh: bool = False
    trial: bool = False  # whether the rows are kept apart from the results

    @property
    def results(self) -> Path:
        """File of the rows: a cut or quick run never stands beside a whole one."""
        return TRIAL / "ann.jsonl" if self.trial or self.rows else ROWS

    def contenders_of(self, dataset: str, known: tuple[str, ...]) -> tuple[str, ...]:
        """List the contenders that a data set is measured with."""
        allowed = WHERE.get(dataset, known)
        wanted = set(self.contenders or allowed)
        if "vasari" in wanted:
            wanted.add("vasari-exact")  # the same files, held against the memory's bandwidth
        return tuple(name for name in allowed if name in wanted)

    def to_json(self) -> str:
        """Write the options for another process."""
        return json.dumps(asdict(self))


def options_from_json(text: str) -> Options:
    """Read options that `Options.to_json` wrote."""
    data: dict[str, Any] = json.loads(text)
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
    return Options(**values)


def quick(options: Options) -> Options:
    """Cut a run down to three minutes: the real set, four contenders, one thread, few queries."""
    return replace(
        options,
        datasets=("tate",),
        contenders=options.contenders or QUICK,
        threads=(1,),
        queries=min(options.queries, 80),
        tuning_queries=40,
        budget_s=min(options.budget_s, 1.0),
        sweeps=False,
        trial=True,
    )
