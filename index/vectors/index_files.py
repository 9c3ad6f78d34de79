"""The indexes of a space as files: rows in 8 bits, an approximate index, what was measured."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TypeAlias

from core.errors import ConfigurationError
from core.ports import SpaceRows
from core.progress import Progress
from core.types import Json, Matrix
from index.gpu.cuda import open_gpu_space
from index.gpu.device import Index
from index.gpu.search import GpuCells, GpuRows
from index.gpu.space import GpuSpace
from index.vectors.approximate import Approximate
from index.vectors.calibrate import (
    calibrate,
    calibration_queries,
    settings_from_json,
    settings_to_json,
)
from index.vectors.cell_builder import TRAINED, Filled, fill_cells, train_cells, training_steps
from index.vectors.cells import CellIndex, open_cells
from index.vectors.costs import costs_from_json, costs_to_json, measure_costs
from index.vectors.drift import Drift, drift_after_training, drift_since, sampled_recall
from index.vectors.exact import ExactSearch
from index.vectors.graph import build_graph, open_graph
from index.vectors.int8_rows import CodeBounds, Int8Rows, open_int8_rows, write_int8_rows
from index.vectors.planner import Knowledge, Way
from index.vectors.spec import MIN_VECTORS, IndexSpec, Kind, kind_of, resolve_spec

OpenGpu: TypeAlias = Callable[[Matrix, Index | None], GpuSpace | None]

_NOTHING: Json = {"int8": None, "costs": {}, "calibration": None, "drift": None, "seconds": {}}


@dataclass(frozen=True, slots=True)
class Earlier:
    """The same space in the snapshot before: a trained index to start from."""

    folder: Path
    card: Json


@dataclass(frozen=True, slots=True)
class Options:
    """How the indexes of a space are built."""

    spec: IndexSpec | None = None  # None: chosen by the number of vectors
    earlier: Earlier | None = None


DEFAULTS = Options()


@dataclass(frozen=True)
class IndexParts:
    """The indexes of a space, opened."""

    knowledge: Knowledge
    exact: ExactSearch
    approximate: Approximate | None  # None where every search is exact
    gpu: GpuSpace | None = None


class IndexWriter:
    """Builds the indexes of one space into its folder."""

    def __init__(self, folder: Path, vectors: Matrix, rows: SpaceRows, options: Options) -> None:
        """Choose what to build. Raises ConfigurationError where the spec does not fit."""
        self._folder = folder
        self._vectors = vectors
        self._rows = rows
        self._earlier = options.earlier
        self._spec = _resolved(options.spec, vectors, rows.space.name)
        self._seconds: dict[str, float] = {}

    def write(self, progress: Progress) -> Json:
        """Build, calibrate and describe the indexes as the manifest keeps them."""
        count, is_large = len(self._vectors), len(self._vectors) >= MIN_VECTORS
        card: Json = {"index": str(self._spec), **_NOTHING}
        if not is_large and self._spec.kind is Kind.EXACT:
            return card
        if is_large:
            progress.begin(f"8-bit rows {self._rows.space.name}", count, "vectors")
            with self._timed("int8"):
                bounds = write_int8_rows(self._vectors, self._folder, progress)
            card["int8"] = asdict(bounds)
        filled = self._build(progress)
        progress.begin(f"calibrate {self._rows.space.name}", None, "searches")
        with self._timed("calibrate"):
            self._measure(card, filled, progress)
        return {**card, "seconds": self._seconds}

    def _build(self, progress: Progress) -> Filled | None:
        count, name = len(self._vectors), self._rows.space.name
        match self._spec.kind:
            case Kind.EXACT:
                return None
            case Kind.HNSW:
                progress.begin(f"index {name}", count, "vectors")
                with self._timed("add"):
                    build_graph(self._vectors, self._spec, self._folder, progress)
                return None
        trained = self._folder / TRAINED
        if self._is_trained():
            assert self._earlier is not None  # noqa: S101 - else nothing is trained
            shutil.copyfile(self._earlier.folder / TRAINED, trained)
        else:
            progress.begin(f"train {name}", training_steps(count, self._spec), "vectors")
            with self._timed("train"):
                train_cells(self._vectors, self._spec, trained, progress)
        progress.begin(f"index {name}", count, "vectors")
        with self._timed("add"):
            return fill_cells(self._vectors, trained, self._folder, progress)

    def _is_trained(self) -> bool:
        """Tell whether the snapshot before has a trained index that may be used again."""
        if self._earlier is None or self._earlier.card["index"] != str(self._spec):
            return False
        drift = self._earlier.card["drift"]
        return drift is not None and drift["retrain"] is None

    def _measure(self, card: Json, filled: Filled | None, progress: Progress) -> None:
        queries = calibration_queries(self._vectors, self._rows.queries)
        exact = ExactSearch(self._vectors, _open_int8(self._folder, card))
        card["costs"] = costs_to_json(measure_costs(exact, len(self._vectors), queries))
        index = _open_approximate(self._folder, self._spec.kind)
        if index is None:
            return
        settings = calibrate(index, exact, queries, progress)
        source = "made up" if self._rows.queries is None else "given"
        card["calibration"] = {"queries": source, "settings": settings_to_json(settings)}
        if filled:
            card["drift"] = self._drift(filled, index, queries).to_json()

    def _drift(self, filled: Filled, index: Approximate, queries: Matrix) -> Drift:
        recall = sampled_recall(index, self._vectors, queries)
        if self._earlier and self._is_trained():
            before = self._earlier.card["drift"]
            return drift_since(before, filled, recall, vectors=len(self._vectors))
        return drift_after_training(filled, recall, len(self._vectors))

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        begin = time.perf_counter()
        yield
        self._seconds[step] = round(time.perf_counter() - begin, 3)


def open_index_files(
    folder: Path, card: Json, vectors: Matrix, *, use_gpu: bool = False
) -> IndexParts:
    """Open the indexes of a space by memory map. Raises DamagedError, which names the file."""
    settings = settings_from_json(card["calibration"]["settings"]) if card["calibration"] else ()
    parts = IndexParts(
        knowledge=Knowledge(costs_from_json(card["costs"]), settings),
        exact=ExactSearch(vectors, _open_int8(folder, card)),
        approximate=_open_approximate(folder, kind_of(card["index"])) if settings else None,
    )
    return with_gpu(parts, vectors, open_gpu_space) if use_gpu and card["costs"] else parts


def with_gpu(parts: IndexParts, vectors: Matrix, open_gpu: OpenGpu) -> IndexParts:
    """Place a space on a GPU too, where there is one, and time it."""
    cells = parts.approximate if isinstance(parts.approximate, CellIndex) else None
    gpu = open_gpu(vectors, cells.index if cells else None)
    if gpu is None:
        return parts
    exact = parts.exact.with_device(GpuRows(gpu, vectors.shape[1]))
    queries = calibration_queries(vectors[:MIN_VECTORS], None)
    costs = measure_costs(exact, len(vectors), queries, ways=[Way.GPU])
    return IndexParts(
        knowledge=replace(parts.knowledge, costs={**parts.knowledge.costs, **costs}),
        exact=exact,
        approximate=GpuCells(gpu, cells) if cells else parts.approximate,
        gpu=gpu,
    )


def _resolved(spec: IndexSpec | None, vectors: Matrix, space: str) -> IndexSpec:
    try:
        return resolve_spec(spec, *vectors.shape)
    except ValueError as error:
        raise ConfigurationError(f"the index of {space}: {error}") from error


def _open_int8(folder: Path, card: Json) -> Int8Rows | None:
    return open_int8_rows(folder, CodeBounds(**card["int8"])) if card["int8"] else None


def _open_approximate(folder: Path, kind: Kind) -> Approximate | None:
    match kind:
        case Kind.EXACT:
            return None
        case Kind.HNSW:
            return open_graph(folder)
        case _:
            return open_cells(folder)
