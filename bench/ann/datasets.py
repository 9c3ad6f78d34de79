"""The data sets by name: made once, kept by a hash of what decides their content."""

import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np

from bench import synthetic
from bench.ann import synthetic_works, tate_texts
from bench.ann.dataset import (
    CALIBRATION,
    QUERIES,
    ROWS,
    WORKS,
    Dataset,
    write_filters,
)
from bench.ann.levels import LEVELS, PREDICATES
from bench.ann.places import CACHE, content_key
from bench.ann.works import read_works, write_works
from core.errors import InputError
from core.locks import locked
from core.progress import Progress
from core.types import Json

FILTER_RECIPE = 2  # raise it with any change of how filters are chosen


@dataclass(frozen=True, slots=True)
class Kind:
    """One data set: what decides its content, and how its files are made."""

    rows: int
    identity: Callable[[], dict[str, object]]
    write: Callable[[Path, int, Progress], None]
    correlated_words: frozenset[str] | None = None  # None: all filters are of real columns


def prepare(name: str, rows: int | None, progress: Progress) -> Dataset:
    """Open a data set, making it first where it is not kept; `rows` cuts it.

    Raises:
        InputError: no data set has this name.
        SourceError: the collection that it is made from is not there.
    """
    if name not in KINDS:
        raise InputError("dataset", f"{name!r} is none of {', '.join(KINDS)}")
    kind = KINDS[name]
    count = min(rows or kind.rows, kind.rows)
    key = content_key({"rows": count, **kind.identity()})
    folder = CACHE / "datasets" / f"{name}-{key}"
    shown = name if count == kind.rows else f"{name}@{count}"
    card = {"name": shown, "set": name, "key": key, "n": count, "filters": _filters_key()}
    folder.parent.mkdir(parents=True, exist_ok=True)
    with locked(folder.with_name(f".{folder.name}.lock")):  # another run may want the same
        if not folder.is_dir():
            _make(kind, folder, card, progress)
        elif Dataset(folder).card["filters"] != card["filters"]:
            progress.begin("choose the filters", None, "levels")
            write_filters(folder, card, kind.correlated_words)
    return Dataset(folder)


def _filters_key() -> str:
    return content_key({"recipe": FILTER_RECIPE, "levels": LEVELS, "predicates": PREDICATES})


def _make(kind: Kind, folder: Path, card: Json, progress: Progress) -> None:
    """Make a data set under another name first: a folder that has its name is whole."""
    working = folder.with_name(f".{folder.name}-{os.getpid()}")
    shutil.rmtree(working, ignore_errors=True)
    working.mkdir(parents=True)
    kind.write(working, card["n"], progress)
    progress.begin("choose the filters", None, "levels")
    write_filters(working, card, kind.correlated_words)
    working.rename(folder)


def _write_tate(folder: Path, rows: int, progress: Progress) -> None:
    if rows >= TATE_ROWS:
        tate_texts.build(folder, progress)
        return
    whole = prepare("tate", None, progress)
    kept = np.linspace(0, whole.n - 1, rows).astype(np.int64)
    np.save(folder / ROWS, whole.rows[kept])
    for file, vectors in ((QUERIES, whole.queries), (CALIBRATION, whole.calibration)):
        np.save(folder / file, vectors)
    wanted = set(kept.tolist())
    works = read_works(whole.folder / WORKS)
    write_works(folder / WORKS, (work for row, work in enumerate(works) if row in wanted))


def _write_synthetic(folder: Path, rows: int, progress: Progress) -> None:
    """Draw the rows a piece at a time into a mapped file: a million are never in memory."""
    mixture = synthetic.Mixture()
    shape = (rows, mixture.recipe.dim)
    out = np.lib.format.open_memmap(folder / ROWS, mode="w+", dtype=np.float32, shape=shape)
    topics = np.empty(rows, np.int32)
    progress.begin("draw the rows", rows, "rows")
    done = 0
    for piece in mixture.pieces(rows):
        out[done : done + len(piece.rows)] = piece.rows
        topics[done : done + len(piece.rows)] = piece.topics
        done += len(piece.rows)
        progress.advance(len(piece.rows))
    out.flush()
    test = tate_texts.TEST_QUERIES
    queries = mixture.queries(test + tate_texts.CALIBRATION_QUERIES)
    np.save(folder / QUERIES, queries[:test])
    np.save(folder / CALIBRATION, queries[test:])
    write_works(folder / WORKS, synthetic_works.synthetic_columns(topics).works())


def _tate_identity() -> dict[str, object]:
    return {"set": "tate", **tate_texts.identity()}


def _synthetic_identity() -> dict[str, object]:
    return {"set": "synthetic", **asdict(synthetic.Recipe()), "works": synthetic_works.SEED}


TATE_ROWS = 69_202
_synthetic = partial(
    Kind,
    identity=_synthetic_identity,
    write=_write_synthetic,
    correlated_words=frozenset(synthetic_works.TOPIC_WORDS),
)
KINDS: dict[str, Kind] = {
    "tate": Kind(TATE_ROWS, _tate_identity, _write_tate),
    "synthetic-69k": _synthetic(69_202),
    "synthetic-120k": _synthetic(120_000),
    "synthetic-1m": _synthetic(1_000_000),
}
