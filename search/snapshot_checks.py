"""What a snapshot is checked for before it goes live: pure over the snapshot as searches see it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from core.filters import Field, Filter, Leaf, Op
from core.ports import FilterColumns, Selection, Snapshot, VectorIndex
from core.queries import DEFAULT_RECALL, EXACT
from core.snapshots import Check
from core.types import Matrix, Numbers

K = 10  # hits that are compared
QUERIES = 48  # each is searched exactly too, which reads every row
# Two samples of 1,280 neighbours differ by some 0.01 by chance (`index/vectors/drift.py`), and so
# these 480 by 0.016; queries that are made up and real ones by 0.02 (`calibrate.py`).
TOLERANCE = 0.04
_NOISE = 5.0  # as in `calibrate.py`: made-up queries lie as far from the rows as real ones do
_LOOKED_AT = 4_000  # artworks of which vectors are looked for
_FEW = 2  # artworks with vectors that a query is made of
_TIE = 1e-5  # scores within rounding are one score, whichever row comes first
_FIELDS = (Field.CLASSIFICATION, Field.MEDIUM, Field.ARTIST_ID, Field.IMAGE_RIGHTS)


@dataclass(frozen=True, slots=True)
class SqlCounts:
    """What the database had when the snapshot was built from it."""

    artworks: int
    vectors: Mapping[str, int]  # by space key: embeddings of the artworks' contents


def check_checksums(faults: list[str]) -> Check:
    """Say what reading every file of it found."""
    return Check("checksums", not faults, "; ".join(faults[:5]) or "every file is as it was built")


def check_counts(snapshot: Snapshot, sql: SqlCounts) -> Iterator[Check]:
    """Compare what the snapshot holds with what SQL had for it."""
    yield _count_check("artworks", len(snapshot), sql.artworks)
    names = {key: space.space.name for key, space in snapshot.spaces.items()}
    for key in sorted({*snapshot.spaces, *(key for key, n in sql.vectors.items() if n)}):
        found = snapshot.spaces[key].count if key in names else 0
        yield _count_check(f"vectors of {names.get(key, key)}", found, sql.vectors.get(key, 0))


def check_recall(snapshot: Snapshot, space: VectorIndex) -> Check:
    """Compare the default search of a space with exact search, by a sample of queries."""
    name = f"recall of {space.space.name}"
    # Another sample for each snapshot, the same one whenever it is checked.
    rng = np.random.default_rng([int(snapshot.id[-8:], 16)])
    queries = _queries(space, len(snapshot), rng)
    if not len(queries):
        return Check(name, passed=True, detail="it has too few vectors to be searched")
    shares = [_share_found(space, query[None]) for query in queries]
    recall, least = float(np.mean(shares)), DEFAULT_RECALL - TOLERANCE
    return Check(
        name,
        recall >= least,
        f"recall@{K} {recall:.3f} against exact search, over {len(queries)} queries",
        round(recall, 4),
        round(least, 4),
    )


def check_selectors(snapshot: Snapshot, space: VectorIndex) -> Check:
    """Search a space under filters: only what matches may come, and as much as there is."""
    rng = np.random.default_rng([int(snapshot.id[-8:], 16)])
    queries = _queries(space, len(snapshot), rng)[:1]
    faults, tried = [], 0
    for where in _filters(snapshot.columns) if len(queries) else ():
        tried += 1
        fault = _selector_fault(space, snapshot.columns.select(where), where, queries)
        if fault:
            faults.append(f"{_shown(where)}: {fault}")
    detail = "; ".join(faults[:5]) or f"{tried} filters were honoured"
    return Check(f"selectors of {space.space.name}", not faults, detail)


def check_relevance(measure: Callable[[], float], least: float) -> Check:
    """Measure how well it answers the judged queries."""
    got = measure()
    detail = f"nDCG@10 {got:.3f} on the judged queries"
    passed = got >= least
    return Check(
        "relevance", passed, detail if passed else f"{detail} is below {least:g}", got, least
    )


def _count_check(what: str, found: int, wanted: int) -> Check:
    detail = f"{found}, and {wanted} in the database"
    return Check(f"rows: {what}", found == wanted, detail, float(found), float(wanted))


def _share_found(space: VectorIndex, query: Matrix) -> float:
    """Tell how much of what exact search finds the default search does; ties count as found."""
    truth, _ = space.search(query, None, K, recall=EXACT)
    if not len(truth.scores):
        return 1.0
    found, _ = space.search(query, None, K, recall=DEFAULT_RECALL)
    right = int(np.count_nonzero(found.scores >= truth.scores[-1] - _TIE))
    return min(right, len(truth.scores)) / len(truth.scores)


def _queries(space: VectorIndex, artworks: int, rng: np.random.Generator) -> Matrix:
    """Make queries that lie between two artworks, and far from both."""
    looked_at = rng.permutation(artworks)[:_LOOKED_AT].astype(np.int32)
    vectors = _known(space, looked_at)
    if len(vectors) < _FEW:
        return np.empty((0, space.space.encoder.dim), np.float32)
    pairs = rng.integers(0, len(vectors), (QUERIES, 2))
    midpoints = _unit(vectors[pairs[:, 0]] + vectors[pairs[:, 1]])
    noise = _unit(rng.standard_normal(midpoints.shape, np.float32))
    return _unit(midpoints + np.float32(_NOISE) * noise)


def _known(space: VectorIndex, numbers: Numbers) -> Matrix:
    """Read directions of artworks that have one; where none of them has, of the nearest ones."""
    vectors = space.directions_of(numbers)
    known: Matrix = vectors[np.any(vectors != 0, axis=1)]
    if len(known) >= _FEW or not space.count:
        return known
    anywhere = _unit(np.ones((1, space.space.encoder.dim), np.float32))
    found, _ = space.search(anywhere, None, 2 * QUERIES, recall=EXACT)
    return space.directions_of(found.numbers)


def _filters(columns: FilterColumns) -> Iterator[Filter]:
    """List wide and narrow filters by the values that the snapshot has."""
    everything = columns.select(None)
    for field in _FIELDS:
        values = columns.facet(field, everything, 100)
        for value in dict.fromkeys((*values[:1], *values[-1:])):
            yield Leaf(field, Op.IN, (value.id or value.value,))
    yield Leaf(Field.HAS_IMAGE, Op.IN, ("true",))


def _selector_fault(
    space: VectorIndex, selection: Selection, where: Filter, queries: Matrix
) -> str | None:
    found, _ = space.search(queries, where, K)
    if not np.all(selection.mask[found.numbers]):
        return "a hit does not match"
    some = selection.numbers[:_LOOKED_AT]
    have = int(np.count_nonzero(np.any(space.directions_of(some) != 0, axis=1)))
    if len(found.numbers) < min(K, have):
        return f"{len(found.numbers)} hits, though {have} match"
    if len(some) == selection.count and len(found.numbers) > have:
        return f"{len(found.numbers)} hits, though only {have} match"
    return None


def _shown(where: Filter) -> str:
    return f"{where.field} {where.values[0]!r}" if isinstance(where, Leaf) else "filter"


def _unit(vectors: Matrix) -> Matrix:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Matrix = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit
