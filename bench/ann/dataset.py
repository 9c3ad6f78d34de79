"""A data set on disk: rows, queries, works, filters; opened by memory map."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.ann.columns import FlatColumns
from bench.ann.conditions import Condition, conditions_of
from bench.ann.levels import LEVELS, PREDICATES
from bench.ann.predicates import Candidate, candidates, choose
from bench.ann.works import Work, flatten, read_works
from core.filter_json import filter_json, parse_filter
from core.filters import Filter
from core.types import Json, Mask, Matrix

ROWS, QUERIES, CALIBRATION = "rows.npy", "queries.npy", "calibration.npy"
WORKS, MASKS, CARD = "works.jsonl", "masks.npy", "dataset.json"


@dataclass(frozen=True)
class Predicate:
    """A filter in the forms that engines take it in."""

    where: Filter
    packed: NDArray[np.uint8]  # a bit for each row, the lowest bit first
    size: int  # rows of the data set
    kind: str
    is_correlated: bool  # whether it leaves neighbours rather than rows at random

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Its plain conditions, for engines that keep the columns."""
        return conditions_of(self.where)

    @cached_property
    def mask(self) -> Mask:
        """One claim for each row."""
        return np.unpackbits(self.packed, count=self.size, bitorder="little").astype(np.bool_)

    @cached_property
    def ids(self) -> NDArray[np.int64]:
        """Numbers of the rows that it leaves."""
        return np.flatnonzero(self.mask)

    @cached_property
    def flags(self) -> list[bool]:
        """The mask as a list, which Python reads fastest."""
        flags: list[bool] = self.mask.tolist()
        return flags


class Dataset:
    """Rows, queries and filters that a bench asks of every contender."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.card: Json = json.loads((folder / CARD).read_text(encoding="utf-8"))
        self.name: str = self.card["name"]
        self.key: str = self.card["key"]  # of rows, queries and works
        self.questions_key = f"{self.key}-{self.card['filters']}"
        self.rows: Matrix = np.load(folder / ROWS, mmap_mode="r")
        self.n, self.dim = self.rows.shape

    @cached_property
    def queries(self) -> Matrix:
        """The test queries, which calibration never sees."""
        return np.asarray(np.load(self.folder / QUERIES))

    @cached_property
    def calibration(self) -> Matrix:
        """Other queries of the same kind, for whoever calibrates."""
        return np.asarray(np.load(self.folder / CALIBRATION))

    @cached_property
    def predicates(self) -> Mapping[str, tuple[Predicate, ...]]:
        """The filters of each level."""
        masks = np.load(self.folder / MASKS, mmap_mode="r")
        place = iter(range(len(masks)))
        return {
            level: tuple(self._predicate(entry, masks[next(place)]) for entry in entries)
            for level, entries in self.card["predicates"].items()
        }

    def works(self) -> Iterator[Work]:
        """Read the works, in the order of the rows."""
        return read_works(self.folder / WORKS)

    def _predicate(self, entry: Json, packed: NDArray[np.uint8]) -> Predicate:
        where = parse_filter(entry["filter"])
        is_correlated = bool(entry["is_correlated"])
        return Predicate(where, np.array(packed), self.n, entry["kind"], is_correlated)


def write_filters(folder: Path, card: Json, correlated_words: frozenset[str] | None) -> None:
    """Choose the filters of a data set whose rows, queries and works are written.

    Without named words every filter counts as correlated: real columns are.
    """
    columns = FlatColumns(map(flatten, read_works(folder / WORKS)))
    entries: dict[str, list[Json]] = {}
    masks = list[NDArray[np.uint8]]()
    for level in LEVELS:
        chosen = distinct(columns, max(1.0, level.share * len(columns)))
        entries[level.name] = []
        for one, packed in chosen:
            masks.append(packed)
            words = correlated_words
            is_correlated = words is None or _is_correlated(conditions_of(one.where), words)
            entry = {"kind": one.kind, "count": one.count, "is_correlated": is_correlated}
            entries[level.name].append({"filter": filter_json(one.where), **entry})
    np.save(folder / MASKS, np.array(masks))
    text = json.dumps({**card, "predicates": entries}, indent=1, ensure_ascii=False)
    (folder / CARD).write_text(text, encoding="utf-8")


def distinct(columns: FlatColumns, target: float) -> list[tuple[Candidate, NDArray[np.uint8]]]:
    """Choose the filters of a level, each of which leaves other rows than the rest."""
    chosen: dict[bytes, tuple[Candidate, NDArray[np.uint8]]] = {}
    for one in choose(candidates(columns, target), target, 10 * PREDICATES):
        packed = np.packbits(columns.mask(conditions_of(one.where)), bitorder="little")
        chosen.setdefault(packed.tobytes(), (one, packed))
        if len(chosen) == PREDICATES:
            break
    return list(chosen.values())


def _is_correlated(conditions: tuple[Condition, ...], words: frozenset[str]) -> bool:
    free_words = (c.column == "medium" and getattr(c, "value", "") not in words for c in conditions)
    return not all(free_words)
