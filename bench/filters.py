"""Filters in memory: milliseconds to a mask and its count, and to the numbers of its artworks.

Over the Tate catalogue of `make bench`, and over the same columns repeated to a million artworks.
No filter is remembered. `first`: nothing is; without it, the bits of single values are cached.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.record import Figure, Recorder, say
from bench.tiled import tiled
from core.filters import And, Field, Filter, Leaf, Not, Op, Or
from core.settings import load_settings
from index.columns.column_builder import ColumnBuilder
from index.columns.columns import Columns
from index.columns.leaves import ColumnParts
from search.build import build_services

ROUNDS = 60  # the filters take turns, so that none finds its own data in the processor's cache
MILLION = 1_000_000

TURNER = Leaf(Field.ARTIST, Op.WORDS, ("turner",))
YEARS = Leaf(Field.YEAR, Op.OVERLAPS, begin=1800, end=1850)
PAPER = Leaf(Field.MEDIUM, Op.WORDS, ("paper",))
PAINTING = Leaf(Field.CLASSIFICATION, Op.IN, ("painting",))
SEA = Leaf(Field.SUBJECT, Op.IN, ("sea",))
WITH_IMAGE = Leaf(Field.HAS_IMAGE, Op.IN, ("true",))
HAS_MEDIUM = Leaf(Field.MEDIUM, Op.EXISTS)

KINDS: dict[str, Filter] = {
    "artist words": TURNER,
    "artist in": Leaf(Field.ARTIST, Op.IN, ("William Blake", "J.M.W. Turner", "John Ruskin")),
    "artist id": Leaf(Field.ARTIST_ID, Op.IN, ("tate:558",)),
    "artist words, role after": Leaf(Field.ARTIST, Op.WORDS, ("turner",), role="after"),
    "artist words, any role": Leaf(Field.ARTIST, Op.WORDS, ("turner",), role="any"),
    "role": Leaf(Field.ROLE, Op.IN, ("after",)),
    "gender": Leaf(Field.GENDER, Op.IN, ("female",)),
    "year overlaps": YEARS,
    "year from": Leaf(Field.YEAR, Op.OVERLAPS, begin=1900),
    "medium words, common": PAPER,
    "medium words, two": Leaf(Field.MEDIUM, Op.WORDS, ("oil canvas",)),
    "medium in": Leaf(Field.MEDIUM, Op.IN, ("Oil paint on canvas",)),
    "subject in": SEA,
    "subject words": Leaf(Field.SUBJECT, Op.WORDS, ("non specific",)),
    "classification in": PAINTING,
    "has_image": WITH_IMAGE,
    "medium exists": HAS_MEDIUM,
    "subject exists not": Leaf(Field.SUBJECT, Op.EXISTS, present=False),
    "artist exists": Leaf(Field.ARTIST, Op.EXISTS),
    "not artist words": Not(TURNER),
    "not year overlaps": Not(YEARS),
    "not medium words": Not(PAPER),
    "not subject in": Not(SEA),
    "not has_image": Not(WITH_IMAGE),
    "not medium exists": Not(HAS_MEDIUM),
    "and of three": And((YEARS, PAPER, SEA)),
    "or of three": Or((TURNER, YEARS, PAINTING)),
    "and of two and not": And((TURNER, WITH_IMAGE, Not(SEA))),
}


def run(home: Path, recorder: Recorder) -> None:
    """Measure every kind of leaf at both sizes."""
    parts = _parts(home)
    for name, sized in (("tate", parts), ("tate, repeated", tiled(parts, MILLION))):
        say(f"filters: {name}, {sized.size} artworks")
        columns = Columns(sized)
        first, again = _rounds(columns, values=True), _rounds(columns, values=False)
        for kind, where in KINDS.items():
            figures: dict[str, Figure] = {
                "leaf": kind,
                "artworks": sized.size,
                "matching": columns.select(where).count,
                **_percentiles("mask_ms", again[kind][:, 0]),
                **_percentiles("with_ids_ms", again[kind][:, 1]),
                **_percentiles("first_mask_ms", first[kind][:, 0]),
                **_percentiles("first_with_ids_ms", first[kind][:, 1]),
            }
            recorder.row(name, figures)


def _parts(home: Path) -> ColumnParts:
    """Build the columns as a snapshot would; the catalogue was filled by `build`."""
    builder = ColumnBuilder()
    for artwork in build_services(replace(load_settings({}), home=home)).catalogue.scan():
        builder.add(artwork)
    return builder.build()


def _rounds(columns: Columns, *, values: bool) -> dict[str, NDArray[np.float64]]:
    """Time each filter in turn: (rounds, 2) of milliseconds to the mask, and to the numbers."""
    for where in KINDS.values():  # what is read from disk, or made once for each snapshot
        _ = columns.select(where).numbers
    rounds = [dict(_one_round(columns, values=values)) for _ in range(ROUNDS)]
    return {kind: np.array([times[kind] for times in rounds]) for kind in KINDS}


def _one_round(columns: Columns, *, values: bool) -> Iterator[tuple[str, tuple[float, float]]]:
    for kind, where in KINDS.items():
        columns.forget(values=values)
        begin = time.perf_counter()
        selection = columns.select(where)
        _ = selection.mask, selection.count
        masked = time.perf_counter()
        _ = selection.numbers
        yield kind, ((masked - begin) * 1000, (time.perf_counter() - begin) * 1000)


def _percentiles(name: str, milliseconds: NDArray[np.float64]) -> dict[str, float]:
    return {f"{name}_p{q}": float(np.percentile(milliseconds, q)) for q in (50, 95)}
